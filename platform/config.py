"""Where this installation keeps its things and how it answers: arguments, then environment.

Every setting has an environment variable ``TYPECASE_<NAME>``; an argument of the command line wins
over it. Nothing else is read, so that two processes with the same environment agree.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .errors import BadRequest

PREFIX = "TYPECASE_"
SECRET_FILE = "secret"
PROVIDER_SECRET = "PROVIDER_SECRET_"
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
    debug_footer: bool = False
    """Every page says how many statements and milliseconds it took."""
    zone: str = "Asia/Shanghai"
    currency: str = "CNY"
    languages: tuple[str, ...] = ("en", "zh")
    address: str | None = None
    """Where people reach this installation, as links in mails say it."""
    mail: str | None = field(default=None, repr=False)
    """The mail server: ``smtp://name@mail.example.com``. None: no mails."""
    mail_from: str | None = None
    mail_password: str | None = field(default=None, repr=False)
    hosts: tuple[str, ...] = ()
    """Hosts inside that webhooks and gateways may reach: ``erp.local``, ``10.0.0.5:8080``."""
    keep_messages: int = 365
    keep_calls: int = 90
    """Days the log of messages, and that of calls of webhooks, is kept."""
    providers: Path | None = None
    """The file of the providers of single sign-on."""
    provider_secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    wake: str | None = field(default=None, repr=False)
    """The broker that wakes workers: ``huey+redis://localhost:6379/0``. None: they poll."""

    @property
    def site(self) -> str:
        """The public address without a slash at its end. Requests do not decide about it: their
        ``Host`` is what the client says."""
        return self.address or f"http://{self.host}:{self.port}"


def load_settings(
    environment: Mapping[str, str],
    *,
    folder: Path | None = None,
    database: str | None = None,
    schema: str | None = None,
    host: str | None = None,
    port: int | None = None,
    debug_footer: bool = False,
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
        debug_footer=debug_footer or _truth("DEBUG_FOOTER", said.get("DEBUG_FOOTER", "")),
        zone=_zone(said.get("ZONE", "Asia/Shanghai")),
        currency=said.get("CURRENCY", "CNY"),
        languages=tuple(said.get("LANGUAGES", "en,zh").replace(" ", "").split(",")),
        address=_address(said.get("ADDRESS", "")),
        mail=said.get("MAIL") or None,
        mail_from=said.get("MAIL_FROM") or None,
        mail_password=said.get("MAIL_PASSWORD") or _first_line(said.get("MAIL_PASSWORD_FILE")),
        hosts=tuple(said.get("HOSTS", "").lower().replace(",", " ").split()),
        keep_messages=_whole("KEEP_MESSAGES", said.get("KEEP_MESSAGES", "365")),
        keep_calls=_whole("KEEP_CALLS", said.get("KEEP_CALLS", "90")),
        wake=said.get("WAKE") or None,
        providers=Path(said["PROVIDERS"]) if said.get("PROVIDERS") else None,
        provider_secrets={
            name.removeprefix(PROVIDER_SECRET).lower(): value
            for name, value in said.items()
            if name.startswith(PROVIDER_SECRET)
        },
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


def _address(value: str) -> str | None:
    parts = urlsplit(value)
    if value and (parts.scheme not in ("http", "https") or not parts.hostname or parts.query):
        raise BadRequest("{name} must look like https://crm.example.com.", name="TYPECASE_ADDRESS")
    return value.rstrip("/") or None


def _first_line(path: str | None) -> str | None:
    """A secret that lies in a file."""
    return Path(path).read_text("utf-8").split("\n")[0].strip() if path else None


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
