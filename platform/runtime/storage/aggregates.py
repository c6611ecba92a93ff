"""Measures over many rows, exact on both databases, with the type and scale of the result."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from ...errors import BadRequest
from ...metadata.expressions.types import INTEGER, NUMBER, Kind, Type
from .sql_expressions import SqlValue


def measure(
    function: str, source: SqlValue | None, dialect: str
) -> tuple[sa.ColumnElement[Any], Type, int | None]:
    """``count`` needs no source; ``sum`` and ``avg`` need numbers.

    A sum of nothing is null in SQL; callers that show totals read it as 0.
    """
    if source is None:
        return sa.func.count(), INTEGER, None
    if function == "count":
        return sa.func.count(source.column), INTEGER, None
    if function == "count_distinct":
        return sa.func.count(source.column.distinct()), INTEGER, None
    if function in ("min", "max"):
        return getattr(sa.func, function)(source.column), source.type, source.scale
    if source.type.kind is not Kind.NUMBER:
        raise BadRequest("{function} needs numbers.", function=function)
    if dialect == "postgresql":
        return getattr(sa.func, function)(source.column), NUMBER, source.scale
    return _exact_on_sqlite(function, source)


def _exact_on_sqlite(
    function: str, source: SqlValue
) -> tuple[sa.ColumnElement[Any], Type, int | None]:
    """SQLite's own SUM overflows and AVG is a float: ``tc_sum`` adds scaled integers exactly."""
    total = sa.func.tc_sum(source.column, type_=source.column.type)
    if function == "sum":
        return total, NUMBER, source.scale
    return sa.func.tc_avg(source.column, source.scale or 0, type_=sa.Text()), NUMBER, None
