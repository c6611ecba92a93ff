"""Money: an amount, its currency code beside it, and the amount in the base currency."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ..definitions import EMPTY, Field
from ..formats import currency_format
from .base import Format, StorageKind, ValueProblem, Widget
from .decimal import DecimalNumber
from .settings import digits_settings, range_settings
from .values import ascii_line

CODE = re.compile(r"[A-Z]{3}")
"""ISO 4217."""


class Currency(DecimalNumber):
    """The main value is the amount; ``<name>_currency`` and ``<name>_base`` are the parts."""

    name = "currency"
    label = "Currency"
    widget = Widget.MONEY
    settings = {**digits_settings(precision=16, scale=2), **range_settings()}
    kind = StorageKind.MONEY

    def parts(self, field: Field) -> tuple[str, ...]:
        return (f"{field.name}_currency", f"{field.name}_base")

    def parse_part(self, field: Field, part: str, raw: Any) -> str:
        """The code of ``<name>_currency``; the amount in base currency is the system's."""
        if part != f"{field.name}_currency":
            return str(super().parse_part(field, part, raw))
        code = ascii_line(raw).upper()
        if not CODE.fullmatch(code):
            raise ValueProblem("not_a_currency", "This must be a currency code like CNY.")
        return code

    def format(
        self, field: Field, value: Decimal | None, how: Format, record: Mapping[str, Any] = EMPTY
    ) -> str:
        if value is None:
            return ""
        code = record.get(f"{field.name}_currency") or how.base_currency
        scale = self._setting(field, "scale")
        return currency_format(how.locale, code, scale, how.base_currency)(value)
