"""Reading a SET: all values of one row, in their order, as one value of the statement."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa


class ValueList(sa.types.TypeDecorator[Any]):
    """An array on PostgreSQL, JSON text on SQLite → a tuple."""

    impl = sa.Text
    cache_ok = True

    def result_processor(self, dialect: sa.engine.Dialect, coltype: object) -> Any:
        if dialect.name == "postgresql":
            return lambda value: tuple(map(_plain, value or ()))
        return lambda value: tuple(json.loads(value or "[]"))


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int) else str(value)


def all_values(
    table: sa.Table, owner: sa.ColumnElement[Any], outer: sa.FromClause, postgres: bool
) -> sa.ColumnElement[Any]:
    """The values that ``table`` keeps for the row ``owner`` of ``outer``."""
    mine = (
        sa.select(table.c.value.label("value"))
        .where(table.c.record == owner)
        .order_by(table.c.position)
        .correlate(outer)
    )
    if postgres:
        return sa.type_coerce(sa.func.array(mine.scalar_subquery()), ValueList())
    inner = mine.subquery()
    listed = sa.select(sa.func.json_group_array(inner.c.value)).correlate(outer).scalar_subquery()
    return sa.type_coerce(listed, ValueList())
