"""A time of day, in no zone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import time
from typing import Any

from ..definitions import EMPTY, Field
from ..expressions.types import TEXT, Type
from ..formats import time_format
from .base import FieldType, Format, ParseContext, Storage, StorageKind, ValueProblem, Widget
from .operators import COMPARISONS
from .values import ascii_line

CLOCK = re.compile(
    r"(?P<hour>\d{1,2})(?::(?P<minute>\d\d)(?::(?P<second>\d\d))?)? ?(?P<half>[ap]\.?m\.?)?",
    re.ASCII | re.I,
)
CHINESE_CLOCK = re.compile(r"(\d{1,2})[点时](?:(\d{1,2})分?)?", re.ASCII)


class TimeOfDay(FieldType):
    """The value is text, ``14:30:00``: so it compares and sorts by itself."""

    name = "time"
    label = "Time of day"
    widget = Widget.TIME
    operators = COMPARISONS

    def storage(self, field: Field) -> Storage:
        return Storage(StorageKind.TEXT)

    def expression_type(self, field: Field) -> Type:
        return TEXT

    def parse(self, field: Field, raw: Any, context: ParseContext) -> str:
        """14:30, 14:30:15, 2:30 pm, 14点30分, a time without a zone."""
        found = _from_text(ascii_line(raw)) if isinstance(raw, str) else raw
        if not isinstance(found, time) or found.tzinfo is not None or found.microsecond:
            raise ValueProblem("not_a_time", "This must be a time like 14:30.")
        return found.isoformat("seconds")

    def format(
        self, field: Field, value: str | None, how: Format, record: Mapping[str, Any] = EMPTY
    ) -> str:
        if value is None:
            return ""
        clock = time.fromisoformat(value)
        return time_format(how.locale, seconds=clock.second > 0)(clock)

    def to_input(self, field: Field, value: str | None, how: Format) -> str:
        return "" if value is None else value.removesuffix(":00")

    def search_text(self, field: Field, value: str | None) -> str:
        return ""


def _from_text(text: str) -> time | None:
    if chinese := CHINESE_CLOCK.fullmatch(text):
        text = f"{chinese.group(1)}:{int(chinese.group(2) or 0):02d}"
    found = CLOCK.fullmatch(text)
    if found is None or not (found["minute"] or found["half"]):
        return None
    hour = int(found["hour"])
    if found["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found["half"].lower().startswith("p") else 0)
    try:
        return time(hour, int(found["minute"] or 0), int(found["second"] or 0))
    except ValueError:
        return None
