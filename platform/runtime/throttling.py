"""How fast somebody may guess passwords. Pure arithmetic; the counters are in the database.

============  ====================  ===========================  =====================
per           failures that cost    then each one costs          one is forgiven every
============  ====================  ===========================  =====================
account       nothing: 4            2, 4, 8 … 900 seconds        hour
address       nothing: 29           2, 4, 8 … 900 seconds        minute
============  ====================  ===========================  =====================

Nobody is ever locked out for good, and a stranger cannot keep a person out: from an address
where the person signed in during the last 30 days, they have a counter of their own.
"""

from __future__ import annotations

import hashlib
import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

LONGEST_WAIT = timedelta(minutes=15)
ADDRESS_KNOWN_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Limit:
    """The ``free``-th failure is the first that costs time."""

    free: int
    forgives: timedelta
    first_wait: timedelta = timedelta(seconds=2)


ACCOUNT = Limit(5, timedelta(hours=1))
ADDRESS = Limit(30, timedelta(minutes=1))
MAILS = Limit(3, timedelta(hours=1), first_wait=timedelta(minutes=5))
"""Asking for a link by mail: every question counts, whether or not there is such a person."""


@dataclass(frozen=True, slots=True)
class Attempts:
    """One counter, as it is kept."""

    key: str
    failures: int
    last_at: datetime
    blocked_until: datetime


@dataclass(frozen=True, slots=True)
class Counters:
    """The keys of the counters a log-in is counted by."""

    account: str
    known: str | None
    """Of this person at this address."""
    address: str | None
    limit: Limit = ACCOUNT
    """Of the first two."""

    @property
    def all(self) -> tuple[str, ...]:
        return tuple(sorted(key for key in (self.account, self.known, self.address) if key))


def counters(login: str, address: str | None, what: str = "") -> Counters:
    """Keys are digests: people type passwords into the wrong box.

    ``what`` is tried, when it is no password: it has counters of its own.
    """
    place, name = _network(address), f"{what}:{login}" if what else login
    return Counters(
        account=f"account:{_digest(name)}",
        known=f"known:{_digest(f'{name}@{place}')}" if place else None,
        address=f"address:{place}" if place else None,
    )


def mail_counters(name: str, address: str | None) -> Counters:
    """The keys of the counters a question for a link by mail is counted by."""
    place = _network(address)
    return Counters(f"mail:{_digest(name)}", None, f"address:{place}" if place else None, MAILS)


def in_force(keys: Counters, kept: dict[str, Attempts], now: datetime) -> dict[str, Limit]:
    """Which counters decide: the person's own at a known address, else everybody's."""
    own = kept.get(keys.known) if keys.known else None
    is_known = own is not None and now - own.last_at < ADDRESS_KNOWN_FOR
    account = keys.known if keys.known and is_known else keys.account
    limits = {account: keys.limit}
    if keys.address:
        limits[keys.address] = ADDRESS
    return limits


def after_failure(key: str, limit: Limit, kept: Attempts | None, now: datetime) -> Attempts:
    """The counter when one more attempt has failed."""
    before = 0 if kept is None else kept.failures - int((now - kept.last_at) / limit.forgives)
    failures = max(0, before) + 1
    over = failures - limit.free
    wait = limit.first_wait * 2 ** min(over, 20) if over >= 0 else timedelta()
    return Attempts(key, failures, now, now + min(wait, LONGEST_WAIT))


def seconds_left(kept: list[Attempts], now: datetime) -> int:
    """How long to wait before the next attempt counts; 0: not at all."""
    waits = [(each.blocked_until - now).total_seconds() for each in kept]
    return max(0, *(int(-(-wait // 1)) for wait in waits), 0)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _network(address: str | None) -> str | None:
    """One subscriber: an IPv4 address, the first half of an IPv6 one."""
    if not address:
        return None
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return _digest(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network(f"{parsed}/64", strict=False).network_address)
    return str(parsed)
