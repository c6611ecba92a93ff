"""One line of text."""

from __future__ import annotations

from typing import Any

from ..definitions import Field
from ..expressions.types import TEXT, Type
from .base import FieldType, ParseContext, Storage, StorageKind, Widget
from .operators import TEXTS
from .settings import length_setting
from .values import check_length, clean_line


class Text(FieldType):
    name = "text"
    label = "Text"
    widget = Widget.TEXT
    operators = TEXTS
    settings = length_setting(default=255, maximum=4000)

    def storage(self, field: Field) -> Storage:
        return Storage(StorageKind.TEXT, sort_key=True)

    def expression_type(self, field: Field) -> Type:
        return TEXT

    def parse(self, field: Field, raw: Any, context: ParseContext) -> str | None:
        return clean_line(raw) or None

    def check(self, field: Field, value: str) -> None:
        check_length(value, field.settings.get("max_length", 255))
