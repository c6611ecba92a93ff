"""A policy tried out: what its clocks would do from a moment on, were a record to meet it then.

The steps are those of real clocks; nothing is written, nobody is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from ...errors import NotFound
from ...metadata.service_levels import WHOLE, Escalation, Policy, Target, service_levels_of
from ...runtime.storage.unit_of_work import Unit
from .. import jobs
from ..business_hours import length_of
from .clocks import Clock, Seen, Terms, reaches, step

Kind = Literal["starts", "pauses", "goes_on", "escalates", "due"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """``began``: when every target starts. ``chosen``: the values of the fields that say how much
    time there is (``by``). From ``paused`` to ``resumed`` every target pauses that can."""

    began: datetime
    chosen: Mapping[str, str]
    paused: datetime | None = None
    resumed: datetime | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happens; ``escalation`` where it is one."""

    at: datetime
    kind: Kind
    escalation: Escalation | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One clock; without ``marks`` where nothing is promised for the chosen value."""

    target: Target
    allowed: timedelta
    marks: tuple[Mark, ...]


def policy_of(unit: Unit, object_name: str, name: str | None) -> Policy:
    """The policy called ``name``, the first one without. Needs the right ``designer``; raises
    NotFound."""
    jobs.require_right(unit)
    levels = service_levels_of(unit.catalog, unit.catalog.object(object_name).name)
    found = levels.policy(name) if name else next(iter(levels.policies), None)
    if found is None:
        raise NotFound()
    return found


def forecast(unit: Unit, policy: Policy, wanted: Wanted) -> tuple[Line, ...]:
    """What would happen when, target by target. Raises NeverOver."""
    return tuple(_line(unit, policy, target, wanted) for target in policy.targets.values())


# Inside -------------------------------------------------------------------------------------


def _line(unit: Unit, policy: Policy, target: Target, wanted: Wanted) -> Line:
    period = target.allows(wanted.chosen.get(target.by or ""))
    if period is None:
        return Line(target, timedelta(), ())
    zone = unit.settings.zone_info
    terms = Terms(length_of(period, policy.calendar), policy.calendar, zone)
    marks = sorted(_marks(policy, target, wanted, terms), key=lambda mark: mark.at)
    return Line(target, terms.allowed, tuple(marks))


def _marks(policy: Policy, target: Target, wanted: Wanted, terms: Terms) -> Iterator[Mark]:
    before = Clock("running", wanted.began, wanted.began, terms.allowed)
    yield Mark(wanted.began, "starts")
    after, paused = before, None
    if target.pauses is not False and wanted.paused and wanted.resumed:
        paused = wanted.paused
        after = _resumed(before, paused, wanted.resumed, terms)
    due = _reached(before, after, paused, WHOLE, terms)
    if paused is not None and paused < due and wanted.resumed:
        yield Mark(paused, "pauses")
        yield Mark(wanted.resumed, "goes_on")
    for each in policy.of(target.key):
        yield Mark(_reached(before, after, paused, each.percent, terms), "escalates", each)
    yield Mark(due, "due")


def _resumed(clock: Clock, paused: datetime, resumed: datetime, terms: Terms) -> Clock:
    """The clock after a pause, by the steps that each save takes."""
    for at, pauses in ((paused, True), (resumed, False)):
        looked = step(clock, Seen(at, starts=True, stops=False, pauses=pauses), terms)
        assert looked is not None, "a clock that runs goes on being one"
        clock = looked
    return clock


def _reached(
    before: Clock, after: Clock, paused: datetime | None, percent: int, terms: Terms
) -> datetime:
    """When that share of the time is over: by the clock before the pause, or the one after it."""
    moment = reaches(before, percent, terms)
    return moment if paused is None or moment <= paused else reaches(after, percent, terms)
