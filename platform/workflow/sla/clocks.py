"""A clock as a pure value: what it becomes by what is seen of its record, moment after moment.

The same steps run at each save, and over a record's history when it is recomputed, so both come to
the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from ...metadata.calendars import Calendar
from ..business_hours import NONE, between, later

State = Literal["running", "paused", "met"]
Standing = Literal["running", "at_risk", "paused", "overdue", "met", "missed"]
"""What people read of a clock; ``missed``: it was met too late."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How a clock counts: how much time it has, and by whose hours. ``zone``: the workspace's."""

    allowed: timedelta
    calendar: Calendar | None
    zone: ZoneInfo

    def passed(self, since: datetime, until: datetime) -> timedelta:
        return between(since, until, self.calendar, self.zone)

    def after(self, since: datetime, length: timedelta) -> datetime:
        return later(since, length, self.calendar, self.zone)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look at the record says. ``started_at`` and ``reached_at``: moments the record itself
    names, where it does."""

    at: datetime
    starts: bool
    stops: bool
    pauses: bool
    started_at: datetime | None = None
    reached_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """``spent`` is what had passed at ``since``; what a running clock has had after it is counted
    when somebody asks. ``overdue_at``: when the time was over, if it was by ``since``."""

    state: State
    started_at: datetime
    since: datetime
    allowed: timedelta
    spent: timedelta = NONE
    overdue_at: datetime | None = None
    stopped_at: datetime | None = None


def step(clock: Clock | None, seen: Seen, terms: Terms) -> Clock | None:
    """The clock after a look at its record; None: it has not started."""
    if clock is None:
        if not seen.starts:
            return None
        start = min(seen.started_at or seen.at, seen.at)
        clock = Clock("running", start, start, terms.allowed)
    if clock.state == "met":
        if seen.stops:
            return clock
        clock = replace(clock, state="paused", since=seen.at, stopped_at=None)
    if clock.allowed != terms.allowed:
        clock = allow(clock, seen.at, terms)
    if seen.stops:
        return _stop(clock, seen, terms)
    if seen.pauses:
        return settle(clock, seen.at, terms, "paused") if clock.state == "running" else clock
    if clock.state == "paused":
        return replace(clock, state="running", since=seen.at)
    return clock


def settle(clock: Clock, at: datetime, terms: Terms, state: State | None = None) -> Clock:
    """Counts what has passed up to ``at`` for good. A clock set back counts nothing twice."""
    spent, overdue_at = clock.spent, clock.overdue_at
    if clock.state == "running":
        spent += terms.passed(clock.since, at)
        if overdue_at is None and spent >= clock.allowed:
            due = terms.after(clock.since, clock.allowed - clock.spent)
            overdue_at = due if due < at else None
    return replace(clock, state=state or clock.state, since=at, spent=spent, overdue_at=overdue_at)


def allow(clock: Clock, at: datetime, terms: Terms) -> Clock:
    """The clock with another time allowed from now on; what has passed stays."""
    settled = settle(clock, at, terms)
    is_over = settled.spent > terms.allowed
    overdue_at = (settled.overdue_at or at) if is_over else None
    return replace(settled, allowed=terms.allowed, overdue_at=overdue_at)


def _stop(clock: Clock, seen: Seen, terms: Terms) -> Clock:
    """Met: when the record says so, but not before the clock last went on, nor later than now."""
    at = min(max(seen.reached_at or seen.at, clock.since), max(seen.at, clock.since))
    return replace(settle(clock, at, terms, "met"), stopped_at=at)


# Questions ----------------------------------------------------------------------------------


def elapsed(clock: Clock, now: datetime, terms: Terms) -> timedelta:
    """How much business time it has had."""
    if clock.state != "running":
        return clock.spent
    return clock.spent + terms.passed(clock.since, now)


def remaining(clock: Clock, now: datetime, terms: Terms) -> timedelta:
    """How much is left; less than nothing when it is overdue."""
    return clock.allowed - elapsed(clock, now, terms)


def due_at(clock: Clock, terms: Terms) -> datetime | None:
    """When its time is over, or was; None while it stands still in time, or was met."""
    if clock.state == "met":
        return None
    if clock.overdue_at is not None:
        return clock.overdue_at
    return (
        None if clock.state == "paused" else terms.after(clock.since, clock.allowed - clock.spent)
    )


def reaches(clock: Clock, percent: int, terms: Terms) -> datetime:
    """When a running clock has had that share of its time; never before it last went on."""
    return terms.after(clock.since, share(clock, percent) - clock.spent)


def share(clock: Clock, percent: int) -> timedelta:
    part: timedelta = clock.allowed * percent / 100
    return part


def standing(clock: Clock, due: datetime | None, risk: datetime | None, now: datetime) -> Standing:
    """How it stands; ``due`` and ``risk`` as they were worked out when it last changed."""
    if clock.state == "met":
        return "met" if clock.overdue_at is None else "missed"
    if due is not None and due < now:
        return "overdue"
    if clock.state == "paused":
        return "paused"
    return "at_risk" if risk is not None and risk <= now else "running"
