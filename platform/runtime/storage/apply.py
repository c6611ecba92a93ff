"""Operations → DDL, one function per operation class. Runs inside the publication's transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field
from functools import singledispatch
from typing import Any

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy.engine import Connection
from sqlalchemy.schema import CreateIndex as CreateIndexStatement
from sqlalchemy.schema import CreateTable as CreateTableStatement

from ...metadata.field_types.base import StorageKind
from . import indexes, sqlite_columns, sqlite_statistics
from .actual import indexes_of
from .catalog_store import storage_to
from .columns import Characters
from .operations import (
    AddField,
    CreateIndex,
    CreateTable,
    DropIndex,
    HideField,
    HideObject,
    Operation,
    RenameValues,
    RetypeField,
    ShowField,
    ShowObject,
    Unconverted,
)
from .system_tables import column, object_
from .tables import ObjectTable, StorageModel, field_columns, set_table

Convert = Callable[["Site", RetypeField], None]


@dataclass(frozen=True)
class Site:
    """Where operations are applied."""

    connection: Connection
    schema: str | None
    model: StorageModel
    """The tables as they will be; this publication's own, so indexes may be hung on them."""
    convert: Convert
    created: Set[str] = frozenset()
    """Objects whose table this publication makes, with all its columns."""
    unconverted: list[Unconverted] = field(default_factory=list)
    """Filled while operations are applied: the values that had to be kept aside."""

    @property
    def alembic(self) -> Operations:
        return Operations(MigrationContext.configure(self.connection))

    @property
    def postgres(self) -> bool:
        return self.connection.dialect.name == "postgresql"

    def of(self, object_id: str) -> ObjectTable:
        return self.model.table(self.model.catalog.object_names[object_id])


@singledispatch
def apply(operation: Operation, site: Site) -> None:
    """Does ``operation``. Raises whatever the database raises: the transaction is undone."""
    raise AssertionError(f"no way to apply {operation}")


@apply.register
def _(operation: CreateTable, site: Site) -> None:
    """The table with all its columns, and its records of them: adding a field is not needed."""
    of = site.of(operation.object)
    site.connection.execute(CreateTableStatement(of.table))
    row = {"id": operation.object, "table_name": of.table.name, "state": "live"}
    site.connection.execute(sa.insert(object_), row)


@apply.register
def _(operation: AddField, site: Site) -> None:
    of = site.of(operation.object)
    if operation.storage.kind is StorageKind.SET:
        _create_set(site, set_table(of.table.name, operation.column, operation.storage))
    elif operation.object not in site.created:
        for _value, each in field_columns(operation.name, operation.column, operation.storage):
            each.server_default = _literal(operation, each, site)
            _add_column(site, of, each)
        if operation.storage.sort_key:
            _add_column(site, of, sa.Column(f"{operation.column}__sort", Characters()))
    _record(site, operation.field, operation.object, operation.column, operation.storage)


@apply.register
def _(operation: RetypeField, site: Site) -> None:
    of = site.of(operation.object)
    if operation.storage.kind is StorageKind.SET:
        _create_set(site, set_table(of.table.name, operation.column, operation.storage))
    else:
        for _value, each in field_columns(operation.name, operation.column, operation.storage):
            _add_column(site, of, each)
        if operation.storage.sort_key:
            _add_column(site, of, sa.Column(f"{operation.column}__sort", Characters()))
    site.convert(site, operation)
    new = {"column_name": operation.column, "storage": storage_to(operation.storage)}
    site.connection.execute(
        sa.update(column).where(column.c.field == operation.field).values(**new)
    )


@apply.register
def _(operation: RenameValues, site: Site) -> None:
    """One statement per field, so that names may also change places."""
    of = site.of(operation.object)
    field = next(f for f in of.object.fields if f.id == operation.field)
    if field.name in of.sets:
        stored = of.sets[field.name].c.value
    else:
        stored = of[f"{field.name}_object" if operation.of_link else field.name]
    renamed = dict(operation.renamed)
    site.connection.execute(
        sa.update(stored.table)
        .where(stored.in_(list(renamed)))
        .values({stored.name: sa.case(renamed, value=stored, else_=stored)})
    )


@apply.register
def _(operation: HideField, site: Site) -> None:
    _set_state(site, operation.field, "hidden")


@apply.register
def _(operation: ShowField, site: Site) -> None:
    _set_state(site, operation.field, "live")


@apply.register
def _(operation: HideObject, site: Site) -> None:
    hide = sa.update(object_).where(object_.c.id == operation.object).values(state="hidden")
    site.connection.execute(hide)


@apply.register
def _(operation: ShowObject, site: Site) -> None:
    show = sa.update(object_).where(object_.c.id == operation.object).values(state="live")
    site.connection.execute(show)


@apply.register
def _(operation: CreateIndex, site: Site) -> None:
    """What is made beside the work waits until the publication counts, or was made before."""
    if operation.beside and not operation.unique:
        return
    if operation.beside and operation.name in indexes_of(site.connection, site.schema):
        return
    of = next(each for each in site.model if each.table.name == operation.table)
    if site.postgres:  # a broken off one may be in the way
        site.connection.execute(indexes.drop(operation.name, operation.table))
    built = indexes.build(operation, of, site.model.catalog, site.postgres)
    try:
        with site.connection.begin_nested():
            site.connection.execute(CreateIndexStatement(built))
    except sa.exc.IntegrityError as error:
        raise indexes.not_unique(site.connection, operation, of) from error
    if operation.when and not site.postgres:
        sqlite_statistics.learn_of_index(site.connection, operation.name)


@apply.register
def _(operation: DropIndex, site: Site) -> None:
    site.connection.execute(indexes.drop(operation.name, operation.table))


# Inside -------------------------------------------------------------------------------------


def _add_column(site: Site, of: ObjectTable, each: sa.Column[Any]) -> None:
    if site.postgres:
        site.alembic.add_column(of.table.name, each, schema=site.schema)
    else:
        sqlite_columns.add_column(site.connection, of.table.name, each)


def _create_set(site: Site, table: sa.Table) -> None:
    site.connection.execute(CreateTableStatement(table, if_not_exists=True))
    for index in table.indexes:
        site.connection.execute(CreateIndexStatement(index, if_not_exists=True))


def _literal(operation: AddField, each: sa.Column[Any], site: Site) -> Any:
    """The constant that existing records get, as a column default: no row is rewritten."""
    if operation.default is None:
        return None
    if site.postgres:
        return sa.DefaultClause(sa.literal(operation.default, each.type))
    inward = each.type.dialect_impl(site.connection.dialect).bind_processor(site.connection.dialect)
    return sa.DefaultClause(sa.literal(inward(operation.default) if inward else operation.default))


def _record(site: Site, field: str, object_id: str, name: str, storage: Any) -> None:
    row = {
        "field": field,
        "object": object_id,
        "column_name": name,
        "storage": storage_to(storage),
        "state": "live",
    }
    site.connection.execute(sa.insert(column), row)


def _set_state(site: Site, field: str, state: str) -> None:
    hidden: Mapping[str, str] = {"state": state}
    site.connection.execute(sa.update(column).where(column.c.field == field).values(**hidden))
