"""Counting failed attempts, inside the transaction that decides about them."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import TooManyAttempts
from . import throttling
from .storage import credentials
from .storage.unit_of_work import Unit


@dataclass(frozen=True, slots=True)
class Counted:
    """The counters in force with their limits."""

    limits: dict[str, throttling.Limit]
    kept: dict[str, throttling.Attempts]

    def seconds_left(self, unit: Unit) -> int:
        return throttling.seconds_left(
            [a for k, a in self.kept.items() if k in self.limits], unit.now
        )


def refuse_if_blocked(unit: Unit, keys: throttling.Counters, lock: bool = False) -> None:
    """Raises TooManyAttempts when the next attempt does not count yet."""
    _refuse(unit, _counted(unit, keys, lock))


def count_failure(unit: Unit, keys: throttling.Counters) -> int:
    """Counts one more; returns how many seconds the next attempt has to wait.

    Raises TooManyAttempts when somebody else's attempt at the same time has used this one up.
    """
    limits = _counted(unit, keys).limits
    credentials.start_attempts(unit, limits)
    kept = credentials.attempts(unit, limits, lock=True)
    _refuse(unit, Counted(limits, kept))
    counted = [
        throttling.after_failure(key, limit, kept.get(key), unit.now)
        for key, limit in limits.items()
    ]
    credentials.keep_attempts(unit, counted)
    return throttling.seconds_left(counted, unit.now)


def forgive(unit: Unit, keys: throttling.Counters) -> None:
    """The account starts afresh; the address does not, or one good account would cover all."""
    credentials.forget_attempts(unit, [keys.account])
    if keys.known:
        credentials.keep_known(unit, keys.known)


def _counted(unit: Unit, keys: throttling.Counters, lock: bool = False) -> Counted:
    kept = credentials.attempts(unit, keys.all, lock)
    return Counted(throttling.in_force(keys, kept, unit.now), kept)


def _refuse(unit: Unit, counted: Counted) -> None:
    seconds = counted.seconds_left(unit)
    if seconds:
        raise TooManyAttempts(seconds)
