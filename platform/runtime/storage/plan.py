"""Wanted tables against recorded ones → operations. Pure: no database is read or written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from typing import Any, Protocol

from ...metadata.catalog import Catalog
from ...metadata.definitions import EMPTY, Field, Object
from ...metadata.expressions import Surroundings, evaluate
from ...metadata.field_types import type_of
from ...metadata.field_types.base import StorageKind
from . import indexes
from .operations import (
    AddField,
    CreateIndex,
    CreateTable,
    DropIndex,
    HideField,
    HideObject,
    Operation,
    Phase,
    RenameValues,
    RetypeField,
    ShowField,
    ShowObject,
)
from .tables import Recorded, StorageModel, first_name

MANY = 50_000
"""Records that an index is made of in less than a tenth of a second."""


class Named(Protocol):
    @property
    def id(self) -> str: ...

    @property
    def name(self) -> str: ...


@dataclass(frozen=True)
class Actual:
    """What the database holds now, as our own tables tell."""

    objects: Mapping[str, tuple[str, str]]
    """Object id → (table name, state)."""
    columns: Mapping[str, Recorded]
    """Field id → its column."""
    owners: Mapping[str, str]
    """Field id → object id."""
    indexes: Set[str]
    sizes: Mapping[str, int] = EMPTY
    """Table → about how many records it has."""
    builds_beside: bool = False
    """Whether the database can make an index while others write."""


@dataclass(frozen=True)
class Plan:
    operations: tuple[Operation, ...]
    recorded: Mapping[str, Recorded]
    """Field id → column, as it will be."""
    model: StorageModel
    """The tables as they will be: made before anybody has to wait for the publication."""
    stale_views: frozenset[str] = frozenset()
    """Objects whose analyst's view has to go first."""
    fresh_views: Mapping[str, str] = EMPTY
    """Object → the statement that makes its view."""

    @property
    def changes_nothing(self) -> bool:
        """Apart from the indexes that are made later."""
        at_once = len(self.operations) - len(self.left)
        return not (at_once or self.stale_views or self.fresh_views)

    @property
    def left(self) -> tuple[CreateIndex, ...]:
        """Indexes to be made when the definitions count already."""
        return tuple(
            each
            for each in self.operations
            if isinstance(each, CreateIndex) and each.beside and not each.unique
        )


def plan(catalog: Catalog, former: Catalog, actual: Actual, around: Surroundings) -> Plan:
    """What has to happen so that the tables are those of ``catalog``; ``former`` is in effect."""
    operations: list[Operation] = []
    recorded = dict(actual.columns)
    for obj in catalog.objects.values():
        operations += _object(obj, actual)
        for field in obj.fields:
            operations += _field(catalog, obj, field, actual, recorded, around)
    operations += _renamed(catalog, former, actual)
    operations += _gone(catalog, actual, recorded)
    model = StorageModel(catalog, recorded)
    fresh = {(actual.objects[id_][0], name) for id_, name in _new_columns(operations, actual)}
    operations += (_sized(each, actual, fresh) for each in _indexes(model, actual))
    return Plan(tuple(operations), recorded, model)


def _object(obj: Object, actual: Actual) -> Iterator[Operation]:
    known = actual.objects.get(obj.id)
    if known is None:
        yield CreateTable(obj.id, obj.name)
    elif known[1] == "hidden":
        yield ShowObject(obj.id, obj.name)


def _field(
    catalog: Catalog,
    obj: Object,
    field: Field,
    actual: Actual,
    recorded: dict[str, Recorded],
    around: Surroundings,
) -> Iterator[Operation]:
    storage = type_of(field).storage(field)
    known, name = actual.columns.get(field.id), f"{obj.name}.{field.name}"
    if known is None:
        if storage.kind is not StorageKind.NONE:
            column = first_name(field.id)
            recorded[field.id] = Recorded(column, storage)
            default = _constant(catalog, obj, field, around)
            yield AddField(obj.id, name, field.id, column, storage, default)
        return
    if storage.kind is StorageKind.NONE:
        recorded[field.id] = Recorded(known.column_name, known.storage, "hidden")
        yield HideField(obj.id, name, field.id)
        return
    if known.state == "hidden":
        yield ShowField(obj.id, name, field.id)
    if storage == known.storage:
        recorded[field.id] = Recorded(known.column_name, storage)
        return
    column = _next_name(known.column_name)
    recorded[field.id] = Recorded(column, storage)
    yield RetypeField(obj.id, name, field.id, known.column_name, known.storage, column, storage)


def _constant(catalog: Catalog, obj: Object, field: Field, around: Surroundings) -> Any:
    """The default that existing records get: only one that is the same for every record."""
    if field.default is None or field.follows:
        return None
    checked = catalog.expression(obj.name, field.default, "value")
    if checked.paths or checked.depends_on_user or checked.needs_before:
        return None
    value = evaluate(checked, {}, around)
    simple = type_of(field).storage(field).kind not in (StorageKind.SET, StorageKind.MONEY)
    return value if simple else None


def _next_name(column: str) -> str:
    """``amount`` → ``amount__2`` → ``amount__3``: the column a retyped field moves to."""
    stem, mark, number = column.rpartition("__")
    return f"{stem}__{int(number) + 1}" if mark and number.isdigit() else f"{column}__2"


def _renamed(catalog: Catalog, former: Catalog, actual: Actual) -> Iterator[RenameValues]:
    """Names that are stored as values and have changed since ``former``."""
    objects = _changed(former.objects.values(), catalog.objects.values())
    old_fields = {f.id: f for o in former.objects.values() for f in o.fields}
    for obj in catalog.objects.values():
        for field in obj.fields:
            name = f"{obj.name}.{field.name}"
            old = old_fields.get(field.id)
            if old is None or field.id not in actual.columns:
                continue
            options = _changed(old.options, field.options)
            if options:
                yield RenameValues(obj.id, name, field.id, options)
            if objects and len(field.targets) > 1:
                yield RenameValues(obj.id, name, field.id, objects, of_link=True)


def _changed(old: Iterable[Named], new: Iterable[Named]) -> tuple[tuple[str, str], ...]:
    """(old name, new name) of what kept its id and changed its name."""
    names = {each.id: each.name for each in old}
    return tuple(
        (names[each.id], each.name)
        for each in new
        if each.id in names and names[each.id] != each.name
    )


def _gone(catalog: Catalog, actual: Actual, recorded: dict[str, Recorded]) -> Iterator[Operation]:
    present = {f.id for o in catalog.objects.values() for f in o.fields}
    objects = {o.id: o.name for o in catalog.objects.values()}
    for id_, (_, state) in actual.objects.items():
        if id_ not in objects and state == "live":
            yield HideObject(id_, first_name(id_))
    for id_, known in actual.columns.items():
        if id_ not in present and known.state == "live":
            recorded[id_] = Recorded(known.column_name, known.storage, "hidden")
            yield HideField(actual.owners[id_], id_.partition(":")[2], id_)


def _indexes(model: StorageModel, actual: Actual) -> Iterator[CreateIndex | DropIndex]:
    needed = indexes.wanted(model)
    for name, index in needed.items():
        if name not in actual.indexes:
            yield index
    tables = {of.table.name for of in model}
    for name in sorted(actual.indexes - needed.keys()):
        table = next((t for t in tables if name[3:].startswith(t[:45])), None)
        if table is not None:
            yield DropIndex(name, table)


def _new_columns(operations: Iterable[Operation], actual: Actual) -> Iterator[tuple[str, str]]:
    """(Object id, column) of what these operations add to tables that are there."""
    for each in operations:
        if isinstance(each, AddField | RetypeField) and each.object in actual.objects:
            yield each.object, each.column


def _sized(
    operation: CreateIndex | DropIndex, actual: Actual, fresh: Set[tuple[str, str]]
) -> CreateIndex | DropIndex:
    """An index of a large table says so. It can be made beside the work, but a unique one must be
    there before its definitions count: then its columns must be, too."""
    records = actual.sizes.get(operation.table, 0)
    if isinstance(operation, DropIndex) or records < MANY:
        return operation
    early = {(operation.table, name) for name in operation.columns} if operation.unique else set()
    beside = actual.builds_beside and not early & fresh
    phase = Phase.BACKFILL if beside and not operation.unique else Phase.EXPAND
    return replace(operation, records=records, beside=beside, phase=phase)


def new_tables(operations: tuple[Operation, ...]) -> set[str]:
    """Ids of the objects whose table is made by these operations."""
    return {op.object for op in operations if isinstance(op, CreateTable)}
