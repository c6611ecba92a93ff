"""Text of several lines."""

from __future__ import annotations

from typing import Any

from ..definitions import Field
from ..expressions.types import TEXT, Type
from .base import FieldType, Operator, ParseContext, Storage, StorageKind, Widget
from .operators import BLANKS
from .settings import length_setting
from .values import check_length, clean_text


class LongText(FieldType):
    name = "long_text"
    label = "Long text"
    widget = Widget.TEXTAREA
    operators = (Operator.CONTAINS, *BLANKS)
    settings = length_setting(default=32_000, maximum=100_000)
    sortable = False

    def storage(self, field: Field) -> Storage:
        return Storage(StorageKind.TEXT)

    def expression_type(self, field: Field) -> Type:
        return TEXT

    def parse(self, field: Field, raw: Any, context: ParseContext) -> str | None:
        text = clean_text(raw)
        return text.strip("\n").rstrip() or None if text.strip() else None

    def check(self, field: Field, value: str) -> None:
        check_length(value, field.settings.get("max_length", 32_000))
