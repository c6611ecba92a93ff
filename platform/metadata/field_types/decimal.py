"""A number with a fixed count of digits after the point, and what is like it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from ..definitions import EMPTY, Field
from ..expressions.types import Kind, Type
from ..formats import number_format
from .base import FieldType, Format, ParseContext, Storage, StorageKind, Widget
from .operators import COMPARISONS
from .settings import digits_settings, range_settings
from .values import check_range, fixed_decimal


class DecimalNumber(FieldType):
    name = "decimal"
    label = "Decimal number"
    widget = Widget.NUMBER
    operators = COMPARISONS
    settings = {**digits_settings(precision=18, scale=2), **range_settings()}
    kind: ClassVar[StorageKind] = StorageKind.DECIMAL

    def storage(self, field: Field) -> Storage:
        return Storage(self.kind, self._setting(field, "precision"), self._setting(field, "scale"))

    def expression_type(self, field: Field) -> Type:
        return Type(Kind.NUMBER, scale=self._setting(field, "scale"))

    def parse(self, field: Field, raw: Any, context: ParseContext) -> Decimal:
        return fixed_decimal(raw, self._setting(field, "precision"), self._setting(field, "scale"))

    def check(self, field: Field, value: Decimal) -> None:
        check_range(value, field.settings)

    def to_json(self, field: Field, value: Decimal | None) -> str | None:
        return None if value is None else f"{value:f}"

    def format(
        self, field: Field, value: Decimal | None, how: Format, record: Mapping[str, Any] = EMPTY
    ) -> str:
        scale = self._setting(field, "scale")
        return "" if value is None else number_format(how.locale, min(scale, 2), scale)(value)

    def _setting(self, field: Field, name: str) -> int:
        return int(field.settings.get(name, self.settings[name]["default"]))
