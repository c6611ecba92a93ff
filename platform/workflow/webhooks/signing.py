"""Signatures as Standard Webhooks writes them: who sent it, that it is whole, and when."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from ...errors import AccessDenied

PREFIX = "whsec_"
BYTES = 32
TOLERANCE = timedelta(minutes=5)
"""How old, or how early, a signature may be."""


def fresh_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(BYTES)).decode()


def headers(keys: Iterable[str], id_: str, now: datetime, body: bytes) -> dict[str, str]:
    """What goes along with a body; with two keys both sign, while one takes over from the other."""
    moment = str(int(now.timestamp()))
    signed = " ".join(f"v1,{_signature(key, id_, moment, body)}" for key in keys)
    return {"webhook-id": id_, "webhook-timestamp": moment, "webhook-signature": signed}


def require_signed(key: str, given: Mapping[str, str], now: datetime, body: bytes) -> str:
    """The id of a message that ``key`` signed just now. Raises AccessDenied, saying no more."""
    id_, moment = given.get("webhook-id", ""), given.get("webhook-timestamp", "")
    refused = AccessDenied("The signature is missing, wrong or too old.")
    if not id_ or not (moment.isascii() and moment.isdecimal() and len(moment) < 12):
        raise refused
    if abs(now.timestamp() - int(moment)) > TOLERANCE.total_seconds():
        raise refused
    expected = _signature(key, id_, moment, body).encode()
    for each in given.get("webhook-signature", "").split(" "):
        version, _, signature = each.partition(",")
        if version == "v1" and hmac.compare_digest(signature.encode(), expected):
            return id_
    raise refused


def _signature(key: str, id_: str, moment: str, body: bytes) -> str:
    secret = base64.b64decode(key.removeprefix(PREFIX))
    signed = f"{id_}.{moment}.".encode() + body
    return base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
