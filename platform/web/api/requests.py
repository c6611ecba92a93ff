"""What a client sends, read strictly: who it is, its parameters, its body."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from typing import Any

from flask import Request

from ...errors import AccessDenied, BadRequest, NotFound, SignInRequired, TooLarge
from ...metadata.catalog import nearest
from ...metadata.json_text import read_json
from ...runtime.storage.database import Credential

BODY_LIMIT = 10_000_000
SAFE = ("GET", "HEAD", "OPTIONS")


def credential(request: Request, cookie: str) -> Credential:
    """The token of the ``Authorization`` header, or the browser's session in ``cookie``.

    Raises SignInRequired when there is neither.
    """
    header = request.headers.get("Authorization", "")
    scheme, _, value = header.partition(" ")
    if header:
        if scheme.lower() != "bearer" or not value.strip():
            raise SignInRequired("Send “Authorization: Bearer tc_…”.")
        return Credential("token", digest(value.strip()), request.remote_addr)
    session = request.cookies.get(cookie)
    if not session:
        raise SignInRequired()
    return Credential("session", digest(session), request.remote_addr)


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def require_csrf(request: Request, expected: str | None) -> None:
    """A session from a browser must show its own token when it changes something."""
    if request.method in SAFE or expected is None:
        return
    if request.headers.get("X-CSRF-Token") != expected:
        raise AccessDenied("The CSRF token is missing or wrong.")


def parameters(request: Request, *allowed: str) -> Mapping[str, str]:
    """The query string. Raises BadRequest naming what is not known or given twice."""
    for name in request.args:
        if name not in allowed:
            hint = nearest(name, allowed)
            raise BadRequest("There is no parameter {name}.{hint}", name=name, hint=hint)
        if len(request.args.getlist(name)) > 1:
            raise BadRequest("The parameter {name} is given twice.", name=name)
    return request.args


def whole(text: str | None, default: int, name: str) -> int:
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise BadRequest("{name} must be a whole number.", name=name)
    return int(text)


def limit(told: Mapping[str, str], default: int, most: int) -> int:
    """How many are asked for. Raises BadRequest unless it is from 1 to ``most``."""
    wanted = whole(told.get("limit"), default, "limit")
    if not 1 <= wanted <= most:
        raise BadRequest("The limit must be between 1 and {most}.", most=most)
    return wanted


def place(told: Mapping[str, str]) -> str | None:
    """The id to go on from, where a list is read on by ids. Raises NotFound for what is none."""
    cursor = told.get("cursor")
    return record_id(cursor) if cursor else None


def body(request: Request) -> dict[str, Any]:
    """The JSON object that was sent. Raises BadRequest, TooLarge."""
    if (request.content_length or 0) > BODY_LIMIT:
        raise TooLarge("The body may have {limit} bytes at most.", limit=BODY_LIMIT)
    if request.mimetype != "application/json":
        raise BadRequest("Send JSON, with “Content-Type: application/json”.")
    document, problems = read_json(request.get_data(), "body")
    if problems:
        raise BadRequest("{problem}", problem=problems[0].text())
    if not isinstance(document, dict):
        raise BadRequest("The body must be a JSON object.")
    return document


def only(document: Mapping[str, Any], *allowed: str) -> None:
    """Raises BadRequest naming a key that is not known."""
    for name in document:
        if name not in allowed:
            hint = nearest(name, allowed)
            raise BadRequest("There is no key {name} in the body.{hint}", name=name, hint=hint)


def truth(document: Mapping[str, Any], name: str) -> bool:
    """True or false; false where nothing is said."""
    value = document.get(name, False)
    if not isinstance(value, bool):
        raise BadRequest("{name} must be true or false.", name=name)
    return value


def texts(document: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """A list of texts, or one text with commas."""
    value = document.get(name)
    if value is None:
        return ()
    if isinstance(value, str):
        value = [part.strip() for part in value.split(",")]
    if not isinstance(value, list) or not all(isinstance(v, str) and v for v in value):
        raise BadRequest("{name} must be a list of names.", name=name)
    return tuple(value)


def ids(document: Mapping[str, Any], name: str) -> list[str]:
    """A list of ids. Raises BadRequest, and NotFound for what cannot be one."""
    return [record_id(each) for each in texts(document, name)]


def version_of(header: str | None) -> int | None:
    """``"7"``, ``"7.0"`` or ``*`` of an ``If-Match``; only the version counts."""
    if header is None or header.strip() == "*":
        return None
    text = header.strip().removeprefix("W/").strip('"').partition(".")[0]
    if not (text.isascii() and text.isdigit() and len(text) < 12):
        raise BadRequest("If-Match must hold the ETag of the record.")
    return int(text)


def record_id(text: str) -> str:
    """A record's id as we write it. What cannot be one is simply not there."""
    try:
        return str(uuid.UUID(text))
    except ValueError:
        raise NotFound() from None
