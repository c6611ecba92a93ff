"""What goes back to the pool by itself: nobody followed it up, or it was not won in time.

A rule finds its records with one statement, however many there are; batches of them go back in
transactions of their own. What cannot go (an approval holds it) is left for the next time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from ..errors import TypecaseError
from ..metadata.sharing import Pool, RecycleRule
from . import pool_limits, saving
from .actors import SYSTEM
from .changes import Change
from .pool_limits import day_of, today, until
from .storage import history_rows, pool_rows, records
from .storage.pool_rows import Bound
from .storage.tables import ObjectTable
from .storage.unit_of_work import Unit
from .workspaces import Workspace

AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Recycled:
    """Of one object: how many went back, how many owners were warned, what could not go."""

    object: str
    gone: int = 0
    warned: int = 0
    stuck: int = 0


@dataclass(frozen=True, slots=True)
class GoingBack:
    """When a record goes back, and by which rule. ``days``: from today; 0: today."""

    on: date
    days: int
    rule: RecycleRule


def recycle_all(workspace: Workspace) -> tuple[Recycled, ...]:
    """What is due of every object, as of now; then warnings."""
    catalog = workspace.catalog
    names = [o.name for o in catalog.objects.values() if pool_limits.pool_of(catalog, o)]
    return tuple(recycle(workspace, name) for name in names)


def recycle(workspace: Workspace, object_name: str) -> Recycled:
    """What is due of one object, in batches; then warnings."""
    catalog = workspace.catalog
    pool = pool_limits.pool_of(catalog, catalog.object(object_name))
    names = [rule.name for rule in pool.recycle] if pool else []
    batches = [each for name in names for each in _batches(workspace, object_name, name)]
    gone, stuck = sum(each.gone for each in batches), sum(each.stuck for each in batches)
    warned = sum(_warn_all(workspace, object_name, name) for name in names)
    return Recycled(object_name, gone, warned, stuck)


def _batches(workspace: Workspace, object_name: str, rule: str) -> Iterator[Recycled]:
    after: str | None = None
    while True:
        work = partial(recycle_due, object_name=object_name, rule_name=rule, after=after)
        batch, after = workspace.run(SYSTEM, work, via="job")
        yield batch
        if after is None:
            return


def _warn_all(workspace: Workspace, object_name: str, rule: str) -> int:
    work = partial(warn_due, object_name=object_name, rule_name=rule)
    warned = 0
    while True:
        count = workspace.run(SYSTEM, work, via="job")
        warned += count
        if count < AT_ONCE:
            return warned


def recycle_due(
    unit: Unit, object_name: str, rule_name: str, after: str | None = None
) -> tuple[Recycled, str | None]:
    """Sends back one batch of what a rule is due for; says after which one to go on (None: that
    was all)."""
    of, pool, rule = _rule(unit, object_name, rule_name)
    if pool is None or rule is None:
        return Recycled(object_name), None
    followers = pool_limits.followers(unit, of)
    ids = pool_rows.due(unit, of, pool, rule, _bounds(unit, pool, rule), followers, after, AT_ONCE)
    stored = records.load_all(unit, of, ids)
    changes = [_change(stored[id_], rule) for id_ in ids if id_ in stored]
    gone = _send_back(unit, of, changes)
    last = ids[-1] if len(ids) == AT_ONCE else None
    return Recycled(object_name, gone, 0, len(changes) - gone), last


def warn_due(unit: Unit, object_name: str, rule_name: str) -> int:
    """Tells owners, on the timeline, what goes back within the rule's days of warning. Each is
    told once, until something begins the days anew."""
    of, pool, rule = _rule(unit, object_name, rule_name)
    if pool is None or rule is None or not rule.warn_days:
        return 0
    followers = pool_limits.followers(unit, of)
    bounds = _bounds(unit, pool, rule, timedelta(days=rule.warn_days))
    rows = pool_rows.unwarned(unit, of, pool, rule, bounds, followers, AT_ONCE)
    warnings = [_warning(unit, pool, rule, row) for row in rows]
    pool_rows.warn(unit, warnings)
    told: list[tuple[str, str, dict[str, Any]]] = [
        (
            each["record"],
            "pool_warning",
            {"due": [None, each["due_on"].isoformat()], "reason": [None, rule.id]},
        )
        for each in warnings
    ]
    history_rows.write(unit, of.object, told)
    return len(warnings)


def due_by(unit: Unit, of: ObjectTable, pool: Pool) -> tuple[tuple[RecycleRule, int], ...]:
    """How many records each rule would send back as of now if the pool were like ``pool``. What
    several rules are due for counts with each."""
    followers = pool_limits.followers(unit, of)
    return tuple(
        (rule, pool_rows.count_due(unit, of, pool, rule, _bounds(unit, pool, rule), followers))
        for rule in pool.recycle
    )


def going_back(unit: Unit, of: ObjectTable, pool: Pool, record: str) -> GoingBack | None:
    """When a record with an owner goes back if nothing happens; None: it does not."""
    row = pool_rows.standing(unit, of, pool, record, pool_limits.followers(unit, of))
    if row is None or not row.pooled or row.protected:
        return None
    told = row._mapping
    found = [
        _due_on(unit, pool, rule, told, told[f"field{place}"])
        for place, rule in enumerate(pool.recycle)
        if told[f"meets{place}"]
    ]
    if not found:
        return None
    on, rule = min(found, key=lambda each: each[0])
    return GoingBack(on, max(0, (on - today(unit)).days), rule)


# Inside -------------------------------------------------------------------------------------


def _rule(
    unit: Unit, object_name: str, rule_name: str
) -> tuple[ObjectTable, Pool | None, RecycleRule | None]:
    """As they are in this unit: a publication may have come between two batches."""
    of = unit.model.table(unit.catalog.object(object_name).name)
    pool = pool_limits.pool_of(unit.catalog, of.object)
    rules = pool.recycle if pool else ()
    return of, pool, next((rule for rule in rules if rule.name == rule_name), None)


def _bounds(
    unit: Unit, pool: Pool, rule: RecycleRule, early: timedelta = timedelta()
) -> tuple[Bound, Bound]:
    """Up to when nothing may have happened, and up to when it must have been got."""
    day = today(unit) + early
    protection = timedelta(days=pool.limits.protection_days)
    return until(unit, day - timedelta(days=rule.after_days)), until(unit, day - protection)


def _change(stored: dict[str, Any], rule: RecycleRule) -> Change:
    values = {**stored, "owner": None}
    return Change("update", stored["id"], {}, stored, values, handing="recycle", reason=rule.id)


def _send_back(unit: Unit, of: ObjectTable, changes: Sequence[Change]) -> int:
    """All at once; where one cannot go, each on its own. Returns how many went."""
    if not changes:
        return 0
    try:
        with unit.savepoint():
            saving.hand(unit, of, changes)
        gone = [change.id for change in changes]
    except TypecaseError:
        gone = [change.id for change in changes if _goes(unit, of, change)]
    pool_rows.forget_warnings(unit, gone)
    return len(gone)


def _goes(unit: Unit, of: ObjectTable, change: Change) -> bool:
    fresh = {**change.before, "owner": None}
    again = Change("update", change.id, {}, change.before, fresh, None, handing="recycle")
    again.reason = change.reason
    try:
        with unit.savepoint():
            saving.hand(unit, of, [again])
    except TypecaseError:
        return False
    return True


def _warning(unit: Unit, pool: Pool, rule: RecycleRule, row: Any) -> dict[str, Any]:
    on, _ = _due_on(unit, pool, rule, row._mapping, row.field0)
    counted = _begin(unit, rule, row._mapping, row.field0)
    return {
        "record": row.id,
        "rule": rule.id,
        "counted_from": counted,
        "counted_day": day_of(unit, counted),
        "due_on": on,
    }


def _due_on(
    unit: Unit, pool: Pool, rule: RecycleRule, told: Any, field: Any
) -> tuple[date, RecycleRule]:
    begun = day_of(unit, _begin(unit, rule, told, field))
    got = day_of(unit, told["got"])
    protected = got + timedelta(days=pool.limits.protection_days)
    return max(begun + timedelta(days=rule.after_days), protected), rule


def _begin(unit: Unit, rule: RecycleRule, told: Any, field: Any) -> datetime:
    """The moment the days of a rule count from."""
    moments: list[datetime] = [told["got"]]
    if isinstance(field, datetime):
        moments.append(field)
    elif isinstance(field, date):
        moments.append(pool_limits.day_start(unit, field))
    elif rule.counts == "follow_up" and not rule.since:
        followed = (v for k, v in told.items() if k.startswith("followed"))
        moments += [moment for moment in followed if moment is not None]
    return max(moments)
