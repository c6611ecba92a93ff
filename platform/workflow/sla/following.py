"""Clocks follow their records: at each save, into the bin and back. A batch takes two statements to
read and write its clocks, one for their timers, one for calendars they begin to count by.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import Any

from ...metadata.calendars import Calendar, read_calendar
from ...metadata.definitions import EMPTY
from ...metadata.service_levels import (
    CREATED,
    NO_LEVELS,
    Policy,
    ServiceLevels,
    Target,
    calendar_document,
    service_levels_of,
)
from ...runtime.changes import Change
from ...runtime.facts import Facts
from ...runtime.storage import records
from ...runtime.storage.tables import ObjectTable
from ...runtime.storage.unit_of_work import Unit
from .. import jobs
from ..business_hours import length_of
from ..storage import clock_rows, job_rows
from .clocks import Clock, Seen, Terms, due_at, reaches, settle, step
from .keeping import Kept

KIND = "sla"
Known = Mapping[str, Kept]


def after_save(unit: Unit, of: ObjectTable, changes: Sequence[Change]) -> None:
    """Moves the clocks of the records of which something was changed that they look at."""
    levels = service_levels_of(unit.catalog, of.object.name)
    if levels is NO_LEVELS:
        return
    looked = [change for change in changes if change.is_new or _is_watched(levels, change)]
    if looked:
        follow(unit, of, levels, looked)


def _is_watched(levels: ServiceLevels, change: Change) -> bool:
    return levels.watched is None or not levels.watched.isdisjoint(change.changed())


def after_bin(unit: Unit, of: ObjectTable, happened: tuple[str, Sequence[str]]) -> None:
    """In the bin clocks stand still; a record that comes back is looked at anew."""
    levels, (event, ids) = service_levels_of(unit.catalog, of.object.name), happened
    if levels is NO_LEVELS:
        return
    if event == "restore":
        stored = records.load_all(unit, of, ids)
        follow(unit, of, levels, [as_change(values) for values in stored.values()])
        return
    calendars = Calendars(unit, levels)
    known = clock_rows.load(unit, ids, lock=True)
    open_ = [each for own in known.values() for each in own.values() if each.is_open]
    clock_rows.save(unit, of.object.id, [halted(each, unit.now, calendars) for each in open_])


def halted(kept: Kept, at: datetime, calendars: Calendars) -> Kept:
    """The clock standing still from ``at`` on, whatever its record says."""
    clock = kept.clock
    if clock.state == "running":
        clock = settle(clock, at, calendars.terms(kept), "paused")
    return replace(kept, clock=clock, due_at=clock.overdue_at, risk_at=None)


def as_change(values: dict[str, Any]) -> Change:
    """A record as it is stored, to be looked at."""
    return Change("update", values["id"], EMPTY, values, dict(values))


def follow(
    unit: Unit,
    of: ObjectTable,
    levels: ServiceLevels,
    changes: Sequence[Change],
    quiet: bool = False,
) -> None:
    """Looks at the records and keeps what their clocks have become, with timers for what is to be
    done in time. ``quiet``: what should have been done by now is not made up for."""
    old = [change.id for change in changes if not change.is_new]
    known = clock_rows.load(unit, old, lock=True) if old else {}
    calendars, facts = Calendars(unit, levels), Facts(unit, of, changes)
    keep: list[Kept] = []
    dropped: list[tuple[str, str]] = []
    for change in changes:
        own = known.get(change.id, {})
        after = Look(facts, levels, calendars, change, unit.now).clocks(own)
        dropped += [(change.id, name) for name in own.keys() - after.keys()]
        keep += [kept for name, kept in after.items() if own.get(name) != kept]
    counted = {(k.record, k.calendar) for own in known.values() for k in own.values()}
    fresh = {k.calendar for k in keep if (k.record, k.calendar) not in counted}
    calendars.keep(fresh)
    store(unit, of, levels, keep, quiet or unit.via == "package")
    clock_rows.drop(unit, dropped)


def store(
    unit: Unit, of: ObjectTable, levels: ServiceLevels, several: Sequence[Kept], quiet: bool
) -> None:
    """Writes clocks with their timers; their calendars have been kept."""
    calendars = Calendars(unit, levels)
    rows: list[dict[str, Any]] = []
    keep: list[Kept] = []
    for each in several:
        each, timers = _timers(unit, of.object.name, levels, calendars, each, quiet)
        keep.append(each)
        rows += timers
    clock_rows.save(unit, of.object.id, keep)
    job_rows.insert(unit, rows)


def _timers(
    unit: Unit,
    object_name: str,
    levels: ServiceLevels,
    calendars: Calendars,
    kept: Kept,
    quiet: bool,
) -> tuple[Kept, list[dict[str, Any]]]:
    """A timer for each escalation still to come of a running clock."""
    policy = levels.policy(kept.policy)
    if policy is None or kept.clock.state != "running":
        return kept, []
    rows, missed = [], []
    for each in policy.of(kept.target):
        if each.name in kept.fired:
            continue
        moment = reaches(kept.clock, each.percent, calendars.terms(kept))
        if quiet and moment <= unit.now:
            missed.append(each.name)
            continue
        key = f"sla:{kept.record}:{kept.policy}.{each.name}:{moment.isoformat()}"
        payload = {"policy": kept.policy, "target": kept.target, "escalation": each.name}
        rows.append(jobs.row(unit, KIND, payload, key, moment, (object_name, kept.record)))
    return replace(kept, fired=(*kept.fired, *missed)), rows


class Calendars:
    """What clocks count by: the calendars of today's policies, and those of earlier ones."""

    def __init__(self, unit: Unit, levels: ServiceLevels) -> None:
        self.unit, self.levels = unit, levels
        policies = (each for each in levels.policies if each.calendar is not None)
        self._found: dict[str, Calendar | None] = {e.calendar_digest: e.calendar for e in policies}

    def terms(self, kept: Kept) -> Terms:
        zone = self.unit.settings.zone_info
        return Terms(kept.clock.allowed, self.of(kept.calendar), zone)

    def of(self, digest: str) -> Calendar | None:
        if digest and digest not in self._found:
            self._found[digest] = read_calendar(clock_rows.calendar_document(self.unit, digest))
        return self._found[digest] if digest else None

    def keep(self, digests: Iterable[str]) -> None:
        """Writes down the calendars that clocks begin to count by, once each."""
        wanted = {digest: self._found[digest] for digest in digests if digest in self._found}
        catalog = self.unit.catalog
        clock_rows.keep_calendars(
            self.unit, {d: calendar_document(catalog, c) for d, c in wanted.items() if c}
        )


class Look:
    """One look at one record: what its clocks become by it."""

    def __init__(
        self,
        facts: Facts,
        levels: ServiceLevels,
        calendars: Calendars,
        change: Change,
        at: datetime,
    ) -> None:
        self.facts, self.levels, self.calendars = facts, levels, calendars
        self.change, self.at = change, at

    def clocks(self, known: Known) -> dict[str, Kept]:
        """The clocks after the look, by target; one that is missing has ended without a trace."""
        leading = self._leading(known)
        names = dict.fromkeys((*known, *(leading.targets if leading else ())))
        found = {name: self._next(name, known.get(name), leading) for name in names}
        return {name: kept for name, kept in found.items() if kept is not None}

    @cached_property
    def chosen(self) -> Policy | None:
        """The first policy that fits the record as it is now."""
        fitting = (p for p in self.levels.policies if self.facts.holds(p.when, self.change))
        return next(fitting, None)

    def _leading(self, known: Known) -> Policy | None:
        """While a frozen clock runs its policy stays the record's; else the one that fits."""
        for kept in known.values():
            policy, target = self._own(kept)
            if kept.is_open and target is not None and target.on_change == "freeze":
                return policy
        return self.chosen

    def _own(self, kept: Kept) -> tuple[Policy | None, Target | None]:
        policy = self.levels.policy(kept.policy)
        return policy, policy.targets.get(kept.target) if policy else None

    def _next(self, name: str, kept: Kept | None, leading: Policy | None) -> Kept | None:
        policy, is_frozen = leading, False
        if kept is not None:
            policy, target = self._own(kept)
            is_frozen = target is not None and (
                target.on_change == "freeze" or self._stays_met(kept, target)
            )
            policy = policy if is_frozen else self.chosen
        target = policy.targets.get(name) if policy else None
        if policy is None or target is None:
            return self._ended(kept)
        chosen = kept.chosen if kept and is_frozen else self._value(target.by)
        period = target.allows(chosen)
        if period is None:
            return self._ended(kept)
        terms = self._terms(policy, period)
        clock = step(self._counted(kept, policy), self._seen(target), terms)
        return self._kept(policy, target, chosen, clock, terms, kept) if clock else None

    def _stays_met(self, kept: Kept, target: Target) -> bool:
        """What was met keeps its terms; once its record is open again it counts by today's."""
        return not kept.is_open and self.facts.holds(target.stops, self.change)

    def _ended(self, kept: Kept | None) -> Kept | None:
        """Nothing is promised any more: what was met stays to be seen."""
        return kept if kept is not None and not kept.is_open else None

    def _terms(self, policy: Policy, period: str) -> Terms:
        zone = self.calendars.unit.settings.zone_info
        return Terms(length_of(period, policy.calendar), policy.calendar, zone)

    def _counted(self, kept: Kept | None, policy: Policy) -> Clock | None:
        """The clock with its time counted by the calendar it had, where it gets another one."""
        if kept is None:
            return None
        if kept.calendar != policy.calendar_digest and kept.clock.state == "running":
            return settle(kept.clock, self.at, self.calendars.terms(kept))
        return kept.clock

    def _seen(self, target: Target) -> Seen:
        created = target.starts == CREATED
        holds, change = self.facts.holds, self.change
        return Seen(
            at=self.at,
            starts=created or holds(target.starts, change),
            stops=holds(target.stops, change),
            pauses=holds(target.pauses, change),
            started_at=change.values.get("created_at") if created else None,
            reached_at=self._value(target.reached_at),
        )

    def _value(self, name: str | None) -> Any:
        field = self.facts.of.object.by_name.get(name) if name else None
        return self.change.values.get(field.name) if field else None

    def _kept(
        self,
        policy: Policy,
        target: Target,
        chosen: str | None,
        clock: Clock,
        terms: Terms,
        before: Kept | None,
    ) -> Kept:
        due = due_at(clock, terms)
        at_risk = clock.state == "running" and clock.overdue_at is None
        return Kept(
            record=self.change.id,
            target=target.key,
            policy=policy.key,
            chosen=chosen,
            calendar=policy.calendar_digest,
            terms=target.digest,
            clock=clock,
            fired=before.fired if before and policy is self.levels.policy(before.policy) else (),
            due_at=due,
            risk_at=reaches(clock, target.at_risk, terms) if at_risk else None,
        )
