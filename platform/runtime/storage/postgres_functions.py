"""The functions of the language as PostgreSQL says them, by the names the function table gives.

Each operand stands once in what is built, so that nested expressions stay small. Where Python
gives null because a result would be too large, a value is clamped to a bound just outside of
what is allowed and that bound made null: ``nullif(least(x, bound), bound)``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlalchemy import func

from ...metadata.expressions.functions import dates, numbers, texts
from ...metadata.expressions.types import Kind

Column = sa.ColumnElement[Any]
NUMERIC = sa.Numeric()
BIG, SMALL = ("".join(texts.SMALL), "".join(texts.SMALL.values()))
SMALL_AGAIN, BIG_AGAIN = ("".join(texts.BIG), "".join(texts.BIG.values()))
FARTHEST_CHARACTER = 10**9
LONGER_THAN_TIME = 400_000_000_000
"""Seconds; more than from the year 1 to 9999."""


OWN_TYPES: Mapping[Kind, sa.types.TypeEngine[Any]] = MappingProxyType({
    Kind.NUMBER: NUMERIC,
    Kind.DURATION: NUMERIC,
    Kind.DATE: sa.Date(),
    Kind.MOMENT: sa.TIMESTAMP(timezone=True),
})  # fmt: skip


def own_type(column: Column, kind: Kind) -> Column:
    """``column`` with the type PostgreSQL itself has for ``kind``, so that + and - are its own."""
    if kind is Kind.BOOLEAN:
        return column
    return sa.type_coerce(column, OWN_TYPES.get(kind, sa.Text()))


def null_of(kind: Kind) -> Column:
    """Null with a type: CASE and COALESCE cannot tell it from nothing but nulls."""
    types = {**OWN_TYPES, Kind.BOOLEAN: sa.Boolean(), Kind.REFERENCE: sa.UUID(as_uuid=False)}
    return sa.cast(sa.null(), types.get(kind, sa.Text()))


def number(value: int | Decimal) -> Column:
    return sa.literal(Decimal(value), NUMERIC)


def _numeric(column: Column) -> Column:
    return sa.type_coerce(column, NUMERIC)


def _within(column: Column, low: Column, high: Column) -> Column:
    """Null unless between the bounds, which are themselves outside; null stays null."""
    clamped = func.greatest(func.least(column, high), low)
    return func.nullif(func.nullif(clamped, high), low)


def _bounded(column: Column) -> Column:
    return _numeric(_within(column, number(-numbers.LIMIT), number(numbers.LIMIT)))


def _bounded_day(column: Column) -> Column:
    """A day of the years 1 to 9999, else null."""
    low, high = func.make_date(-1, 12, 31), func.make_date(10000, 1, 1)
    return sa.type_coerce(_within(sa.cast(column, sa.Date), low, high), sa.Date())


def _bounded_moment(column: Column) -> Column:
    low = func.make_timestamptz(-1, 12, 31, 23, 0, 0, "UTC")
    high = func.make_timestamptz(10000, 1, 1, 0, 0, 0, "UTC")
    return sa.type_coerce(_within(column, low, high), sa.TIMESTAMP(timezone=True))


def _whole(column: Column, farthest: int) -> Column:
    """The whole part as an integer; null beyond ``farthest``."""
    outside = farthest + 1
    return sa.cast(_within(func.trunc(column), number(-outside), number(outside)), sa.Integer)


def _count(column: Column) -> Column:
    """How many characters: never negative, 0 for null (the text is then empty, so null)."""
    return sa.cast(
        func.least(func.greatest(func.trunc(column), number(0)), number(texts.LONGEST)), sa.Integer
    )


def _text(column: Column) -> Column:
    """'' is null."""
    return sa.type_coerce(func.nullif(column, ""), sa.Text())


# Numbers ------------------------------------------------------------------------------------


def _round(value: Column, places: Column | None = None) -> Column:
    rounded = (
        func.round(value) if places is None else func.round(value, sa.cast(places, sa.Integer))
    )
    return _bounded(rounded)


def _divide(left: Column, right: Column) -> Column:
    """Half up at ten places, exactly: PostgreSQL's own quotient has been rounded before.

    ``div`` truncates, so twice the quotient in units of the last place, halved and rounded.
    """
    unit = 10**numbers.QUOTIENT_PLACES
    doubled = func.div(left * number(2 * unit), func.nullif(right, number(0)))
    half_a_unit = number(Decimal(1) / (2 * unit))
    return _bounded(func.round(doubled * half_a_unit, numbers.QUOTIENT_PLACES))


def _divide_whole(left: Column, right: Column) -> Column:
    return _bounded(func.div(left, func.nullif(right, number(0))))


def _remainder(left: Column, right: Column) -> Column:
    return _numeric(func.mod(left, func.nullif(right, number(0))))


def _plain(value: Column) -> Column:
    return sa.cast(func.trim_scale(value), sa.Text)


NUMBERS: Mapping[str, Callable[..., Column]] = MappingProxyType({
    "add": lambda a, b: _bounded(a + b),
    "subtract": lambda a, b: _bounded(a - b),
    "multiply": lambda a, b: _bounded(func.round(a * b, numbers.PLACES)),
    "divide": _divide,
    "divide_whole": _divide_whole,
    "remainder": _remainder,
    "negative": lambda a: -a,
    "round": _round,
    "ceiling": lambda a: _bounded(func.ceil(a)),
    "floor": lambda a: _bounded(func.floor(a)),
    "abs": lambda a: _numeric(func.abs(a)),
    "text_of_number": _plain,
    "text_fixed": lambda a, n: sa.cast(func.round(a, sa.cast(n, sa.Integer)), sa.Text),
})  # fmt: skip

# Text ---------------------------------------------------------------------------------------


def fold(column: Column) -> Column:
    """In small letters, by our own table: ``lower`` would ask the database's locale."""
    return func.translate(column, BIG, SMALL, type_=sa.Text())


def _mid(value: Column, start: Column, count: Column) -> Column:
    outside = number(FARTHEST_CHARACTER)
    first = sa.cast(_within(func.trunc(start), number(0), outside), sa.Integer)
    return _text(func.substr(value, first, _count(count)))


def _substitute(value: Column, old: Column, new: Column) -> Column:
    replaced = func.replace(value, func.coalesce(old, ""), func.coalesce(new, ""))
    return _text(func.left(replaced, texts.LONGEST))


def _value(text: Column) -> Column:
    numeral = func.substring(func.btrim(text, texts.SPACES), texts.NUMERAL.join("()"))
    return sa.cast(numeral, NUMERIC)


TEXTS: Mapping[str, Callable[..., Column]] = MappingProxyType({
    "lower": fold,
    "upper": lambda a: func.translate(a, SMALL_AGAIN, BIG_AGAIN, type_=sa.Text()),
    "trim": lambda a: _text(func.btrim(a, texts.SPACES)),
    "left": lambda a, n: _text(func.left(a, _count(n))),
    "right": lambda a, n: _text(func.right(a, _count(n))),
    "mid": _mid,
    "find": lambda part, a: sa.cast(func.strpos(a, part), NUMERIC),
    "substitute": _substitute,
    "length": lambda a: sa.cast(func.coalesce(func.length(a), 0), NUMERIC),
    "join": lambda *parts: _text(func.left(func.concat(*parts), texts.LONGEST)),
    "value": _value,
    "same": lambda a: a,
    "text_of_boolean": lambda a: sa.case(
        (a.is_(sa.true()), "true"), (a.is_(sa.false()), "false"), else_=sa.null()
    ),
    "text_of_date": lambda a: func.to_char(a, "YYYY-MM-DD", type_=sa.Text()),
    "text_of_moment": lambda a, zone: func.to_char(
        func.timezone(zone, a), "YYYY-MM-DD HH24:MI", type_=sa.Text()
    ),
})  # fmt: skip

# Dates --------------------------------------------------------------------------------------


def _part(name: str) -> Callable[[Column], Column]:
    return lambda day: sa.cast(sa.extract(name, day), NUMERIC)


def _start_of(unit: str) -> Callable[[Column], Column]:
    return lambda day: _bounded_day(func.date_trunc(unit, sa.cast(day, sa.TIMESTAMP)))


def _end_of_month(day: Column) -> Column:
    start = func.date_trunc("month", sa.cast(day, sa.TIMESTAMP))
    return sa.cast(start + func.make_interval(0, 1, 0, -1), sa.Date)


def _add_days(day: Column, days: Column) -> Column:
    return _bounded_day(day + _whole(days, dates.FARTHEST_DAYS))


def _add_hours(moment: Column, hours: Column, days: int = dates.FARTHEST_DAYS) -> Column:
    return _bounded_moment(moment + func.make_interval(0, 0, 0, 0, _whole(hours, days * 24)))


def _add_minutes(moment: Column, minutes: Column) -> Column:
    whole = _whole(minutes, dates.FARTHEST_DAYS * 1440)
    return _bounded_moment(moment + func.make_interval(0, 0, 0, 0, 0, whole))


def _add_times_a_day(moment: Column, days: Column) -> Column:
    hours = _whole(days, dates.FARTHEST_DAYS) * 24
    return _bounded_moment(moment + func.make_interval(0, 0, 0, 0, hours))


def _add_duration(moment: Column, seconds: Column) -> Column:
    """Exact to the microsecond: ``make_interval`` would go through a float."""
    near = _within(seconds, number(-LONGER_THAN_TIME), number(LONGER_THAN_TIME))
    spelt = sa.cast(near, sa.Text).concat(" seconds")
    return _bounded_moment(moment + sa.cast(spelt, sa.Interval))


def _in_units_of(seconds: int) -> Callable[[Column], Column]:
    return lambda duration: _divide(duration, number(seconds))


DATES: Mapping[str, Callable[..., Column]] = MappingProxyType({
    "day_of": lambda moment, zone: _bounded_day(func.timezone(zone, moment)),
    "add_days": _add_days,
    "add_days_sign": _add_days,
    "subtract_days": lambda day, days: _add_days(day, -days),
    "days_between": lambda a, b: sa.cast(a - b, NUMERIC),
    "add_months": lambda day, months: _bounded_day(
        day + func.make_interval(0, _whole(months, dates.FARTHEST_MONTHS))
    ),
    "add_days_to_moment": _add_times_a_day,
    "add_days_to_moment_sign": _add_times_a_day,
    "subtract_days_from_moment": lambda moment, days: _add_times_a_day(moment, -days),
    "add_hours": _add_hours,
    "add_minutes": _add_minutes,
    "add_duration": _add_duration,
    "add_durations": lambda a, b: a + b,
    "subtract_durations": lambda a, b: a - b,
    "time_between": lambda a, b: sa.cast(sa.extract("epoch", a - b), NUMERIC),
    "year": _part("year"),
    "quarter": _part("quarter"),
    "month": _part("month"),
    "week": _part("week"),
    "day": _part("day"),
    "weekday": _part("isodow"),
    "hour": lambda moment, zone: _part("hour")(func.timezone(zone, moment)),
    "start_of_week": _start_of("week"),
    "start_of_month": _start_of("month"),
    "start_of_quarter": _start_of("quarter"),
    "start_of_year": _start_of("year"),
    "end_of_month": _end_of_month,
    "days": _in_units_of(86400),
    "hours": _in_units_of(3600),
    "minutes": _in_units_of(60),
    "seconds": lambda duration: duration,
})  # fmt: skip

MEANINGS: Mapping[str, Callable[..., Column]] = MappingProxyType({**NUMBERS, **TEXTS, **DATES})
