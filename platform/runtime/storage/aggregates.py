"""Measures over many rows, exact on both databases, with the type and scale of the result."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from ...errors import BadRequest
from ...metadata.expressions.types import INTEGER, NUMBER, Kind
from .columns import Exact, Whole
from .postgres_functions import NUMBERS
from .sql_types import DecimalText, SqlValue, is_computed, scale_of

COUNT_ALL = SqlValue(sa.func.count(type_=Whole()), INTEGER)


def measure(function: str, source: SqlValue | None, dialect: str) -> SqlValue:
    """``count`` needs no source; ``sum`` and ``avg`` need numbers. A sum of nothing is null."""
    if source is None:
        return COUNT_ALL
    if function == "count":
        return SqlValue(sa.func.count(source.column, type_=Whole()), INTEGER)
    if function == "count_distinct":
        return SqlValue(sa.func.count(source.column.distinct(), type_=Whole()), INTEGER)
    if function in ("min", "max"):
        extreme = getattr(sa.func, function)(source.column, type_=source.column.type)
        return SqlValue(extreme, source.type, source.scale)
    if source.type.kind is not Kind.NUMBER:
        raise BadRequest("{function} needs numbers.", function=function)
    if dialect == "postgresql":
        return _exact_on_postgres(function, source)
    return _exact_on_sqlite(function, source)


def _exact_on_postgres(function: str, source: SqlValue) -> SqlValue:
    """An average has ten places as every quotient has; AVG would give more or fewer."""
    total = sa.func.sum(source.column, type_=sa.Numeric())
    if function == "sum":
        return SqlValue(total, NUMBER, source.scale)
    count = sa.cast(sa.func.count(source.column), sa.Numeric())
    return SqlValue(NUMBERS["divide"](total, count), NUMBER)


def _exact_on_sqlite(function: str, source: SqlValue) -> SqlValue:
    """SQLite's own SUM overflows and AVG is a float: ours add scaled integers exactly."""
    if function == "sum":
        total = sa.func.tc_sum(source.column, type_=source.column.type)
        return SqlValue(total, NUMBER, source.scale)
    scale = 0 if is_computed(source) else scale_of(source)
    return SqlValue(sa.func.tc_avg(source.column, scale, type_=DecimalText()), NUMBER)


def as_stored(value: SqlValue, column: sa.Column[Any], dialect: str) -> sa.ColumnElement[Any]:
    """``value`` as ``column`` keeps it: on SQLite a scaled integer of the column's scale."""
    wanted = column.type
    if dialect == "postgresql" or not isinstance(wanted, Exact):
        return value.column
    if not is_computed(value) and scale_of(value) == wanted.scale:
        return value.column
    text = value.column
    if not is_computed(value):
        text = sa.func.tc_decimal(value.column, scale_of(value))
    return sa.func.tc_scaled(text, wanted.scale, type_=wanted)
