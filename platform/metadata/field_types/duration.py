"""A length of time, held in whole seconds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ..definitions import EMPTY, Field
from ..expressions.types import INTEGER, Type
from ..formats import duration_text
from .base import FieldType, Format, ParseContext, Storage, StorageKind, ValueProblem, Widget
from .operators import COMPARISONS
from .values import LARGEST_INTEGER, ascii_line, clean_integer

AMOUNT = r"(\d{1,12}(?:\.\d{1,6})?)"
SHORT = re.compile(
    rf"(?P<sign>-?)(?:{AMOUNT} ?(?:w|weeks?|周))? ?(?:{AMOUNT} ?(?:d|days?|天))? ?"
    rf"(?:{AMOUNT} ?(?:h|hours?|小时|时))? ?(?:{AMOUNT} ?(?:m|min|minutes?|分钟|分))? ?"
    rf"(?:{AMOUNT} ?(?:s|sec|seconds?|秒))?",
    re.ASCII,
)
ISO = re.compile(
    rf"(?P<sign>-?)p(?:{AMOUNT}w)?(?:{AMOUNT}d)?"
    rf"(?:t(?:{AMOUNT}h)?(?:{AMOUNT}m)?(?:{AMOUNT}s)?)?",
    re.ASCII,
)
CLOCK = re.compile(r"(-?)(\d{1,6}):([0-5]\d)(?::([0-5]\d))?", re.ASCII)
SECONDS = (604_800, 86_400, 3_600, 60, 1)


class Duration(FieldType):
    """In expressions it is a number of seconds."""

    name = "duration"
    label = "Duration"
    widget = Widget.DURATION
    operators = COMPARISONS
    settings = {
        "minimum": {"type": "integer", "description": "Shortest time allowed, in seconds."},
        "maximum": {"type": "integer", "description": "Longest time allowed, in seconds."},
    }

    def storage(self, field: Field) -> Storage:
        return Storage(StorageKind.INTEGER)

    def expression_type(self, field: Field) -> Type:
        return INTEGER

    def parse(self, field: Field, raw: Any, context: ParseContext) -> int:
        """1h30m, 90 min, 2d, 1:30 (hours and minutes), PT1H30M; a number is seconds."""
        if not isinstance(raw, str):
            return clean_integer(raw)
        text = ascii_line(raw).lower()
        if text.lstrip("-").isdecimal():
            return clean_integer(text)
        seconds = _seconds(text)
        if seconds is None:
            raise ValueProblem("not_a_duration", "This must be a length of time like 1h30m or 2d.")
        if seconds != int(seconds):
            raise ValueProblem("too_precise", "A length of time counts whole seconds.")
        if abs(seconds) > LARGEST_INTEGER:
            raise ValueProblem("out_of_range", "This number is too large.")
        return int(seconds)

    def check(self, field: Field, value: int) -> None:
        for bound, code, message in (
            ("minimum", "too_small", "At least {duration}."),
            ("maximum", "too_large", "At most {duration}."),
        ):
            limit = field.settings.get(bound)
            if limit is not None and (value < limit if bound == "minimum" else value > limit):
                raise ValueProblem(code, message, duration=short_text(limit))

    def format(
        self, field: Field, value: int | None, how: Format, record: Mapping[str, Any] = EMPTY
    ) -> str:
        return "" if value is None else duration_text(value, how.locale)

    def to_input(self, field: Field, value: int | None, how: Format) -> str:
        return "" if value is None else short_text(value)

    def search_text(self, field: Field, value: int | None) -> str:
        return ""


def short_text(seconds: int) -> str:
    """1d2h30m, as one types it."""
    sign, seconds = "-" if seconds < 0 else "", abs(seconds)
    parts = []
    for size, letter in ((86_400, "d"), (3_600, "h"), (60, "m"), (1, "s")):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count}{letter}")
    return sign + "".join(parts) if parts else "0m"


def _seconds(text: str) -> Decimal | None:
    if clock := CLOCK.fullmatch(text):
        sign, hours, minutes, rest = clock.groups()
        total = Decimal(int(hours) * 3600 + int(minutes) * 60 + int(rest or 0))
        return -total if sign else total
    found = ISO.fullmatch(text) or SHORT.fullmatch(text)
    if found is None:
        return None
    sign, *amounts = found.groups()
    if not any(amounts):
        return None
    total = sum(
        (Decimal(amount) * size for amount, size in zip(amounts, SECONDS, strict=True) if amount),
        Decimal(0),
    )
    return -total if sign else total
