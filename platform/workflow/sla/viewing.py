"""Clocks as people and programs see them: of a record, and all policies at a glance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from ...metadata.definitions import Object
from ...metadata.service_levels import NO_LEVELS, Policy, Target, service_levels_of
from ...runtime import access, parents
from ...runtime.storage.unit_of_work import Unit
from ..jobs import require_right
from ..storage import clock_rows
from .clocks import Standing, elapsed, remaining
from .following import Calendars
from .keeping import Kept

LATE = ("overdue", "missed")


@dataclass(frozen=True, slots=True)
class Seen:
    """A clock as its reader sees it now. ``key``: what it is kept under. ``policy`` and ``target``
    None: they are gone since.
    Lengths are business time; ``remaining`` is negative when it is late."""

    key: str
    name: str
    policy_name: str
    policy: Policy | None
    target: Target | None
    standing: Standing
    is_paused: bool
    started_at: datetime
    due_at: datetime | None
    stopped_at: datetime | None
    allowed: timedelta
    elapsed: timedelta
    remaining: timedelta


def clocks(unit: Unit, object_name: str, id_: str) -> tuple[Seen, ...]:
    """The clocks of a record, those due first before. Raises AccessDenied, NotFound."""
    obj = unit.catalog.object(object_name)
    access.require(unit.actor, "read", obj)
    parents.visible(unit, obj.name, id_)
    return of_record(unit, obj, id_)


def of_record(unit: Unit, obj: Object, id_: str) -> tuple[Seen, ...]:
    """The same for a record the actor is known to see; no statement where there are no policies."""
    levels = service_levels_of(unit.catalog, obj.name)
    if levels is NO_LEVELS:
        return ()
    calendars = Calendars(unit, levels)
    known = clock_rows.load(unit, [id_]).get(id_, {})
    return tuple(_seen(unit, kept, calendars) for kept in sorted(known.values(), key=_place))


def _place(kept: Kept) -> tuple[bool, bool, float, str]:
    due = kept.due_at
    return not kept.is_open, due is None, due.timestamp() if due else 0.0, kept.target


def _seen(unit: Unit, kept: Kept, calendars: Calendars) -> Seen:
    terms = calendars.terms(kept)
    policy = calendars.levels.policy(kept.policy)
    target = policy.targets.get(kept.target) if policy else None
    return Seen(
        key=kept.target,
        name=target.name if target else kept.target,
        policy_name=policy.name if policy else kept.policy,
        policy=policy,
        target=target,
        standing=kept.standing(unit.now),
        is_paused=kept.clock.state == "paused",
        started_at=kept.clock.started_at,
        due_at=kept.due_at,
        stopped_at=kept.clock.stopped_at,
        allowed=kept.clock.allowed,
        elapsed=elapsed(kept.clock, unit.now, terms),
        remaining=remaining(kept.clock, unit.now, terms),
    )


@dataclass(frozen=True, slots=True)
class Counted:
    """How many clocks of a target are under way, of them overdue, and met."""

    open: int = 0
    overdue: int = 0
    met: int = 0


Counts = Mapping[tuple[str, str, str], Counted]
"""(id of the object, key of the policy, key of the target) → its clocks."""


def counts(unit: Unit) -> Counts:
    """What runs now. Needs the right ``designer``."""
    require_right(unit)
    found: dict[tuple[str, str, str], Counted] = {}
    for row in clock_rows.counts(unit):
        key = (row["object"], row["policy"], row["target"])
        so_far = found.get(key, Counted())
        if row["state"] == "met":
            found[key] = Counted(so_far.open, so_far.overdue, so_far.met + row["clocks"])
        else:
            overdue = so_far.overdue + int(row["overdue"])
            found[key] = Counted(so_far.open + row["clocks"], overdue, so_far.met)
    return found


def policies(unit: Unit) -> tuple[Policy, ...]:
    """Every policy, object by object, in the order they are tried. Needs the right ``designer``."""
    require_right(unit)
    return tuple(
        policy
        for name in unit.catalog.objects
        for policy in service_levels_of(unit.catalog, name).policies
    )
