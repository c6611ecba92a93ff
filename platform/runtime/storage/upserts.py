"""Inserting what may be there already: the same words on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from . import many
from .unit_of_work import Unit

MOST_VALUES = 30_000
"""SQLite takes 32,766 in one statement, PostgreSQL twice as many."""


def insert_missing(unit: Unit, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> int:
    """Inserts the rows that clash with no other; returns how many were new."""
    # As one statement: what a driver counts over many executions is not to be relied upon.
    insert = postgresql.insert if unit.is_postgres else sqlite.insert
    count = 0
    for values in _portions(rows):
        statement: sa.Executable = insert(table).values(values).on_conflict_do_nothing()
        count += unit.execute(statement.execution_options(preserve_rowcount=True)).rowcount
    return count


def insert_or_replace(unit: Unit, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Inserts the rows, or puts them in the place of those with the same primary key."""
    if rows:
        making = _replacing(postgresql.insert if unit.is_postgres else sqlite.insert)
        many.run(unit, "replace", table, making, many.by_column(rows))


def _replacing(insert: Callable[[sa.Table], Any]) -> many.Making:
    def making(table: sa.Table) -> sa.Insert:
        statement = insert(table)
        keys = [column.name for column in table.primary_key.columns]
        others = {c.name: statement.excluded[c.name] for c in table.columns if c.name not in keys}
        made: sa.Insert = statement.on_conflict_do_update(index_elements=keys, set_=others)
        return made

    return making


def _portions(rows: Sequence[Mapping[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """As many rows at a time as a statement takes values."""
    size = max(1, MOST_VALUES // len(rows[0])) if rows else 1
    for start in range(0, len(rows), size):
        yield [dict(row) for row in rows[start : start + size]]
