"""What people may hold of a pool's records. Whatever path gives somebody a record asks here,
inside the transaction and with the person locked, so that two at once cannot both be the last.

The system passes, and whoever may edit all records of the object.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from ..errors import FieldProblem, RecordInvalid
from ..metadata.catalog import Catalog
from ..metadata.definitions import Object
from ..metadata.sharing import Limits, Pool
from .changes import Change
from .facts import Facts
from .storage import people, pool_rows
from .storage.pool_rows import Followers
from .storage.tables import ObjectTable
from .storage.unit_of_work import Unit

REGARDING = "regarding"
"""Name of the lookup that makes a record an activity of another one."""

COUNTED = (None, "along", "left", "restored")
"""Ways to get a record that are counted here; pools and queues count for themselves."""

TOO_MANY = "{person} would hold {count} {object}; {most} is the most anybody may hold."


@dataclass(frozen=True, slots=True)
class Holding:
    """What somebody has of a pool, beside what they may have."""

    limits: Limits
    held: int
    claimed_today: int
    followed: int


def pool_of(catalog: Catalog, obj: Object) -> Pool | None:
    """The object's pool, unless it is switched off."""
    pool = obj.access.pool
    return None if pool is None or catalog.is_off(pool) else pool


def holding(unit: Unit, of: ObjectTable, pool: Pool, person: str) -> Holding:
    """What ``person`` has now. Where the pool has no such limit nothing is counted: 0."""
    limits = pool.limits
    held = pool_rows.held(unit, of, pool, [person]).get(person, 0)
    claimed = followed = 0
    if limits.per_day is not None:
        claimed = pool_rows.claims(unit, of, person, day_start(unit, today(unit)))
    if limits.followed is not None:
        followed = pool_rows.followed(unit, of, pool, person, followers(unit, of))
    return Holding(limits, held, claimed, followed)


def check(unit: Unit, of: ObjectTable, changes: Sequence[Change]) -> None:
    """Notes a problem for each record that would be one too many for its new owner. What pools
    and queues hand out they have counted themselves."""
    pool = pool_of(unit.catalog, of.object)
    if pool is None or pool.limits.held is None or passes(unit, of.object):
        return
    given = [c for c in changes if _gives(c) and c.handing in COUNTED]
    if given and pool.when:
        facts = Facts(unit, of, given)
        given = [change for change in given if facts.holds(pool.when, change)]
    if not given:
        return
    joining = Counter(str(change.values["owner"]) for change in given)
    pool_rows.lock_people(unit, joining)
    held = pool_rows.held(unit, of, pool, joining)
    full = {id_ for id_, count in joining.items() if held.get(id_, 0) + count > pool.limits.held}
    queues = {id_ for id_ in full if people.kind_of(unit, id_) == "queue"}
    names = people.names(unit, full)
    for change in given:
        person = change.values["owner"]
        if person in full - queues:
            told = {
                "person": names.get(person, "?"),
                "count": held.get(person, 0) + joining[person],
                "object": plural(unit, of.object),
                "most": pool.limits.held,
            }
            change.problems.append(FieldProblem("owner", "too_many", TOO_MANY, told))


def check_restored(unit: Unit, of: ObjectTable, stored: Sequence[dict[str, Any]]) -> None:
    """Raises RecordInvalid where what comes back from the bin would be too much for its owner."""
    changes = [
        Change("update", str(row["id"]), {}, {**row, "owner": None}, row, handing="restored")
        for row in stored
    ]
    check(unit, of, changes)
    refuse(changes)


def refuse(changes: Sequence[Change]) -> None:
    """Raises RecordInvalid with the problems of the changes, if there are any."""
    problems = [problem for change in changes for problem in change.problems]
    if problems:
        raise RecordInvalid({problem.text(): problem for problem in problems}.values())


def passes(unit: Unit, obj: Object) -> bool:
    return unit.actor.is_system or "edit_all" in unit.actor.rights.on(obj.name)


def plural(unit: Unit, obj: Object) -> str:
    return unit.catalog.label(f"{obj.id}:plural", obj.plural, unit.actor.language)


def followers(unit: Unit, of: ObjectTable) -> Followers:
    """The objects whose records are follow-ups of those of ``of``."""
    reverses = unit.catalog.reverses.get(of.object.name, {}).values()
    return tuple(
        (unit.model.table(each.object), each.field) for each in reverses if each.field == REGARDING
    )


# Days ---------------------------------------------------------------------------------------


def today(unit: Unit) -> date:
    """The day it is where the workspace is."""
    return day_of(unit, unit.now)


def day_of(unit: Unit, moment: datetime) -> date:
    return moment.astimezone(unit.settings.zone_info).date()


def day_start(unit: Unit, day: date) -> datetime:
    """The first moment of a day where the workspace is; clocks that are put forward at midnight
    make it the first there is."""
    return datetime.combine(day, time(), unit.settings.zone_info)


def until(unit: Unit, day: date) -> pool_rows.Bound:
    """Everything up to the end of ``day``."""
    return pool_rows.Bound(day_start(unit, day + timedelta(days=1)), day)


def _gives(change: Change) -> bool:
    owner: Any = change.values.get("owner")
    return owner is not None and (change.is_new or owner != change.before["owner"])
