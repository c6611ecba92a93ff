"""A careful question to another server for JSON: TLS, and all that ``outbound`` sees to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from ..errors import BadRequest, Unavailable
from . import outbound


def fetch_json(
    url: str,
    form: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    loopback: bool = False,
) -> dict[str, Any]:
    """The JSON object at ``url``; with ``form`` it is posted there.

    ``loopback``: servers of this machine may be asked, without TLS and at any port too. Raises
    BadRequest (an address that is not asked), Unavailable (no answer, or none that makes sense).
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme != "https" and not (loopback and parts.scheme == "http"):
        raise BadRequest("Only https addresses are asked, not {url}.", url=url)
    body = urlencode(form).encode() if form is not None else None
    sent = {"Accept": "application/json", **(headers or {})}
    if body is not None:
        sent["Content-Type"] = "application/x-www-form-urlencoded"
    method = "POST" if body is not None else "GET"
    reply = outbound.call(method, url, body, sent, loopback=loopback, any_port=True)
    if reply.status != 200:
        raise Unavailable(
            "{host} gave no useful answer ({status}).", host=host, status=reply.status
        )
    return _object(reply.body, host)


def _object(data: bytes, host: str) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except ValueError as error:
        raise Unavailable("{host} gave no useful answer (no JSON).", host=host) from error
    if not isinstance(found, dict):
        raise Unavailable("{host} gave no useful answer (no JSON).", host=host)
    return found
