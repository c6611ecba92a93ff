"""Handing records over: what goes along, counted before it happens; and everything a leaver owns,
batch by batch, to one person. What is done stays done; whoever starts again goes on from there.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from ..errors import FieldProblem, NotFound, RecordInvalid
from ..metadata.definitions import Object
from ..metadata.field_types.values import UUID
from . import access, audit, ownership, saving, users
from .changes import Change
from .storage import handing_rows, people, records, user_rows
from .storage.tables import ObjectTable
from .storage.unit_of_work import Unit

BATCH = 200
"""Records of one transaction."""

LEFT = "left"
"""What the notes of ownership call it."""


def along(unit: Unit, object_name: str, ids: Sequence[str]) -> Mapping[str, int]:
    """How many records of which objects change hands with the records ``ids`` (object name →
    count), because they belong to the same owner and are carried. Raises NotFound."""
    obj = unit.catalog.object(object_name)
    of = unit.model.table(obj.name)
    if len(records.load(unit, of, ids)) < len(set(ids)):
        raise NotFound()
    moving = handing_rows.owners(unit, of, ids) if obj.owner == "user" else {}
    found: dict[str, set[str]] = {obj.name: set(ids)}
    _follow(unit, obj, moving, found)
    counts = {name: len(each - set(ids)) for name, each in found.items()}
    return {name: count for name, count in counts.items() if count}


def in_sight(unit: Unit, object_name: str, ids: Sequence[str]) -> list[str]:
    """Those of ``ids`` that the actor sees."""
    seen = records.load(unit, unit.model.table(object_name), ids)
    return [id_ for id_ in ids if id_ in seen]


def _follow(unit: Unit, obj: Object, moving: Mapping[str, str], found: dict[str, set[str]]) -> None:
    """As ``ownership.follow`` does it: each record once, however many ways lead to it."""
    for name in obj.access.carries if moving else ():
        reverse = unit.catalog.reverses[obj.name][name]
        child = unit.model.table(reverse.object)
        if child.object.owner == "user":
            more = handing_rows.along(unit, child, reverse.field, moving)
            known = found.setdefault(reverse.object, set())
            fresh = {id_: owner for id_, owner in more.items() if id_ not in known}
            known.update(fresh)
            _follow(unit, child.object, fresh, found)


# Everything a leaver owns -------------------------------------------------------------------


def owned(unit: Unit, person: str) -> Mapping[str, int]:
    """How many records of which objects somebody owns, in the order of the objects. Needs
    ``manage_users``. Raises AccessDenied, NotFound."""
    _leaver(unit, person)
    counts = {
        obj.name: handing_rows.count_owned(unit, unit.model.table(obj.name), person)
        for obj in _with_owners(unit)
    }
    return {name: count for name, count in counts.items() if count}


def hand_over(
    unit: Unit, person: str, to: str, most: int = BATCH, kept: list[FieldProblem] | None = None
) -> int:
    """Gives the next ``most`` records of somebody to ``to``, and after the last what else waits
    for them; 0: nothing is left that ``to`` may take.

    What would be more than they may hold stays where it is; ``kept`` is told why, once for each
    reason. Each record shows it on its timeline. Needs ``manage_users``; nobody does it to those
    who may more than they. Raises AccessDenied, NotFound, RecordInvalid.
    """
    _leaver(unit, person)
    _require_taker(unit, person, to)
    reasons: dict[str, FieldProblem] = {}
    moved = _hand_some(unit, person, to, most, reasons)
    if kept is not None:
        kept += reasons.values()
    return moved or sum(leave(unit, person, to) for leave in unit.hooks.left)


def _hand_some(
    unit: Unit, person: str, to: str, most: int, reasons: dict[str, FieldProblem]
) -> int:
    """The first batch of which anything may change hands; ``reasons`` by what they say."""
    for obj in _with_owners(unit):
        of, after = unit.model.table(obj.name), None
        while ids := handing_rows.owned(unit, of, person, most, after):
            stored = records.load_all(unit, of, ids).values()
            moved = _give(unit, of, [_handed(each, to) for each in stored], reasons)
            if moved:
                told = {"user": person, "to": to, "object": obj.name, "count": moved}
                audit.record(unit, "handed_over", told)
                return moved
            after = ids[-1]
    return 0


def _give(
    unit: Unit, of: ObjectTable, changes: Sequence[Change], reasons: dict[str, FieldProblem]
) -> int:
    """All at once; where that is too much, a half of them and then the other."""
    try:
        with unit.savepoint():
            ownership.check_given(unit, of, changes)
            saving.keep(unit, of, changes)
    except RecordInvalid as error:
        if len(changes) == 1:
            reasons |= {problem.text(): problem for problem in error.problems}
            return 0
    else:
        return len(changes)
    again = [_handed(dict(each.before), str(each.values["owner"])) for each in changes]
    middle = len(again) // 2
    first = _give(unit, of, again[:middle], reasons)
    return first + _give(unit, of, again[middle:], reasons)


def _handed(stored: dict[str, object], to: str) -> Change:
    return Change("update", str(stored["id"]), {}, stored, {**stored, "owner": to}, handing=LEFT)


def _with_owners(unit: Unit) -> Collection[Object]:
    return [obj for obj in unit.catalog.objects.values() if obj.owner == "user"]


def _leaver(unit: Unit, person: str) -> None:
    access.require_system(unit.actor, "manage_users")
    users.require_not_above(unit, user_rows.get(unit, person))


def _require_taker(unit: Unit, person: str, to: str) -> None:
    there = UUID.fullmatch(to) and people.kind_of(unit, to) is not None
    if to == person or not there:
        message = "Choose somebody else, who can sign in, or a queue."
        raise RecordInvalid([FieldProblem("to", "unknown", message)])
