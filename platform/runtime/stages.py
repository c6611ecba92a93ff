"""The stages of a path: how long a record has been where, which moves are allowed, what to warn of.

Time is measured in the transaction of the save that moves a record. What a path warns of is the
author's rule and so sees the truth; a page asks it for all its rows at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ..metadata.definitions import Object, Option, Stage
from . import access
from .changes import Change
from .facts import Facts
from .storage import records, stage_rows
from .storage.tables import ObjectTable
from .storage.unit_of_work import Unit

STALLED = "stalled"


@dataclass(frozen=True, slots=True)
class Sign:
    """Something to look at: ``stalled`` after ``days`` in its stage, or a warning of the path by
    its name, with its message in the reader's language."""

    name: str
    message: str = ""
    days: int = 0


@dataclass(frozen=True, slots=True)
class Spent:
    """How long a record has been in a stage, all its visits together."""

    stage: str
    time: timedelta
    visits: int


# While saving -------------------------------------------------------------------------------


def measure(unit: Unit, of: ObjectTable, changes: Sequence[Change]) -> None:
    """Sets the field that says since when a record is in its stage: nobody else writes it. Rows
    of packages may say it themselves; else they came to their stage when they were made."""
    path = of.object.path
    if path is None or path.since is None:
        return
    for change in changes:
        if unit.via == "package" and change.is_new:
            said = change.values.get(path.since) or change.values["created_at"]
            change.values[path.since] = min(said, unit.now)
        elif change.is_new or _moved(of.object, change):
            change.values[path.since] = unit.now
        else:
            change.values[path.since] = change.before.get(path.since)


def follow(unit: Unit, of: ObjectTable, changes: Sequence[Change]) -> None:
    """Keeps a visit for each record that came to a stage; one statement for all of them."""
    path = of.object.path
    if path is None:
        return
    moved = [change for change in changes if change.is_new or _moved(of.object, change)]
    stage_rows.insert(unit, [_visit(unit, of.object, change) for change in moved])


def refuse_moves(unit: Unit, obj: Object, change: Change) -> None:
    """Notes a problem where a record moves where its stage does not lead."""
    path = obj.path
    if path is None or change.is_new or not _moved(obj, change):
        return
    stage = path.stage(str(change.before.get(path.field)))
    to = change.values.get(path.field)
    if stage is None or stage.next is None or to in stage.next:
        return
    names = [unit.catalog.label(o.id, o.label, unit.actor.language) for o in next_of(obj, stage)]
    named = ", ".join(names) or "–"
    message = "From here it goes on to: {stages}."
    change.refuse(path.field, "move_not_allowed", message, stages=named)


def next_of(obj: Object, stage: Stage) -> tuple[Option, ...]:
    """The stages that one leads to, in the order of the path; all of them where it says nothing."""
    assert obj.path is not None
    options = obj.by_name[obj.path.field].options
    allowed = {option.name for option in options} if stage.next is None else set(stage.next)
    return tuple(o for o in options if o.name in allowed and o.name != stage.name)


def _moved(obj: Object, change: Change) -> bool:
    assert obj.path is not None
    return bool(change.values.get(obj.path.field) != change.before.get(obj.path.field))


def _visit(unit: Unit, obj: Object, change: Change) -> dict[str, Any]:
    assert obj.path is not None
    option = obj.by_name[obj.path.field].option(str(change.values.get(obj.path.field)))
    since = change.values.get(obj.path.since or "") or change.values["updated_at"]
    return {
        "record": change.id,
        "id": unit.new_id(),
        "object": obj.id,
        "stage": option.id if option else None,
        "since": since,
        "by": unit.actor.id,
    }


# On pages -----------------------------------------------------------------------------------


def has_signs(unit: Unit, obj: Object) -> bool:
    """Whether the path of such records warns of anything, for this reader."""
    path = obj.path
    if path is None or not access.may_read_field(unit.actor, obj, obj.by_name[path.field]):
        return False
    return bool(path.warnings) or any(each.stalled_after_days for each in path.stages)


def signs(unit: Unit, obj: Object, ids: Sequence[str]) -> dict[str, tuple[Sign, ...]]:
    """What there is to look at, by record; two statements for all, and one for each relation that
    the warnings read. The caller has made sure that the actor may see the records."""
    if not ids or not has_signs(unit, obj):
        return {}
    of = unit.model.table(obj.name)
    stored = records.load_all(unit, of, ids)
    changes = [Change("update", id_, {}, row, dict(row)) for id_, row in stored.items()]
    facts = Facts(unit, of, changes)
    since = stage_rows.current(unit, list(stored))
    found = {
        change.id: tuple(_signs(unit, obj, facts, change, since.get(change.id)))
        for change in changes
    }
    return {id_: each for id_, each in found.items() if each}


def _signs(
    unit: Unit, obj: Object, facts: Facts, change: Change, since: datetime | None
) -> list[Sign]:
    path = obj.path
    assert path is not None
    found = []
    stage = path.stage(str(change.values.get(path.field)))
    if stage is not None and stage.stalled_after_days and since is not None:
        days = (unit.now - since).days
        if days >= stage.stalled_after_days:
            found.append(Sign(STALLED, days=days))
    for warning in path.warnings:
        if facts.holds(warning.when, change):
            message = unit.catalog.label(warning.id, warning.message, unit.actor.language)
            found.append(Sign(warning.name, message))
    return found


def spent(unit: Unit, obj: Object, id_: str) -> dict[str, Spent]:
    """The time a record has been in each of its stages, by option. In a closed stage time stands
    still. The caller has made sure that the actor may see the record and its stage."""
    assert obj.path is not None
    options = {option.id: option for option in obj.by_name[obj.path.field].options}
    visits = stage_rows.of_record(unit, id_)
    found: dict[str, Spent] = {}
    ends = [since for _, since in visits[1:]] + [unit.now]
    for (stage, since), until in zip(visits, ends, strict=True):
        option = options.get(stage or "")
        if option is not None:
            before = found.get(option.name, Spent(option.name, timedelta(), 0))
            time = timedelta() if option.closed else max(until - since, timedelta())
            found[option.name] = Spent(option.name, before.time + time, before.visits + 1)
    return found
