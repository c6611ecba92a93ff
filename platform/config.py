"""Where this installation keeps its things and how it answers: arguments, then environment.

Every setting has an environment variable ``TYPECASE_<NAME>``; an argument of the command line wins
over it. Nothing else is read, so that two processes with the same environment agree.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .errors import BadRequest

PREFIX = "TYPECASE_"
SECRET_FILE = "secret"
TRUE, FALSE = ("1", "true", "yes", "on"), ("", "0", "false", "no", "off")


@dataclass(frozen=True, slots=True)
class Settings:
    """``folder`` holds what is not said otherwise: database file, attached files, secret."""

    folder: Path
    database: str
    """``sqlite:///path`` or ``postgresql://user@host/name``."""
    schema: str | None
    """The workspace's schema; only on PostgreSQL."""
    files: Path
    secret: str
    """Signs cursors and forms. Whoever has it can forge them."""
    host: str = "127.0.0.1"
    port: int = 8000
    threads: int = 8
    debug: bool = False
    zone: str = "Asia/Shanghai"
    currency: str = "CNY"
    languages: tuple[str, ...] = ("en", "zh")


def load_settings(
    environment: Mapping[str, str],
    *,
    folder: Path | None = None,
    database: str | None = None,
    schema: str | None = None,
    host: str | None = None,
    port: int | None = None,
) -> Settings:
    """The settings; makes the folder and the secret where they are missing.

    Raises BadRequest when a value cannot be understood.
    """
    said = {k.removeprefix(PREFIX): v for k, v in environment.items() if k.startswith(PREFIX)}
    place = folder or Path(said.get("FOLDER", "var"))
    return Settings(
        folder=place,
        database=database or said.get("DATABASE") or f"sqlite:///{place / 'typecase.sqlite'}",
        schema=schema or said.get("SCHEMA") or None,
        files=Path(said.get("FILES") or place / "files"),
        secret=said.get("SECRET") or stored_secret(place),
        host=host or said.get("HOST", "127.0.0.1"),
        port=_whole("PORT", said.get("PORT", "8000")) if port is None else port,
        threads=_whole("THREADS", said.get("THREADS", "8")),
        debug=_truth("DEBUG", said.get("DEBUG", "")),
        zone=_zone(said.get("ZONE", "Asia/Shanghai")),
        currency=said.get("CURRENCY", "CNY"),
        languages=tuple(said.get("LANGUAGES", "en,zh").replace(" ", "").split(",")),
    )


def stored_secret(folder: Path) -> str:
    """The secret kept in ``folder``, made at the first call. Only its owner may read the file.

    Written aside and linked into place: of two processes that start at once one wins, and
    neither ever reads half a secret.
    """
    path = folder / SECRET_FILE
    if not path.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=folder)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # the other process was first
        finally:
            Path(draft).unlink()
    return path.read_text("ascii").strip()


def _whole(name: str, value: str) -> int:
    if not value.isdecimal():
        raise BadRequest(
            "{name} must be a whole number, not {value}.", name=PREFIX + name, value=value
        )
    return int(value)


def _truth(name: str, value: str) -> bool:
    if value.lower() not in TRUE + FALSE:
        raise BadRequest(
            "{name} must be true or false, not {value}.", name=PREFIX + name, value=value
        )
    return value.lower() in TRUE


def _zone(value: str) -> str:
    try:
        return ZoneInfo(value).key
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise BadRequest("There is no time zone {value}.", value=value) from error
