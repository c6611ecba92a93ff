"""Money: an amount, its currency code beside it, and the amount in the base currency."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ..definitions import EMPTY, Field
from ..formats import currency_format
from .base import Format, StorageKind, Widget
from .decimal import DecimalNumber
from .settings import digits_settings, range_settings


class Currency(DecimalNumber):
    """The main value is the amount; ``<name>_currency`` and ``<name>_base`` are the parts."""

    name = "currency"
    label = "Currency"
    widget = Widget.MONEY
    settings = {**digits_settings(precision=16, scale=2), **range_settings()}
    kind = StorageKind.MONEY

    def parts(self, field: Field) -> tuple[str, ...]:
        return (f"{field.name}_currency", f"{field.name}_base")

    def format(
        self, field: Field, value: Decimal | None, how: Format, record: Mapping[str, Any] = EMPTY
    ) -> str:
        if value is None:
            return ""
        code = record.get(f"{field.name}_currency") or how.base_currency
        return currency_format(how.locale, code, self._setting(field, "scale"))(value)
