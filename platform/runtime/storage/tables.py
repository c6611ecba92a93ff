"""Catalog → tables: one real table per object, one typed column per value, named at birth.

A table is called ``o_<first name of the object>``, a column by the first name of its field; what
``tc_column`` has recorded wins, so renaming moves nothing and retyping gets a second column.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ...errors import UnknownName
from ...metadata.catalog import Catalog
from ...metadata.definitions import EMPTY, Field, Object
from ...metadata.field_types import type_of
from ...metadata.field_types.base import Storage, StorageKind
from . import system_tables
from .columns import Characters, Id, Moment, Whole, column_type

SYSTEM_COLUMNS = (
    "id",
    "record_type",
    "created_at",
    "created_by",
    "updated_at",
    "updated_by",
    "owner",
    "version",
    "deleted_at",
    "tc_rollups",
    "tc_deletion",
)
"""What every record has; the last two are ours: a counter, and the deletion it went with."""

MOST_PREPARED = 2_000


@dataclass(frozen=True, slots=True)
class Recorded:
    """What ``tc_column`` knows of a field."""

    column_name: str
    storage: Storage
    state: str = "live"


@dataclass(frozen=True, slots=True)
class ObjectTable:
    """One object's table. ``columns`` are keyed by the name of the value: ``amount_currency``."""

    object: Object
    table: sa.Table
    columns: Mapping[str, sa.Column[Any]]
    sort_keys: Mapping[str, sa.Column[Any]]
    sets: Mapping[str, sa.Table]
    storages: Mapping[str, Storage]
    """Field name → how it is stored."""

    def __getitem__(self, name: str) -> sa.Column[Any]:
        return self.columns[name]


class StorageModel:
    """The tables of every object at one catalog version, each built when first asked for."""

    def __init__(self, catalog: Catalog, recorded: Mapping[str, Recorded] = EMPTY) -> None:
        self.catalog = catalog
        self.recorded = recorded
        self.metadata = sa.MetaData()
        self._tables: dict[str, ObjectTable] = {}
        self.prepared: dict[object, Any] = {}
        """Statements made for these tables, and what else follows from them and from who asks;
        kept as long as they are."""

    def keep(self, key: object, made: Any) -> None:
        """Keeps ``made`` in ``prepared``; questions have no end, so what is kept has one."""
        if len(self.prepared) >= MOST_PREPARED:
            self.prepared.clear()
        self.prepared[key] = made

    def table(self, object_name: str) -> ObjectTable:
        found = self._tables.get(object_name)
        if found is None:
            found = self._tables.setdefault(object_name, self._build(object_name))
        return found

    def __iter__(self) -> Iterator[ObjectTable]:
        return (self.table(name) for name in self.catalog.objects)

    def _build(self, object_name: str) -> ObjectTable:
        if object_name == "user":
            return USERS
        obj = self.catalog.object(object_name)
        table = sa.Table(table_name(obj), sa.MetaData(), *_system_columns(), sqlite_strict=True)
        columns = {name: table.c[name] for name in SYSTEM_COLUMNS}
        sort_keys: dict[str, sa.Column[Any]] = {}
        sets: dict[str, sa.Table] = {}
        storages: dict[str, Storage] = {}
        for field in obj.fields:
            storage = type_of(field).storage(field)
            record = self.recorded.get(field.id)
            column_name = record.column_name if record else first_name(field.id)
            storages[field.name] = storage
            if storage.kind is StorageKind.SET:
                sets[field.name] = set_table(table.name, column_name, storage)
                continue
            for value, column in field_columns(field.name, column_name, storage):
                table.append_column(column)
                columns[value] = column
            if storage.sort_key:
                sort_keys[field.name] = sa.Column(f"{column_name}__sort", Characters())
                table.append_column(sort_keys[field.name])
        return ObjectTable(obj, table, columns, sort_keys, sets, storages)


def first_name(id_: str) -> str:
    """``amount`` of ``standard_crm:opportunity.amount``: the name a thing was born with."""
    return id_.partition(":")[2].rpartition(".")[2]


def table_name(obj: Object) -> str:
    return f"o_{first_name(obj.id)}"


def field_columns(
    value: str, column: str, storage: Storage
) -> Iterator[tuple[str, sa.Column[Any]]]:
    """The columns of one field with the names of the values they hold. SETs have none."""
    if storage.kind is StorageKind.NONE:
        return
    yield value, sa.Column(column, column_type(storage))
    if storage.kind is StorageKind.MONEY:
        yield f"{value}_currency", sa.Column(f"{column}_currency", Characters())
        yield f"{value}_base", sa.Column(f"{column}_base", column_type(storage))
    if storage.kind is StorageKind.LINK:
        yield f"{value}_object", sa.Column(f"{column}_object", sa.Text)


def set_table(owner: str, column: str, storage: Storage) -> sa.Table:
    """The child table of a SET: the values of one record in order."""
    return sa.Table(
        f"{owner}__{column}",
        sa.MetaData(),
        sa.Column("record", Id(), primary_key=True),
        sa.Column("value", column_type(storage, storage.of), primary_key=True),
        sa.Column("position", Whole(), nullable=False),
        sa.Index(f"ix_{owner}__{column}_value", "value", "record"),
        sqlite_strict=True,
    )


def _system_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("id", Id(), primary_key=True),
        sa.Column("record_type", sa.Text),
        sa.Column("owner", Id()),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("created_by", Id(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.Column("updated_by", Id(), nullable=False),
        sa.Column("version", Whole(), nullable=False),
        sa.Column("tc_rollups", Whole(), nullable=False),
        sa.Column("deleted_at", Moment()),
        sa.Column("tc_deletion", Id()),
    ]


USER_OBJECT = Object(
    id="typecase:user",
    name="user",
    label="User",
    plural="Users",
    package="typecase",
    title="name",
    owner="none",
    fields=tuple(
        Field(f"typecase:user.{name}", name, type_, label)
        for name, type_, label in (
            ("name", "text", "Name"),
            ("login", "text", "Log-in name"),
            ("email", "email", "E-mail"),
            ("role", "text", "Role"),
            ("manager", "user", "Manager"),
            ("language", "text", "Language"),
            ("zone", "text", "Time zone"),
            ("is_active", "boolean", "Active"),
        )
    ),
)
"""People as paths see them: ``owner.name``. Written by ``identity`` only."""

USERS = ObjectTable(
    USER_OBJECT,
    system_tables.user,
    {
        name: system_tables.user.c[name]
        for name in ("id", "version", "created_at", *(f.name for f in USER_OBJECT.fields))
    },
    {},
    {},
    {},
)


def field_of(catalog: Catalog, object_name: str, name: str) -> Field:
    """The field ``name``, people included. Raises UnknownName."""
    if object_name != "user":
        return catalog.field(object_name, name)
    if name in USER_OBJECT.by_name:
        return USER_OBJECT.by_name[name]
    raise UnknownName(
        "There is no field {name} on {object}.{hint}", name=name, object="user", hint=""
    )
