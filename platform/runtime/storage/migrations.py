"""Numbered changes of our own ``tc_…`` tables. Append only: a number is never used twice."""

from __future__ import annotations

from collections.abc import Callable
from zlib import crc32

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from ...errors import Conflict
from . import (
    access_tables,
    approval_tables,
    layer_tables,
    message_tables,
    search_tables,
    sign_in_tables,
    sla_tables,
    stage_tables,
    system_tables,
    webhook_tables,
)

TABLES = (
    system_tables,
    sign_in_tables,
    access_tables,
    approval_tables,
    layer_tables,
    message_tables,
    stage_tables,
    webhook_tables,
    sla_tables,
)
"""The modules that declare tables of ours."""


def _first(connection: Connection) -> None:
    for metadata in {tables.metadata for tables in TABLES}:
        metadata.create_all(connection, checkfirst=False)
    search_tables.create(connection)
    rows = [{"key": "catalog", "value": 0}, {"key": "rights", "value": 0}]
    connection.execute(sa.insert(system_tables.state), rows)


MIGRATIONS: tuple[Callable[[Connection], None], ...] = (_first,)


def shape() -> int:
    """A number for the tables as this release declares them: names, columns, what may be null."""
    tables = {table for module in TABLES for table in module.metadata.tables.values()}
    columns = (f"{t.name}.{c.name}:{c.nullable}" for t in tables for c in t.columns)
    return crc32("\n".join(sorted(columns)).encode()) & 0x7FFFFFFF


def fits(connection: Connection) -> bool:
    """Whether the database's own tables are as this release declares them. A checkout between two
    releases may have made others under the same number."""
    state = system_tables.state
    made = connection.scalar(sa.select(state.c.value).where(state.c.key == "shape"))
    return made == shape()


def current(connection: Connection, schema: str | None) -> int:
    """The number of the last migration applied; 0 for an empty database."""
    if not sa.inspect(connection).has_table("tc_state", schema=schema):
        return 0
    state = system_tables.state
    return connection.scalar(sa.select(state.c.value).where(state.c.key == "schema")) or 0


def migrate(connection: Connection, schema: str | None) -> tuple[int, int]:
    """Applies what is missing; returns the numbers before and after.

    Raises Conflict when the database was made by a newer release.
    """
    if schema is not None:
        connection.execute(sa.schema.CreateSchema(schema, if_not_exists=True))
    before = current(connection, schema)
    if before > len(MIGRATIONS):
        raise Conflict(
            "The database is of a newer release (migration {theirs}; this one knows {ours}).",
            theirs=before,
            ours=len(MIGRATIONS),
        )
    for step in MIGRATIONS[before:]:
        step(connection)
    if before < len(MIGRATIONS):
        state = system_tables.state
        connection.execute(sa.delete(state).where(state.c.key.in_(("schema", "shape"))))
        rows = [
            {"key": "schema", "value": len(MIGRATIONS)},
            {"key": "shape", "value": shape()},
        ]
        connection.execute(sa.insert(state), rows)
    return before, len(MIGRATIONS)
