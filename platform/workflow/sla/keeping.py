"""A clock with what belongs to it, as it is kept for a record and a target."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .clocks import Clock, Standing, standing


@dataclass(frozen=True, slots=True)
class Kept:
    """``chosen``: the value that chose the time allowed. ``calendar``: digest of the one it counts
    by, "" for every hour. ``terms``: digest of what its policy said. ``fired``: escalations done.
    ``due_at``, ``risk_at``: what follows from the clock, for lists."""

    record: str
    target: str
    policy: str
    chosen: str | None
    calendar: str
    terms: str
    clock: Clock
    fired: tuple[str, ...] = ()
    due_at: datetime | None = None
    risk_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.clock.state != "met"

    def standing(self, now: datetime) -> Standing:
        return standing(self.clock, self.due_at, self.risk_at, now)
