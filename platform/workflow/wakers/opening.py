"""Addresses of brokers: ``huey+redis://localhost:6379/0`` → who speaks to it.

Each library is loaded only where it is asked for; which extra brings it, the table says.
"""

from __future__ import annotations

import importlib
import importlib.util
from dataclasses import dataclass
from typing import Any

from ...errors import BadRequest
from ..waking import Waker

QUEUE = "typecase"
"""The name of the queue at every broker, unless the address is shared with another installation:
then give each a database, a file or a virtual host of its own."""

MOST_WAITING = 20
"""Messages at the broker that nobody has taken yet. They all say the same."""

PATIENCE_SECONDS = 3
"""For a broker that does not answer."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A way to wake: our module, what it imports, and the extra that installs that."""

    module: str
    needs: tuple[str, ...]
    extra: str


KINDS: dict[str, Kind] = {
    "huey+sqlite": Kind(".with_huey", ("huey",), "huey"),
    "huey+postgresql": Kind(".with_huey", ("huey", "psycopg"), "huey,postgres"),
    "huey+redis": Kind(".with_huey", ("huey", "redis"), "huey,redis"),
    "celery+redis": Kind(".with_celery", ("celery", "redis"), "celery,redis"),
    "celery+amqp": Kind(".with_celery", ("celery",), "celery"),
}


def require_known(address: str) -> Kind:
    """The kind of ``address``. Raises BadRequest: no such kind, or its library is not there."""
    scheme = address.partition("://")[0]
    kind = KINDS.get(scheme)
    if kind is None or "://" not in address:
        raise BadRequest(
            "TYPECASE_WAKE must begin with one of {kinds}.",
            kinds=", ".join(f"{name}://" for name in KINDS),
        )
    if any(importlib.util.find_spec(name) is None for name in kind.needs):
        raise BadRequest(
            "TYPECASE_WAKE needs more than is installed: pip install 'typecase[{extra}]'",
            extra=kind.extra,
        )
    return kind


def open_waker(address: str) -> Waker:
    """Who wakes through the broker at ``address``; nothing is connected yet. Raises BadRequest."""
    waker: Waker = _module(address).open_waker(broker_of(address))
    return waker


def broker_of(address: str) -> str:
    """The address as the broker's own client takes it."""
    return address.partition("+")[2]


def broker_asked(address: str | None, library: str) -> str:
    """The broker for a fleet of ``library``. Raises BadRequest when TYPECASE_WAKE names none."""
    if not address or not address.startswith(f"{library}+"):
        raise BadRequest("TYPECASE_WAKE must begin with {start}.", start=f"{library}+")
    require_known(address)
    return broker_of(address)


def _module(address: str) -> Any:
    return importlib.import_module(require_known(address).module, __package__)
