"""Which indexes the tables of a catalog need. Names hold a digest of what the index is on, so
comparing names is comparing indexes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.schema import DropIndex as DropIndexStatement

from ...errors import Conflict
from ...metadata.catalog import Catalog
from ...metadata.field_types.base import StorageKind
from ...metadata.layouts import View
from ..queries import parse_sort
from . import rule_conditions
from .operations import CreateIndex
from .tables import ObjectTable, StorageModel

LIVING = "deleted_at"
"""Unique indexes leave the bin out."""


def wanted(model: StorageModel) -> dict[str, CreateIndex]:
    """Index name → index, over all objects."""
    found: dict[str, CreateIndex] = {}
    for of in model:
        for columns, unique in _of_object(model.catalog, of):
            index = _index(of.table.name, columns, unique)
            found[index.name] = index
        for columns in (("deleted_at", "id"), ("tc_deletion",)):
            index = _index(of.table.name, columns, binned=True)
            found[index.name] = index
        for index in _of_rules(model.catalog, of):
            found[index.name] = index
    return found


def _of_object(catalog: Catalog, of: ObjectTable) -> Iterator[tuple[tuple[str, ...], bool]]:
    yield ("owner", "id", LIVING), False
    for field in of.object.fields:
        if field.name not in of.columns:
            continue
        column = of[field.name].name
        if of.storages[field.name].kind in (StorageKind.ID, StorageKind.LINK):
            yield (column, "id"), False
        if field.unique or field.external_id:
            yield (column,), True
        if field.type == "autonumber":
            yield (column, "id"), False
    for names in of.object.unique:
        yield tuple(of[name].name for name in names), True
    for names in of.object.indexes:
        yield (*(sort_name(of, name) for name in names), "id"), False
    for view in catalog.views.get(of.object.name, ()):
        yield from _of_view(of, view)
    first = _order_of_first_view(catalog, of)
    if first and _has_row_rights(of):
        yield ("owner", *first, LIVING), False


def _has_row_rights(of: ObjectTable) -> bool:
    return of.object.owner == "user" and of.object.access.default == "private"


def _order_of_first_view(catalog: Catalog, of: ObjectTable) -> tuple[str, ...]:
    first = catalog.views.get(of.object.name, ())[:1]
    return next((columns for view in first for columns, _ in _of_view(of, view)), ())


def _of_rules(catalog: Catalog, of: ObjectTable) -> Iterator[CreateIndex]:
    """The records a sharing rule opens, in the order of the first view, so that lists of who sees
    few walk them alone (``narrow``)."""
    if not _has_row_rights(of):
        return
    columns = _order_of_first_view(catalog, of) or ("id",)
    for checked in rule_conditions.of_rules(catalog, of):
        read = sorted(of[name].name for (name,) in checked.paths)
        yield _index(of.table.name, columns, when=checked.source, read=tuple(read))


def _of_view(of: ObjectTable, view: View) -> Iterator[tuple[tuple[str, ...], bool]]:
    """A saved view brings the index it is sorted by."""
    paths = [each.path for each in parse_sort(view.sort)]
    if paths and all(path in of.columns for path in paths) and not _by_option(of, paths):
        yield (*(sort_name(of, path) for path in paths if path != "id"), "id"), False


def _by_option(of: ObjectTable, paths: list[str]) -> bool:
    """Picklists sort by the order of their options: no index on the column gives that."""
    return any((f := of.object.by_name.get(p)) is not None and bool(f.options) for p in paths)


def sort_name(of: ObjectTable, name: str) -> str:
    """The column lists sort ``name`` by."""
    return of.sort_keys[name].name if name in of.sort_keys else of[name].name


def _index(
    table: str,
    columns: tuple[str, ...],
    unique: bool = False,
    binned: bool = False,
    when: str | None = None,
    read: tuple[str, ...] = (),
) -> CreateIndex:
    """``read``: the columns that ``when`` reads, which move when a field is retyped."""
    columns = tuple(dict.fromkeys(columns))
    on = (table, f"{unique}{binned}", *columns, *((when, *read) if when else ()))
    digest = hashlib.sha256("|".join(on).encode()).hexdigest()[:10]
    stem = f"{'ux' if unique else 'ix'}_{table}"[:48]
    return CreateIndex(f"{stem}_{digest}", table, columns, unique, binned, when)


def build(index: CreateIndex, of: ObjectTable, catalog: Catalog, postgres: bool) -> sa.Index:
    """The index as SQLAlchemy makes it; on PostgreSQL with nulls first, as lists sort."""
    columns = [of.table.c[name] for name in index.columns]
    part = _part(index, of, catalog, "postgresql" if postgres else "sqlite")
    if index.unique or index.binned:
        return sa.Index(
            index.name, *columns, unique=index.unique, sqlite_where=part, postgresql_where=part
        )
    ordered = [c.asc().nulls_first() if postgres and c.nullable else c for c in columns]
    if index.when and not postgres:
        # a search for a value, which SQLite never takes for a lesser form of one by another index
        ordered.insert(0, of.table.c[LIVING])
    return sa.Index(index.name, *ordered, sqlite_where=part, postgresql_where=part)


def _part(
    index: CreateIndex, of: ObjectTable, catalog: Catalog, dialect: str
) -> sa.ColumnElement[bool] | None:
    """Which rows the index holds; None: all."""
    gone = of.table.c[LIVING]
    if index.when:
        checked = catalog.expression(of.object.name, index.when, "condition")
        met = rule_conditions.compiled(checked, of, of.table, dialect)
        return sa.and_(gone.is_(None), met)
    if index.binned:
        return gone.is_not(None)
    return gone.is_(None) if index.unique else None


def drop(name: str, table: str) -> DropIndexStatement:
    on = sa.Table(table, sa.MetaData(), sa.Column("id"))
    return DropIndexStatement(sa.Index(name, on.c.id), if_exists=True)


def not_unique(connection: Connection, index: CreateIndex, of: ObjectTable) -> Conflict:
    """Why a unique index cannot be made, with values that several living records have."""
    columns = [of.table.c[name] for name in index.columns]
    several = (
        sa.select(*columns, sa.func.count().label("times"))
        .where(of["deleted_at"].is_(None), *(each.is_not(None) for each in columns))
        .group_by(*columns)
        .having(sa.func.count() > 1)
        .limit(1)
    )
    found = connection.execute(several).first()
    by_column = {column.name: value for value, column in of.columns.items()}
    return Conflict(
        "{fields} of {object} cannot be unique: {count} records have {values}. Change them first.",
        fields=", ".join(by_column.get(name, name) for name in index.columns),
        object=of.object.name,
        count=found.times if found else 2,
        values=", ".join(map(str, found[:-1])) if found else "?",
    )


def fields_of_unique(model: StorageModel, name: str) -> tuple[str, ...]:
    """The fields a unique index is on, for the message when it refuses a save."""
    for of in model:
        for columns, unique in _of_object(model.catalog, of):
            if unique and _index(of.table.name, columns, True).name == name:
                by_column = {column.name: value for value, column in of.columns.items()}
                return tuple(by_column.get(c, c) for c in columns)
    return ()
