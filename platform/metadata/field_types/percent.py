"""A percentage: 60 means 60 %."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ..definitions import EMPTY, Field
from ..formats import percent_format
from .base import Format, ParseContext
from .decimal import DecimalNumber
from .settings import digits_settings, range_settings
from .values import ascii_line


class Percent(DecimalNumber):
    name = "percent"
    label = "Percent"
    settings = {**digits_settings(precision=9, scale=2), **range_settings()}

    def parse(self, field: Field, raw: Any, context: ParseContext) -> Decimal:
        if isinstance(raw, str):
            raw = ascii_line(raw).removesuffix("%")
        return super().parse(field, raw, context)

    def format(
        self, field: Field, value: Decimal | None, how: Format, record: Mapping[str, Any] = EMPTY
    ) -> str:
        scale = self._setting(field, "scale")
        return "" if value is None else percent_format(how.locale, scale)(value)
