"""Inserting what may be there already: the same words on both databases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from .unit_of_work import Unit


def insert_missing(unit: Unit, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> int:
    """Inserts the rows that clash with no other; returns how many were new."""
    if not rows:
        return 0
    # As one statement: what a driver counts over many executions is not to be relied upon.
    values = [dict(row) for row in rows]
    if unit.is_postgres:
        statement: sa.Executable = postgresql.insert(table).values(values).on_conflict_do_nothing()
    else:
        statement = sqlite.insert(table).values(values).on_conflict_do_nothing()
    return unit.execute(statement.execution_options(preserve_rowcount=True)).rowcount
