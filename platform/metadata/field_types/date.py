"""A day. It is the same day for every reader: no time zone ever moves it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from ..definitions import EMPTY, Field
from ..expressions.types import DATE, Type
from ..formats import date_format
from .base import FieldType, Format, ParseContext, Storage, StorageKind, ValueProblem, Widget
from .operators import DAYS
from .values import ascii_line, clean_day, is_midnight


class CalendarDate(FieldType):
    name = "date"
    label = "Date"
    widget = Widget.DATE
    operators = DAYS

    def storage(self, field: Field) -> Storage:
        return Storage(StorageKind.DATE)

    def expression_type(self, field: Field) -> Type:
        return DATE

    def parse(self, field: Field, raw: Any, context: ParseContext) -> date:
        """2026-11-21, 2026/11/21, 2026年11月21日, a date; a moment only at midnight."""
        if isinstance(raw, str):
            raw = _from_text(ascii_line(raw))
        if isinstance(raw, datetime):
            if not is_midnight(raw):
                raise ValueProblem("not_a_date", "Only a day fits here; this has a time of day.")
            return raw.date()
        if isinstance(raw, date):
            return raw
        raise ValueProblem("not_a_date", "This must be a date like 2026-11-21.")

    def to_json(self, field: Field, value: date | None) -> str | None:
        return None if value is None else value.isoformat()

    def format(
        self, field: Field, value: date | None, how: Format, record: Mapping[str, Any] = EMPTY
    ) -> str:
        return "" if value is None else date_format(how.locale)(value)

    def search_text(self, field: Field, value: date | None) -> str:
        return self.to_json(field, value) or ""


def _from_text(text: str) -> date | datetime | None:
    """Spreadsheets and databases write days as moments at midnight too."""
    if (day := clean_day(text)) is not None:
        return day
    try:
        return datetime.fromisoformat(text) if len(text) > 10 else None
    except ValueError:
        return None
