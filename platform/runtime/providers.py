"""The providers of single sign-on, as the administrator of the server lists them in a file."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ..errors import BadRequest

NAME = re.compile(r"[a-z][a-z0-9_-]{0,31}")
KEYS = frozenset(
    ("name", "label", "issuer", "client_id", "client_secret_file", "scopes", "loopback")
)


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider. ``loopback``: it runs on this machine, so its address may be one inside, and
    without TLS; for tests and development."""

    name: str
    label: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    scopes: tuple[str, ...] = ("openid", "email", "profile")
    loopback: bool = False


def read_providers(path: Path | None, secrets: Mapping[str, str]) -> tuple[Provider, ...]:
    """The providers of a JSON file: a list of objects. ``secrets``: client secrets by name, where
    they are not in files of their own. Raises BadRequest naming what is wrong."""
    if path is None:
        return ()
    try:
        document = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise BadRequest("The file of providers cannot be read: {why}", why=error) from error
    if not isinstance(document, list) or not all(isinstance(each, dict) for each in document):
        raise BadRequest("The file of providers holds a list of objects.")
    found = tuple(_provider(each, secrets) for each in document)
    if len({each.name for each in found}) < len(found):
        raise BadRequest("Two providers have the same name.")
    return found


def _provider(told: Mapping[str, Any], secrets: Mapping[str, str]) -> Provider:
    name = told.get("name")
    if not isinstance(name, str) or not NAME.fullmatch(name) or told.keys() - KEYS:
        raise BadRequest(
            "A provider needs a name of small letters, and knows: {keys}",
            keys=", ".join(sorted(KEYS)),
        )
    loopback = told.get("loopback") is True
    issuer = told.get("issuer")
    if not isinstance(issuer, str) or not _is_issuer(issuer, loopback):
        raise BadRequest("The issuer of {name} must be an https address.", name=name)
    secret = secrets.get(name) or _from_file(told.get("client_secret_file"))
    if not isinstance(told.get("client_id"), str) or not secret:
        raise BadRequest("The provider {name} needs a client_id and a client secret.", name=name)
    scopes = tuple(told.get("scopes") or ("openid", "email", "profile"))
    return Provider(
        name, str(told.get("label") or name), issuer, told["client_id"], secret, scopes, loopback
    )


def _is_issuer(issuer: str, loopback: bool) -> bool:
    parts = urlsplit(issuer)
    secure = parts.scheme == "https" or (loopback and parts.scheme == "http")
    return secure and bool(parts.hostname) and not parts.query and not parts.fragment


def _from_file(path: object) -> str | None:
    return Path(path).read_text("utf-8").strip() if isinstance(path, str) else None
