"""What the database holds now: read once per publication."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from .catalog_store import recorded
from .plan import Actual
from .system_tables import column, object_

OURS = ("ix_o_", "ux_o_")
BYTES_A_RECORD = 200
"""Where PostgreSQL has not counted yet."""


def actual(connection: Connection, schema: str | None) -> Actual:
    objects = {
        row.id: (row.table_name, row.state) for row in connection.execute(sa.select(object_))
    }
    owners = dict(connection.execute(sa.select(column.c.field, column.c.object)).all())
    tables = [name for name, _ in objects.values()]
    postgres = connection.dialect.name == "postgresql"
    sizes = _sizes_of_postgres(connection, schema) if postgres else _sizes(connection, tables)
    names = indexes_of(connection, schema)
    return Actual(objects, recorded(connection), owners, names, sizes, builds_beside=postgres)


def indexes_of(connection: Connection, schema: str | None) -> set[str]:
    """The names of those we make, where they are whole."""
    if connection.dialect.name == "postgresql":
        names = _indexes_of_postgres(connection, schema)
    else:
        names = _indexes_of_sqlite(connection)
    return {name for name in names if name.startswith(OURS) and "__" not in name}


def _indexes_of_sqlite(connection: Connection) -> Iterable[str]:
    master = sa.table("sqlite_master", sa.column("name"), sa.column("type"))
    return connection.scalars(sa.select(master.c.name).where(master.c.type == "index"))


def _sizes(connection: Connection, tables: Iterable[str]) -> dict[str, int]:
    """By the last row's number, which is there at once."""
    row: sa.ColumnElement[int] = sa.column("rowid")
    counted = {
        name: connection.scalar(sa.select(sa.func.max(row)).select_from(sa.table(name)))
        for name in tables
    }
    return {name: count or 0 for name, count in counted.items()}


_NAMESPACE = sa.table("pg_namespace", sa.column("oid"), sa.column("nspname"), schema="pg_catalog")
_CLASS = sa.table(
    "pg_class",
    *map(sa.column, ("oid", "relname", "relnamespace", "relkind", "reltuples")),
    schema="pg_catalog",
)
_INDEX = sa.table("pg_index", sa.column("indexrelid"), sa.column("indisvalid"), schema="pg_catalog")


def _here(schema: str | None) -> sa.ColumnElement[bool]:
    there = sa.select(_NAMESPACE.c.oid).where(_NAMESPACE.c.nspname == (schema or "public"))
    return _CLASS.c.relnamespace.in_(there)


def _indexes_of_postgres(connection: Connection, schema: str | None) -> Iterable[str]:
    """Those that are whole: one whose making was broken off counts as not there."""
    whole = _INDEX.join(_CLASS, _CLASS.c.oid == _INDEX.c.indexrelid)
    chosen = sa.select(_CLASS.c.relname).select_from(whole)
    return connection.scalars(chosen.where(_here(schema), _INDEX.c.indisvalid))


def _sizes_of_postgres(connection: Connection, schema: str | None) -> dict[str, int]:
    guessed = sa.func.pg_relation_size(_CLASS.c.oid) / BYTES_A_RECORD
    counted = sa.case((_CLASS.c.reltuples > 0, _CLASS.c.reltuples), else_=guessed)
    chosen = sa.select(_CLASS.c.relname, counted.label("records"))
    rows = connection.execute(chosen.where(_here(schema), _CLASS.c.relkind == "r"))
    return {row.relname: int(row.records) for row in rows}
