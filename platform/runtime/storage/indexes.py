"""Which indexes the tables of a catalog need. Names hold a digest of what the index is on, so
comparing names is comparing indexes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import sqlalchemy as sa

from ...metadata.catalog import Catalog
from ...metadata.field_types.base import StorageKind
from ...metadata.layouts import View
from ..queries import parse_sort
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
    return found


def _of_object(catalog: Catalog, of: ObjectTable) -> Iterator[tuple[tuple[str, ...], bool]]:
    yield ("owner", "id"), False
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
    views = catalog.views.get(of.object.name, ())
    for view in views:
        yield from _of_view(of, view)
    if of.object.owner == "user" and of.object.access.default == "private":
        for columns, _ in (each for view in views[:1] for each in _of_view(of, view)):
            yield ("owner", *columns), False


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
    table: str, columns: tuple[str, ...], unique: bool = False, binned: bool = False
) -> CreateIndex:
    columns = tuple(dict.fromkeys(columns))
    digest = hashlib.sha256("|".join((table, f"{unique}{binned}", *columns)).encode()).hexdigest()[
        :10
    ]
    stem = f"{'ux' if unique else 'ix'}_{table}"[:48]
    return CreateIndex(f"{stem}_{digest}", table, columns, unique, binned)


def build(index: CreateIndex, table: sa.Table, postgres: bool) -> sa.Index:
    """The index as SQLAlchemy makes it; on PostgreSQL with nulls first, as lists sort."""
    columns = [table.c[name] for name in index.columns]
    if index.unique or index.binned:
        gone = table.c[LIVING]
        part = gone.is_not(None) if index.binned else gone.is_(None)
        return sa.Index(
            index.name, *columns, unique=index.unique, sqlite_where=part, postgresql_where=part
        )
    ordered = [c.asc().nulls_first() if postgres and c.nullable else c for c in columns]
    return sa.Index(index.name, *ordered)


def fields_of_unique(model: StorageModel, name: str) -> tuple[str, ...]:
    """The fields a unique index is on, for the message when it refuses a save."""
    for of in model:
        for columns, unique in _of_object(model.catalog, of):
            if unique and _index(of.table.name, columns, True).name == name:
                by_column = {column.name: value for value, column in of.columns.items()}
                return tuple(by_column.get(c, c) for c in columns)
    return ()
