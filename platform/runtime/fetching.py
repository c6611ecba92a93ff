"""A careful question to another server: TLS, one address, no redirects, little time, few bytes."""

from __future__ import annotations

import http.client
import ipaddress
import json
import socket
import ssl
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from ..errors import BadRequest, Unavailable

SECONDS = 10.0
MOST_BYTES = 1_000_000


def fetch_json(
    url: str,
    form: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    loopback: bool = False,
) -> dict[str, Any]:
    """The JSON object at ``url``; with ``form`` it is posted there.

    ``loopback``: servers of this machine may be asked, without TLS too. Raises BadRequest (an
    address that is not asked), Unavailable (no answer, or none that makes sense).
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme != "https" and not (loopback and parts.scheme == "http"):
        raise BadRequest("Only https addresses are asked, not {url}.", url=url)
    body = urlencode(form) if form is not None else None
    sent = {"Accept": "application/json", **(headers or {})}
    if body is not None:
        sent["Content-Type"] = "application/x-www-form-urlencoded"
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    try:
        connection = _connection(parts.scheme, host, parts.port, loopback)
        try:
            connection.request("POST" if body is not None else "GET", path, body, sent)
            answer = connection.getresponse()
            data = answer.read(MOST_BYTES + 1)
        finally:
            connection.close()
    except (OSError, http.client.HTTPException, UnicodeError) as error:
        raise Unavailable("{host} does not answer.", host=host) from error
    if answer.status != 200 or len(data) > MOST_BYTES:
        raise Unavailable(
            "{host} gave no useful answer ({status}).", host=host, status=answer.status
        )
    return _object(data, host)


def _connection(
    scheme: str, host: str, port: int | None, loopback: bool
) -> http.client.HTTPConnection:
    """Connected to the very address that was looked at: a second look-up changes nothing."""
    port = port or (443 if scheme == "https" else 80)
    address = _address(host, port, loopback)
    opened = socket.create_connection((address, port), timeout=SECONDS)
    connection = http.client.HTTPConnection(host, port, timeout=SECONDS)
    if scheme == "https":
        context = ssl.create_default_context()
        opened = context.wrap_socket(opened, server_hostname=host)
    connection.sock = opened
    return connection


def _address(host: str, port: int, loopback: bool) -> str:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [ipaddress.ip_address(str(each[4][0]).partition("%")[0]) for each in found]
    for address in addresses:
        plain = getattr(address, "ipv4_mapped", None) or address
        if not plain.is_global and not (loopback and plain.is_loopback):
            raise BadRequest("{host} is an address inside, which is not asked.", host=host)
    return str(addresses[0])


def _object(data: bytes, host: str) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except ValueError as error:
        raise Unavailable("{host} gave no useful answer (no JSON).", host=host) from error
    if not isinstance(found, dict):
        raise Unavailable("{host} gave no useful answer (no JSON).", host=host)
    return found
