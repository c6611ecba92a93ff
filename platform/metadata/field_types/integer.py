"""A whole number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..definitions import EMPTY, Field
from ..expressions.types import INTEGER, Type
from ..formats import number_format
from .base import FieldType, Format, ParseContext, Storage, StorageKind, Widget
from .operators import COMPARISONS
from .settings import range_settings
from .values import check_range, clean_integer


class Integer(FieldType):
    name = "integer"
    label = "Whole number"
    widget = Widget.NUMBER
    operators = COMPARISONS
    settings = range_settings("integer")

    def storage(self, field: Field) -> Storage:
        return Storage(StorageKind.INTEGER)

    def expression_type(self, field: Field) -> Type:
        return INTEGER

    def parse(self, field: Field, raw: Any, context: ParseContext) -> int:
        return clean_integer(raw)

    def check(self, field: Field, value: int) -> None:
        check_range(value, field.settings)

    def format(
        self, field: Field, value: int | None, how: Format, record: Mapping[str, Any] = EMPTY
    ) -> str:
        return "" if value is None else number_format(how.locale)(value)
