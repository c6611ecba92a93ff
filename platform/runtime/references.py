"""Whether what a record points to is there, may be seen, and may be chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..metadata.definitions import Field
from ..metadata.expressions import Checked, Surroundings, evaluator
from .changes import Change
from .facts import Facts, Path, surroundings
from .storage.lookups import choosable, visible_values
from .storage.tables import ObjectTable
from .storage.unit_of_work import Unit

OF_THE_DATABASE = frozenset(("under", "has_tag", "manager"))
"""Functions that need more than values."""


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

    One statement per target object, whatever the number of records; one more per record only
    where a filter asks what cannot be answered beside the rows (sums of children, trees).
    """
    facts = Facts(unit, of, changes)
    by_target: dict[str, list[Pointer]] = {}
    for change in changes:
        for pointer in _pointers(of, change):
            by_target.setdefault(pointer.target, []).append(pointer)
    for target, pointers in by_target.items():
        for pointer in _unfit(facts, target, pointers):
            pointer.change.refuse(
                pointer.field, "no_such_record", "There is no such record for you to choose."
            )


def _unfit(facts: Facts, target: str, pointers: Sequence[Pointer]) -> Iterator[Pointer]:
    """The pointers whose record is not there, not visible, or does not meet the filter."""
    around = surroundings(facts.unit)
    filters = {f: _filter(facts, target, f, around) for p in pointers if (f := p.filter)}
    read = {path for each in filters.values() for path in each.read}
    found = visible_values(facts.unit, target, read, {p.id for p in pointers}, around)
    for pointer in pointers:
        values = found.get(pointer.id)
        if values is None or (
            pointer.filter is not None
            and not _meets(facts, pointer, filters[pointer.filter], values, around)
        ):
            yield pointer


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter of a lookup, made ready once for all that is pointed to. ``holds`` of the values
    ``read`` of the record pointed to and ``own`` of this one; None: ask the database."""

    source: str
    read: tuple[Path, ...] = ()
    own: tuple[tuple[str, Path], ...] = ()
    holds: Callable[[Mapping[str, Any]], Any] | None = None


def _filter(facts: Facts, target: str, source: str, around: Surroundings) -> Filter:
    checked = facts.unit.catalog.expression(target, source, "condition", facts.of.object.name)
    if not _is_plain(facts, target, checked):
        return Filter(source)
    own = [path for path in checked.paths if path[0] == "record"]
    return Filter(
        source,
        tuple(checked.paths.difference(own)),
        tuple((".".join(path), path[1:] or ("id",)) for path in own),
        evaluator(checked, around),
    )


def _meets(
    facts: Facts,
    pointer: Pointer,
    wanted: Filter,
    values: Mapping[str, Any],
    around: Surroundings,
) -> bool:
    about = facts.about(pointer.change)
    if wanted.holds is None:
        ids = {pointer.id}
        return bool(choosable(facts.unit, pointer.target, wanted.source, about, ids, around))
    own = {key: about.read(path) for key, path in wanted.own}
    return bool(wanted.holds({**values, **own}))


def _is_plain(facts: Facts, target: str, checked: Checked) -> bool:
    """Whether values of the record pointed to and of this one decide it."""
    children = facts.unit.catalog.reverses.get(target, {})
    beyond = any(path[0] == "user" or path[0] in children for path in checked.paths)
    return not beyond and not checked.functions & OF_THE_DATABASE


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
