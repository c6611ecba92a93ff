"""Cursors: opaque, signed places in a list, bound to who asked what."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ..errors import BadRequest
from .queries import Query

SIGNATURE = 16
"""Bytes of the HMAC-SHA256 that are kept."""


def seal(secret: bytes, query: Query, actor: str, values: Sequence[Any]) -> str:
    """The cursor after a row with the sort values ``values``."""
    body = json.dumps([_out(v) for v in values], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_sign(secret, query, actor, body) + body).rstrip(b"=").decode()


def unseal(secret: bytes, query: Query, actor: str, cursor: str) -> list[Any]:
    """The sort values of ``cursor``. Raises BadRequest when it belongs to another question."""
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    except ValueError:
        raw = b""
    signature, body = raw[:SIGNATURE], raw[SIGNATURE:]
    if not hmac.compare_digest(signature, _sign(secret, query, actor, body)):
        raise BadRequest("The cursor does not belong to this list. Start again without it.")
    return [_in(v) for v in json.loads(body)]


def _sign(secret: bytes, query: Query, actor: str, body: bytes) -> bytes:
    places = (query.binned, query.pooled, query.among)
    asked = repr((query.object, query.filters, query.sort, places, actor))
    return hmac.new(secret, asked.encode() + b"\0" + body, hashlib.sha256).digest()[:SIGNATURE]


def _out(value: Any) -> Any:
    match value:
        case datetime():
            return ["m", value.isoformat()]
        case date():
            return ["d", value.isoformat()]
        case Decimal():
            return ["n", str(value)]
        case _:
            return value


def _in(value: Any) -> Any:
    match value:
        case ["m", str(text)]:
            return datetime.fromisoformat(text)
        case ["d", str(text)]:
            return date.fromisoformat(text)
        case ["n", str(text)]:
            return Decimal(text)
        case _:
            return value
