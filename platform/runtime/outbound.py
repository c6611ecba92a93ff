"""The one way out over HTTP: an address resolved once and looked at, no redirects, little time, few
bytes.

Whoever enters the address of a webhook or a gateway must not reach through us what only we can. The
name is resolved once, every address it has is looked at, and the connection goes to the very
address that was looked at: a second answer of the name server changes nothing.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from ..errors import BadRequest, Unavailable

SECONDS = 10.0
"""For everything together: the name, the handshake, the answer to its last byte."""
MOST_BYTES = 1_000_000
PORTS = {"http": 80, "https": 443}
NAT64 = ipaddress.ip_network("64:ff9b::/96")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: bytes


def require_address(url: str, allowed: frozenset[str] = frozenset()) -> None:
    """Raises BadRequest for what can never be called: no HTTP, a name inside it, an odd port.

    ``allowed``: hosts inside (``name`` or ``name:port``) that were allowed at set-up.
    """
    _place(url, allowed)


def is_inside(url: str, allowed: frozenset[str]) -> bool:
    """Whether the host of ``url`` is one that was allowed at set-up."""
    _, host, port, _ = _place(url, allowed)
    return host in allowed or f"{host}:{port}" in allowed


def call(
    method: str,
    url: str,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    *,
    allowed: frozenset[str] = frozenset(),
    loopback: bool = False,
    any_port: bool = False,
    seconds: float = SECONDS,
    most_bytes: int = MOST_BYTES,
) -> Reply:
    """What ``url`` answers; a redirect is an answer like any other and is not followed.

    ``loopback``: addresses of this machine may be called. ``any_port``: for addresses that stand in
    the environment. Raises BadRequest (an address that is
    not called), Unavailable (no answer, or too slow, or too long).
    """
    scheme, host, port, path = _place(url, allowed, any_port or loopback)
    inside = f"{host}:{port}" in allowed or (host in allowed)
    try:
        address = _resolved(host, port, inside, loopback)
        opened = socket.create_connection((address, port), timeout=seconds)
    except (OSError, UnicodeError) as error:
        raise Unavailable("{host} does not answer.", host=host) from error
    held, cut = [opened], threading.Event()
    late = threading.Timer(seconds, _cut, (held, cut))
    late.daemon = True
    late.start()
    try:
        reply = _asked(held, scheme, host, port, method, path, body, headers or {}, most_bytes)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unavailable("{host} does not answer.", host=host) from error
    finally:
        late.cancel()
        held[0].close()
    if cut.is_set():  # an answer without a length looks whole when it is cut
        raise Unavailable("{host} does not answer.", host=host)
    return reply


def _asked(
    held: list[socket.socket], scheme: str, host: str, port: int, method: str, path: str,
    body: bytes | None, headers: Mapping[str, str], most_bytes: int,
) -> Reply:  # fmt: skip
    connection = http.client.HTTPConnection(host, port)
    if scheme == "https":
        secured = ssl.create_default_context().wrap_socket(
            held[0], server_hostname=host, do_handshake_on_connect=False
        )
        held[0] = secured  # the plain one is empty now: this is the one to cut
        secured.do_handshake()
    connection.sock = held[0]
    try:
        connection.request(method, path, body, dict(headers))
        answer = connection.getresponse()
        data = answer.read(most_bytes + 1)
    finally:
        connection.close()
    if len(data) > most_bytes:
        raise Unavailable("{host} answers too much.", host=host)
    return Reply(answer.status, data)


def _cut(held: list[socket.socket], cut: threading.Event) -> None:
    """Ends a connection that drips byte after byte: each alone comes in time."""
    cut.set()
    try:
        socket.socket.shutdown(held[0], socket.SHUT_RDWR)
    except OSError:
        return  # it ended by itself meanwhile


def _place(url: str, allowed: frozenset[str], any_port: bool = False) -> tuple[str, str, int, str]:
    """Scheme, host, port and path."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError as error:
        raise BadRequest("This is no web address: {url}", url=url) from error
    if parts.scheme not in PORTS or not host or not url.isprintable() or " " in url:
        raise BadRequest("This is no web address: {url}", url=url)
    if parts.username or parts.password:
        raise BadRequest("A web address here holds no name and no password.")
    port = port or PORTS[parts.scheme]
    known = port in PORTS.values() or host in allowed or f"{host}:{port}" in allowed
    if not known and not any_port:
        raise BadRequest("Only the ports 80 and 443 are called, not {port}.", port=port)
    path = parts.path or "/"
    return parts.scheme, host, port, f"{path}?{parts.query}" if parts.query else path


def _resolved(host: str, port: int, inside: bool, loopback: bool) -> str:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [ipaddress.ip_address(str(each[4][0]).partition("%")[0]) for each in found]
    for address in addresses:
        open_ = _is_open(address) or inside or (loopback and _plain(address).is_loopback)
        if not open_:
            raise BadRequest("{host} is an address inside, which is not asked.", host=host)
    return str(addresses[0])


def _is_open(address: Address) -> bool:
    plain = _plain(address)
    return plain.is_global and not plain.is_multicast


def _plain(address: Address) -> Address:
    """The address of version 4 that one of version 6 stands for."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else address)
