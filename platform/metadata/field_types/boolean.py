"""Yes or no."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from ...texts import translate
from ..definitions import EMPTY, Field
from ..expressions.types import BOOLEAN, Type
from .base import FieldType, Format, ParseContext, Storage, StorageKind, ValueProblem, Widget
from .operators import BLANKS, EQUALITY
from .values import ascii_line

WORDS = MappingProxyType(
    dict.fromkeys(("true", "t", "yes", "y", "on", "1", "1.0", "是", "真", "对", "有", "√"), True)
    | dict.fromkeys(
        ("false", "f", "no", "n", "off", "0", "0.0", "否", "假", "错", "无", "×"), False
    )
)
"""What people write in forms and spreadsheets."""


class Boolean(FieldType):
    name = "boolean"
    label = "Yes/no"
    widget = Widget.CHECKBOX
    operators = (*EQUALITY, *BLANKS)

    def storage(self, field: Field) -> Storage:
        return Storage(StorageKind.BOOLEAN)

    def expression_type(self, field: Field) -> Type:
        return BOOLEAN

    def parse(self, field: Field, raw: Any, context: ParseContext) -> bool:
        if isinstance(raw, bool):
            return raw
        word = ascii_line(raw).lower() if isinstance(raw, str) else _number(raw)
        if word not in WORDS:
            raise ValueProblem("not_a_boolean", "This must be yes or no.")
        return WORDS[word]

    def format(
        self, field: Field, value: bool | None, how: Format, record: Mapping[str, Any] = EMPTY
    ) -> str:
        if value is None:
            return ""
        return translate("Yes", how.locale) if value else translate("No", how.locale)

    def to_input(self, field: Field, value: bool | None, how: Format) -> str:
        return "" if value is None else str(value).lower()

    def search_text(self, field: Field, value: bool | None) -> str:
        return ""


def _number(raw: Any) -> str:
    if isinstance(raw, int):
        return str(raw) if raw in (0, 1) else ""
    return str(raw) if isinstance(raw, float | Decimal) else ""
