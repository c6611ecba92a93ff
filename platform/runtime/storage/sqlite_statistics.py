"""What SQLite's planner knows of the tables: how many rows, and how many share a value."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from .search_tables import tokens

LOOKED_AT = "PRAGMA analysis_limit=20000"
"""Rows of a value that are counted. More is not told apart: with 400, a tenth of a million rows
looks like a handful. A million rows with fifteen indexes take half a second of processor time."""

LOOK = sa.DDL("ANALYZE %(table)s")  # type: ignore[no-untyped-call]
SAMPLES = "sqlite_stat4"
READ_ANEW = "ANALYZE sqlite_schema"


def learn(connection: Connection) -> None:
    """Looks at every table but those the full-text index keeps for itself.

    Samples of values are thrown away: with them every statement is planned anew for the values of
    each call, which takes longer than most statements.
    """
    names = sa.inspect(connection).get_table_names()
    connection.exec_driver_sql(LOOKED_AT)
    for name in names:
        if not name.startswith(tokens.name):
            connection.execute(LOOK.against(sa.Table(name, sa.MetaData())))
    if _forget_samples(connection):
        connection.exec_driver_sql(READ_ANEW)


def learn_of_index(connection: Connection, name: str) -> None:
    """Looks at an index that is being made. Of a partial one SQLite thinks that it holds half of
    the table, until it has looked."""
    connection.exec_driver_sql(LOOKED_AT)
    connection.execute(LOOK.against(sa.Table(name, sa.MetaData())))
    _forget_samples(connection)


def _forget_samples(connection: Connection) -> bool:
    if not connection.dialect.has_table(connection, SAMPLES):
        return False
    connection.execute(sa.delete(sa.table(SAMPLES)))
    return True
