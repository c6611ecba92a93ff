"""Asking a gateway for text messages: the description of it filled in, sent, the answer understood.

At least once, always under the message's own id, which stands in ``Idempotency-Key`` and wherever
the description puts it.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from ...errors import BadRequest, Unavailable
from ...metadata.gateways import ACCOUNT, Gateway, Text, Value, as_word
from ...runtime import outbound
from ...runtime.outbound import Reply
from .turning_down import TurnedDown

MOST_BYTES = 100_000
"""Of an answer."""
TRIED_AGAIN = frozenset({408, 425, 429})
"""Refusals that mean: not now."""
LONGEST_REFERENCE = 200
LONGEST_REASON = 300
CONTENT_TYPES = {"json": "application/json", "form": "application/x-www-form-urlencoded"}


@dataclass(frozen=True, slots=True)
class GatewayAccount:
    """The account at a gateway, with its secrets; ``country``: of numbers that do not say."""

    gateway: Gateway
    values: Mapping[str, str] = field(repr=False)
    sender: str
    country: str


def send(
    account: GatewayAccount, number: str, text: str, id_: str, hosts: frozenset[str]
) -> str | None:
    """What the gateway calls the message. ``hosts`` inside may be asked, and without https.

    Raises TurnedDown and BadRequest (it will never be taken), Unavailable (perhaps later).
    """
    gateway = account.gateway
    places = {
        **{ACCOUNT + name: value for name, value in account.values.items()},
        "number": number, "number.digits": number.removeprefix("+"), "text": text,
        "sender": account.sender, "id": id_,
    }  # fmt: skip
    url = address_of(account, places)
    require_https(url, hosts)
    headers = {name: _line(each, places) for name, each in gateway.headers.items()}
    standing = {"Content-Type": CONTENT_TYPES[gateway.format], "User-Agent": "Typecase",
                "Idempotency-Key": id_}  # fmt: skip
    body = _body(gateway, places)
    reply = outbound.call(
        "POST", url, body, headers | standing, allowed=hosts,
        seconds=float(gateway.seconds), most_bytes=MOST_BYTES,
    )  # fmt: skip
    return _understood(gateway, reply)


def address_of(account: GatewayAccount, places: Mapping[str, str]) -> str:
    """The web address; what is filled into its path stays one piece of it."""
    pieces = [quote(_filled(each, places), safe="") for each in account.gateway.path]
    return "/".join([_filled(account.gateway.address, places).rstrip("/"), *pieces])


def require_https(url: str, hosts: frozenset[str]) -> None:
    """Raises BadRequest for an address that secrets and numbers would go to in the open."""
    outbound.require_address(url, hosts)
    if not (url.startswith("https://") or outbound.is_inside(url, hosts)):
        raise BadRequest("A gateway is asked over https only.")


# Writing down -------------------------------------------------------------------------------


def _filled(text: Text, places: Mapping[str, str]) -> str:
    said = [each if isinstance(each, str) else places.get(each.name, "") for each in text.pieces]
    if text.basic:
        return "Basic " + base64.b64encode(":".join(said).encode()).decode("ascii")
    return "".join(said)


def _line(text: Text, places: Mapping[str, str]) -> str:
    """A header's value: one line of ASCII, or nothing is sent."""
    line = _filled(text, places)
    if not line.isascii() or not line.isprintable():
        raise BadRequest("What was entered for the gateway does not fit into a header.")
    return line


def _body(gateway: Gateway, places: Mapping[str, str]) -> bytes:
    values = {name: _value(each, places) for name, each in gateway.fields.items()}
    if gateway.format == "form":
        return urlencode({k: as_word("" if v is None else v) for k, v in values.items()}).encode()
    return json.dumps(values, ensure_ascii=False).encode()


def _value(value: Value, places: Mapping[str, str]) -> Any:
    if isinstance(value, Text):
        return _filled(value, places)
    if isinstance(value, Mapping):
        return {name: _value(each, places) for name, each in value.items()}
    if isinstance(value, tuple):
        return [_value(each, places) for each in value]
    return value


# Understanding ------------------------------------------------------------------------------


def _understood(gateway: Gateway, reply: Reply) -> str | None:
    status, told = reply.status, _json(reply.body)
    reason = _words(_found(told, gateway.reason), LONGEST_REASON)
    if status in TRIED_AGAIN or status >= 500:
        raise Unavailable("The gateway answers {status}. {reason}", status=status, reason=reason)
    if 300 <= status < 400:
        raise Unavailable("It answers with a redirect ({status}), which is not followed.",
                          status=status)  # fmt: skip
    if status >= 400:
        raise TurnedDown(f"{status} {reason}".strip())
    accepted = gateway.accepted
    if accepted is not None:
        found = _found(told, accepted.at)
        word = as_word(found)
        if found is None or word in accepted.later:
            raise Unavailable("The gateway does not say that it took it. {reason}", reason=reason)
        if word not in accepted.yes:
            raise TurnedDown(f"{word} {reason}".strip()[:LONGEST_REASON])
    return _words(_found(told, gateway.reference), LONGEST_REFERENCE) or None


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _found(told: Any, way: tuple[str, ...]) -> Any:
    """The value at the end of a way through an answer; None: it does not lead there."""
    for step in way:
        if isinstance(told, dict):
            told = told.get(step)
        elif isinstance(told, list) and step.isdecimal() and int(step) < len(told):
            told = told[int(step)]
        else:
            return None
    return None if isinstance(told, (dict, list)) or not way else told


def _words(value: Any, most: int) -> str:
    text = "" if value is None else as_word(value)
    return "".join(each if each.isprintable() else " " for each in text)[:most].strip()
