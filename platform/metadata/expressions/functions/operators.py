"""The operators, as lines of the same table: a sign has one meaning per pair of types."""

from __future__ import annotations

from typing import Any

from ..operations import Operation, function
from .dates import (
    add_days,
    add_days_to_moment,
    add_duration,
    add_durations,
    days_between,
    subtract_days,
    subtract_days_from_moment,
    subtract_durations,
    time_between,
)
from .numbers import add, divide, divide_whole, multiply, negative, remainder, subtract
from .records import is_one_of
from .texts import join


def equal(left: Any, right: Any) -> bool:
    return bool(left == right)


def different(left: Any, right: Any) -> bool:
    return bool(left != right)


def less(left: Any, right: Any) -> bool:
    return left is not None and right is not None and bool(left < right)


def less_or_equal(left: Any, right: Any) -> bool:
    return left is not None and right is not None and bool(left <= right)


def _sign(
    key: str, sign: str, takes: str, gives: str, python: Any, *, nulls: bool = False
) -> Operation:
    return function(sign, takes, gives, python, "", "", key=key, nulls=nulls)


OPERATORS = (
    _sign("add", "+", "number, number", "number", add),
    _sign("add_days_sign", "+", "date, number", "date", add_days),
    _sign("add_days_to_moment_sign", "+", "moment, number", "moment", add_days_to_moment),
    _sign("add_duration", "+", "moment, duration", "moment", add_duration),
    _sign("add_durations", "+", "duration, duration", "duration", add_durations),
    _sign("subtract", "-", "number, number", "number", subtract),
    _sign("days_between", "-", "date, date", "integer", days_between),
    _sign("time_between", "-", "moment, moment", "duration", time_between),
    _sign("subtract_days", "-", "date, number", "date", subtract_days),
    _sign("subtract_days_from_moment", "-", "moment, number", "moment",
          subtract_days_from_moment),
    _sign("subtract_durations", "-", "duration, duration", "duration", subtract_durations),
    _sign("multiply", "*", "number, number", "number", multiply),
    _sign("divide", "/", "number, number", "number", divide),
    _sign("divide_whole", "//", "number, number", "integer", divide_whole),
    _sign("remainder", "%", "number, number", "number", remainder),
    _sign("negative", "-x", "number", "number", negative),
    _sign("join", "&", "text...", "text", join, nulls=True),
    _sign("equal", "==", "same, same", "boolean", equal, nulls=True),
    _sign("different", "!=", "same, same", "boolean", different, nulls=True),
    _sign("less", "<", "same, same", "boolean", less, nulls=True),
    _sign("less_or_equal", "<=", "same, same", "boolean", less_or_equal, nulls=True),
    _sign("is_one_of", "in", "any, list", "boolean", is_one_of, nulls=True),
    _sign("not", "not", "boolean", "boolean", lambda value: not value, nulls=True),
    _sign("truth", "truth", "boolean", "boolean", lambda value: value is True or value == 1,
          nulls=True),
)  # fmt: skip
