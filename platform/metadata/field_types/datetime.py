"""A moment: stored in UTC, typed and read in the reader's zone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

from ..definitions import EMPTY, Field
from ..expressions.types import MOMENT, Type
from ..formats import moment_format
from .base import FieldType, Format, ParseContext, Storage, StorageKind, ValueProblem, Widget
from .operators import DAYS
from .values import ascii_line, clean_day

MOMENT_TEXT = re.compile(
    r"(?P<day>\d{4}[^ T]{4,7})(?:[T ] ?(?P<hour>\d{1,2}):(?P<minute>\d\d)"
    r"(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,6}))?)?"
    r" ?(?P<zone>[zZ]|[+-]\d\d:?\d\d)?)?",
    re.ASCII,
)


EARLIEST = datetime(1, 1, 2, tzinfo=UTC)
LATEST = datetime(9999, 12, 30, 23, 59, 59, 999_999, UTC)
"""A day from the ends of the calendar: every zone can still say what time it is there."""


class DateTime(FieldType):
    name = "datetime"
    label = "Date and time"
    widget = Widget.DATETIME
    operators = DAYS

    def storage(self, field: Field) -> Storage:
        return Storage(StorageKind.MOMENT)

    def expression_type(self, field: Field) -> Type:
        return MOMENT

    def parse(self, field: Field, raw: Any, context: ParseContext) -> datetime:
        """ISO 8601 with an offset, or without one: then in the reader's zone.

        A time that the clocks skip is refused; of one that comes twice the first is meant.
        """
        if isinstance(raw, str):
            raw = _from_text(ascii_line(raw))
        elif isinstance(raw, date) and not isinstance(raw, datetime):
            raw = datetime.combine(raw, time())
        if not isinstance(raw, datetime):
            raise _not_a_moment()
        try:
            moment = _in_utc(raw, context.zone)
        except OverflowError:
            raise _out_of_range() from None
        if not EARLIEST <= moment <= LATEST:
            raise _out_of_range()
        return moment

    def to_json(self, field: Field, value: datetime | None) -> str | None:
        if value is None:
            return None
        return value.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"

    def format(
        self, field: Field, value: datetime | None, how: Format, record: Mapping[str, Any] = EMPTY
    ) -> str:
        return "" if value is None else moment_format(how.locale)(value, how.zone)

    def to_input(self, field: Field, value: datetime | None, how: Format) -> str:
        """Minutes, and what is finer only where there is any."""
        if value is None:
            return ""
        local = value.astimezone(how.zone).replace(tzinfo=None)
        if local.second or local.microsecond:
            return local.isoformat()
        return local.isoformat(timespec="minutes")

    def search_text(self, field: Field, value: datetime | None) -> str:
        return ""


def _out_of_range() -> ValueProblem:
    return ValueProblem("out_of_range", "This date is out of range.")


def _not_a_moment() -> ValueProblem:
    return ValueProblem("not_a_moment", "This must be a date and time like 2026-11-21 14:30.")


def _from_text(text: str) -> datetime:
    found = MOMENT_TEXT.fullmatch(text)
    day = clean_day(found["day"]) if found else None
    if found is None or day is None:
        raise _not_a_moment()
    fraction = (found["fraction"] or "").ljust(6, "0")
    hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    try:
        return datetime.combine(
            day, time(hour, minute, second, int(fraction)), _offset(found["zone"])
        )
    except ValueError:
        raise _not_a_moment() from None


def _offset(text: str | None) -> timezone | None:
    if text is None:
        return None
    if text in "zZ":
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    sign = -1 if text[0] == "-" else 1
    return timezone(sign * timedelta(hours=hours, minutes=minutes))


def _in_utc(moment: datetime, zone: ZoneInfo) -> datetime:
    if moment.tzinfo is not None:
        return moment.astimezone(UTC)
    first = moment.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) != moment.replace(fold=0):
        raise ValueProblem(
            "skipped_time",
            "The clocks in {zone} skip this time: summer time begins then.",
            zone=zone.key,
        )
    return first
