"""Numbers: exact decimals of at most 30 digits before the point and 20 after it.

Sums and differences are exact, products are rounded half up to 20 places, quotients to 10. What
would be larger is null, like a division by zero: never an approximate or a wrapped number.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal
from typing import Any

from ..operations import function

Number = Decimal | int
EXACT = Context(prec=200, rounding=ROUND_HALF_UP)
LIMIT = Decimal(10) ** 30
PLACES = 20
QUOTIENT_PLACES = 10
MOST_PLACES = 15
"""What may be rounded to: so many places, or so many digits before the point."""
ZERO, ONE = Decimal(0), Decimal(1)


def bounded(value: Decimal) -> Decimal | None:
    return value if -LIMIT < value < LIMIT else None


def rounded(value: Number, places: int) -> Decimal:
    return EXACT.quantize(Decimal(value), ONE.scaleb(-places))


def add(left: Number, right: Number) -> Decimal | None:
    return bounded(EXACT.add(left, right))


def subtract(left: Number, right: Number) -> Decimal | None:
    return bounded(EXACT.subtract(left, right))


def multiply(left: Number, right: Number) -> Decimal | None:
    product = bounded(EXACT.multiply(left, right))
    if product is None or int(product.as_tuple().exponent) >= -PLACES:
        return product
    return rounded(product, PLACES)


def divide(left: Number, right: Number) -> Decimal | None:
    if not right:
        return None
    quotient = bounded(EXACT.divide(left, right))
    return None if quotient is None else bounded(rounded(quotient, QUOTIENT_PLACES))


def divide_whole(left: Number, right: Number) -> Decimal | None:
    return bounded(EXACT.divide_int(left, right)) if right else None


def remainder(left: Number, right: Number) -> Decimal | None:
    return EXACT.remainder(left, right) if right else None


def negative(value: Number) -> Decimal:
    return EXACT.minus(value)


def round_to(value: Number, places: Number = 0) -> Decimal | None:
    return bounded(rounded(value, int(places)))


def ceiling(value: Number) -> Decimal | None:
    return bounded(Decimal(value).to_integral_value(ROUND_CEILING))


def floor(value: Number) -> Decimal | None:
    return bounded(Decimal(value).to_integral_value(ROUND_FLOOR))


def absolute(value: Number) -> Decimal:
    return EXACT.abs(value)


def power(base: Number, exponent: Number) -> Decimal | None:
    """``exponent`` is a whole number from -100 to 100; else null."""
    times = int(exponent)
    if times != exponent or abs(times) > 100 or (not base and times < 0):
        return None
    result: Decimal | None = ONE
    for _ in range(abs(times)):
        result = multiply(result, base) if result is not None else None
    return divide(1, result) if result is not None and times < 0 else result


def plain(value: Number) -> str:
    """Digits as people write them: no exponent, no trailing zeros, no ``-0``."""
    text = format(Decimal(value), "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def total(values: Sequence[Number | None]) -> Decimal | None:
    result = ZERO
    for value in values:
        if value is not None:
            result = EXACT.add(result, value)
    return bounded(result)


def count(values: Sequence[Any]) -> int:
    return sum(value is not None for value in values)


def average(values: Sequence[Number | None]) -> Decimal | None:
    added = total(values)
    return None if added is None else divide(added, count(values))


NUMBERS = (
    function("round", "number, places!?", "number", round_to,
             "Rounds half up to so many places; negative ones round tens, hundreds.",
             "round(amount * 0.13, 2)"),
    function("ceiling", "number", "integer", ceiling, "The next whole number up.",
             "ceiling(2.1) == 3"),
    function("floor", "number", "integer", floor, "The next whole number down.",
             "floor(-2.1) == -3"),
    function("abs", "number", "number", absolute, "The number without its sign.",
             "abs(balance) < 0.01"),
    function("mod", "number, number", "number", remainder,
             "What a division leaves; it has the sign of the first number, like %.",
             "mod(-7, 3) == -1", sql="remainder"),
    function("power", "number, number", "number", power,
             "A number to a whole power from -100 to 100; other powers give null.",
             "power(1 + rate, 12)", sql=None),
)  # fmt: skip

LISTS = (
    function("sum", "numbers", "number", total,
             "Adds a number up over related records or a list; nothing to add is 0.",
             "sum(lines.total)"),
    function("average", "numbers", "number", average,
             "The sum divided by how many there are; null when there are none.",
             "average(lines.discount)"),
    function("count", "list", "integer", count,
             "How many related records there are, or how many have a value in a field.",
             "count(lines) > 0"),
    function("min", "list", "element",
             lambda values: min((v for v in values if v is not None), default=None),
             "The smallest over related records or a list.", "min(lines.delivery_date)",
             key="min_of_list"),
    function("max", "list", "element",
             lambda values: max((v for v in values if v is not None), default=None),
             "The largest over related records or a list.", "max(quotes.total)",
             key="max_of_list"),
)  # fmt: skip
