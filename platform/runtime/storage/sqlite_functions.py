"""The functions that SQLite lacks, registered on every connection as ``tc_…``.

They are the Python meanings of the one function table behind a thin codec, so both agree by
construction; what is here besides is the exact decimal: its order, its sum, its average.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from ...metadata.expressions.functions import ALL_OPERATIONS
from ...metadata.expressions.functions.dates import seconds_of
from ...metadata.expressions.functions.numbers import EXACT, ZERO, divide, plain
from ...metadata.expressions.operations import Operation
from .columns import Moment
from .sql_types import DECIMAL_ORDER

LARGEST_INTEGER = 2**63 - 1


def _duration(text: str) -> timedelta:
    return timedelta(microseconds=int(Decimal(text) * 1_000_000))


DECODE: Mapping[str, Callable[[Any], Any]] = MappingProxyType({
    "number": Decimal,
    "places": Decimal,
    "text": str,
    "pattern": str,
    "option": str,
    "boolean": bool,
    "date": date.fromisoformat,
    "moment": datetime.fromisoformat,
    "duration": _duration,
    "@zone": ZoneInfo,
})  # fmt: skip
ENCODE: Mapping[str, Callable[[Any], Any]] = MappingProxyType({
    "number": plain,
    "integer": plain,
    "text": str,
    "boolean": int,
    "date": date.isoformat,
    "moment": Moment().inward,
    "duration": lambda value: plain(seconds_of(value)),
})  # fmt: skip


def function_name(key: str) -> str:
    return f"tc_{key}"


MOST_SCALED = 10**18
"""Eighteen digits are what a decimal column keeps, on both databases."""


def register_functions(connection: Any) -> None:
    """Teaches a fresh SQLite connection our functions, sums and the order of decimals."""
    define = partial(connection.create_function, deterministic=True)
    for operation in ALL_OPERATIONS:
        if is_translatable(operation):
            define(function_name(operation.key), -1, _translated(operation))
    define("tc_decimal", 2, decimal_text)
    define("tc_scaled", 2, scaled_integer)
    define("tc_smallest_number", -1, _extreme(min))
    define("tc_largest_number", -1, _extreme(max))
    define("tc_smallest_text", -1, lambda *v: min((x for x in v if x is not None), default=None))
    define("tc_largest_text", -1, lambda *v: max((x for x in v if x is not None), default=None))
    define("tc_holds", 2, holds)
    connection.create_aggregate("tc_sum", 1, Total)
    connection.create_aggregate("tc_avg", 2, Average)
    connection.create_collation(DECIMAL_ORDER, compare_decimals)


def is_translatable(operation: Operation) -> bool:
    """Whether the Python meaning of ``operation`` works on SQLite's values as they are."""
    kinds = [parameter.kind for parameter in operation.takes] + list(operation.context)
    known = all(kind in DECODE for kind in kinds) and operation.gives in ENCODE
    return known and operation.sql is not None


def _translated(operation: Operation) -> Callable[..., Any]:
    takes = [DECODE[parameter.kind] for parameter in operation.takes]
    takes += [DECODE[name] for name in operation.context]
    repeated = bool(operation.takes) and operation.takes[-1].repeated
    encode, python, nulls = ENCODE[operation.gives], operation.python, operation.nulls
    of_nulls = operation.of_nulls

    def meaning(*stored: Any) -> Any:
        if not nulls and None in stored:
            return None if of_nulls is None else int(of_nulls)
        decode = takes * len(stored) if repeated else takes
        values = [None if x is None else f(x) for f, x in zip(decode, stored, strict=False)]
        result = python(*values)
        return None if result is None else encode(result)

    return meaning


def decimal_text(value: Any, scale: int) -> str | None:
    """A scaled integer as canonical decimal text."""
    return None if value is None else plain(EXACT.scaleb(Decimal(value), -scale))


def scaled_integer(text: str | None, scale: int) -> int | str | None:
    """Decimal text as a column of that scale keeps it, half up.

    What has more than eighteen digits stays a text, which no STRICT column of integers takes.
    """
    if text is None:
        return None
    whole = int(Decimal(text).scaleb(scale).to_integral_value(ROUND_HALF_UP))
    return whole if abs(whole) < MOST_SCALED else f"too large: {whole}"


def _extreme(choose: Callable[..., Any]) -> Callable[..., Any]:
    def meaning(*values: str | None) -> str | None:
        known = [value for value in values if value is not None]
        return choose(known, key=Decimal) if known else None

    return meaning


def holds(listed: str | None, value: Any) -> int:
    """Whether a JSON list has the value."""
    return int(listed is not None and value in json.loads(listed))


def compare_decimals(left: str, right: str) -> int:
    one, other = Decimal(left), Decimal(right)
    return (one > other) - (one < other)


class Total:
    """``tc_sum``: exact over scaled integers and over decimal text; null over nothing."""

    def __init__(self) -> None:
        self.whole, self.parts, self.count = 0, ZERO, 0

    def step(self, value: int | str | None) -> None:
        if value is None:
            return
        self.count += 1
        if isinstance(value, int):
            self.whole += value
        else:
            self.parts = EXACT.add(self.parts, Decimal(value))

    @property
    def exact(self) -> Decimal:
        return EXACT.add(self.parts, self.whole)

    def finalize(self) -> int | str | None:
        if not self.count:
            return None
        if self.parts or abs(self.whole) > LARGEST_INTEGER:
            return plain(self.exact)
        return self.whole


class Average(Total):
    """``tc_avg(value, scale)``: to ten places, as decimal text."""

    scale = 0

    def step(self, value: int | str | None, scale: int = 0) -> None:
        self.scale = scale
        super().step(value)

    def finalize(self) -> str | None:
        average = divide(EXACT.scaleb(self.exact, -self.scale), self.count)
        return None if average is None else plain(average)
