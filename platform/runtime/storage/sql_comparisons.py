"""Comparisons with a value known beforehand, so that the column stays bare and its index serves.

Every condition made here is true or false, never null: it may stand under a NOT. A bare
comparison is kept so by ``AND column IS NOT NULL``, which an index answers as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from ...metadata.expressions.functions.numbers import EXACT
from ...metadata.expressions.types import Kind
from .columns import Whole
from .sql_types import NUMERIC_KINDS, SqlValue, bind_type, scale_of

Column = sa.ColumnElement[Any]
Condition = sa.ColumnElement[bool]
Sign = Literal["==", "<", "<=", ">", ">="]
FLIPPED: dict[Sign, Sign] = {"==": "==", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
INTEGERS = (-(2**63), 2**63 - 1)


def known(condition: Condition) -> Condition:
    """``condition`` with null read as false."""
    return sa.func.coalesce(condition, sa.false(), type_=sa.Boolean())


def sided(column: Column, sign: Sign, bound: Column) -> Condition:
    """``column <sign> bound``, as SQL has it."""
    match sign:
        case "==":
            return column == bound
        case "<":
            return column < bound
        case "<=":
            return column <= bound
        case ">":
            return column > bound
        case ">=":
            return column >= bound


def guarded(column: Column, sign: Sign, bound: Column) -> Condition:
    return sa.and_(sided(column, sign, bound), column.is_not(None))


def with_constant(value: SqlValue, sign: Sign, constant: Any, dialect: str) -> Condition:
    """A stored column against a value that is not null."""
    kind = value.type.kind
    if kind in NUMERIC_KINDS:
        return _with_number(value, sign, as_number(constant), dialect)
    if kind is Kind.REFERENCE and not is_id(constant):
        return sa.false()
    return guarded(ordered(value.column, kind, sign, dialect), sign, bound(value, constant))


def ordered(
    column: Column, kind: Kind, sign: Sign, dialect: str, beside: Column | None = None
) -> Column:
    """A column on the left of a comparison, under the order our language has for its kind.

    PostgreSQL would ask its locale about text. On SQLite the collation of a part, such as that of
    decimals, would decide for the whole.
    """
    if dialect == "postgresql":
        textual = kind in (Kind.TEXT, Kind.OPTION, Kind.TIME)
        return column.collate("C") if textual and sign != "==" else column
    if kind in NUMERIC_KINDS or kind is Kind.BOOLEAN:
        return column
    bare = isinstance(column, sa.Column) and (beside is None or isinstance(beside, sa.Column))
    return column if bare else column.collate("BINARY")


def bound(value: SqlValue, constant: Any) -> Column:
    constant = constant.isoformat() if isinstance(constant, time) else constant
    return sa.literal(constant, bind_type(value.type.kind))


def as_number(constant: Any) -> Decimal:
    """A duration counts in seconds."""
    if isinstance(constant, timedelta):
        return Decimal(constant // timedelta(microseconds=1)) / 1_000_000
    return Decimal(constant)


def is_id(constant: Any) -> bool:
    """Whether ``constant`` can be the id of a record at all; PostgreSQL refuses others loudly."""
    try:
        return isinstance(constant, str) and str(UUID(constant)) == constant
    except ValueError:
        return False


def _with_number(value: SqlValue, sign: Sign, number: Decimal, dialect: str) -> Condition:
    if dialect == "postgresql" and not isinstance(value.column.type, Whole):
        return guarded(value.column, sign, sa.literal(number, sa.Numeric()))
    return _with_integer(value.column, sign, EXACT.scaleb(number, scale_of(value)))


def _with_integer(column: Column, sign: Sign, number: Decimal) -> Condition:
    """Against a column of integers; a bound between two integers moves to the next that tells."""
    if number != number.to_integral_value():
        if sign == "==":
            return sa.false()
        below = sign in ("<", "<=")
        sign = "<=" if below else ">="
        number = number.to_integral_value(ROUND_FLOOR if below else ROUND_CEILING)
    low, high = INTEGERS
    if low <= number <= high:
        return guarded(column, sign, sa.literal(int(number), sa.BigInteger()))
    holds = (number > high) == (sign in ("<", "<=")) and sign != "=="
    return column.is_not(None) if holds else sa.false()


def on_day(moment: SqlValue, sign: Sign, day: date, zone: ZoneInfo, dialect: str) -> Condition:
    """``date(created_at) <sign> day`` as bounds on the moment itself."""
    if sign == "==":
        after, before = _start(day, zone), _start_after(day, zone)
        return sa.and_(
            with_constant(moment, ">=", after, dialect), with_constant(moment, "<", before, dialect)
        )
    edge = _start_after(day, zone) if sign in ("<=", ">") else _start(day, zone)
    return with_constant(moment, ">=" if sign in (">", ">=") else "<", edge, dialect)


def _start(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of ``day``; the ends of the calendar stand for what lies beyond."""
    try:
        return datetime.combine(day, time(), zone).astimezone(UTC)
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC)


def _start_after(day: date, zone: ZoneInfo) -> datetime:
    if day == date.max:
        return datetime.max.replace(tzinfo=UTC)
    return _start(day + timedelta(1), zone)


def one_of(value: SqlValue, constants: Sequence[Any], dialect: str) -> Condition:
    """``column in [...]``; null is found only where the list has it."""
    kind, column = value.type.kind, value.column
    present = [constant for constant in constants if constant is not None]
    blank = column.is_(None) if len(present) < len(constants) else sa.false()
    if kind in (Kind.NUMBER, Kind.DURATION, Kind.MOMENT):
        found = [with_constant(value, "==", constant, dialect) for constant in present]
        return sa.or_(sa.false(), *found, blank)
    if kind is Kind.REFERENCE:
        present = [constant for constant in present if is_id(constant)]
    if not present:
        return blank
    column = ordered(column, kind, "==", dialect)
    found_in = column.in_([bound(value, constant) for constant in present])
    return sa.or_(sa.and_(found_in, column.is_not(None)), blank)
