"""Whether what a record points to is there, may be seen, and may be chosen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..metadata.definitions import Field
from .changes import Change
from .facts import Facts, surroundings
from .storage.lookups import choosable
from .storage.tables import ObjectTable
from .storage.unit_of_work import Unit


@dataclass(frozen=True, slots=True)
class Pointer:
    """One value that points to a record."""

    change: Change
    field: str
    target: str
    id: str
    filter: str | None = None


def check(unit: Unit, of: ObjectTable, changes: Sequence[Change]) -> None:
    """Notes a problem for each new pointer to nothing the actor may choose.

    One statement per target object and filter, whatever the number of records; one per record
    only where the filter speaks of the record itself.
    """
    facts, around = Facts(unit, of, changes), surroundings(unit)
    groups: dict[tuple[str, str | None, str | None], list[Pointer]] = {}
    for change in changes:
        for pointer in _pointers(of, change):
            own = change.id if _speaks_of_record(unit, of, pointer) else None
            groups.setdefault((pointer.target, pointer.filter, own), []).append(pointer)
    for (target, filter_, _), pointers in groups.items():
        about = facts.about(pointers[0].change)
        found = choosable(unit, target, filter_, about, {p.id for p in pointers}, around)
        for pointer in pointers:
            if pointer.id not in found:
                pointer.change.refuse(
                    pointer.field, "no_such_record", "There is no such record for you to choose."
                )


def _speaks_of_record(unit: Unit, of: ObjectTable, pointer: Pointer) -> bool:
    if pointer.filter is None:
        return False
    checked = unit.catalog.expression(pointer.target, pointer.filter, "condition", of.object.name)
    return any(path[0] == "record" for path in checked.paths)


def _pointers(of: ObjectTable, change: Change) -> Iterator[Pointer]:
    moved = change.changed()
    if moved.get("owner") and moved["owner"] != change.values["created_by"]:
        yield Pointer(change, "owner", "user", moved["owner"])
    for field in of.object.fields:
        value = moved.get(field.name)
        if not value or field.name not in change.given:
            continue
        if field.type in ("user", "multi_user"):
            yield from _each(change, field, "user", value)
        elif field.targets:
            yield from _each(change, field, _target(field, change), value)


def _each(change: Change, field: Field, target: str, value: object) -> Iterator[Pointer]:
    for id_ in value if isinstance(value, tuple) else (value,):
        yield Pointer(change, field.name, target, str(id_), field.filter)


def _target(field: Field, change: Change) -> str:
    named = change.values.get(f"{field.name}_object")
    return named if named in field.targets else field.targets[0]
