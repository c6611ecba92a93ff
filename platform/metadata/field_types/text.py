"""One line of text."""

from __future__ import annotations

from typing import Any

from ..definitions import Field
from ..expressions.types import TEXT, Type
from .base import FieldType, Operator, ParseContext, Storage, StorageKind, ValueProblem, Widget
from .values import clean_text


class Text(FieldType):
    name = "text"
    label = "Text"
    widget = Widget.TEXT
    operators = (
        Operator.CONTAINS,
        Operator.STARTS_WITH,
        Operator.EQUAL,
        Operator.NOT_EQUAL,
        Operator.IN,
        Operator.BLANK,
        Operator.NOT_BLANK,
    )
    settings = {
        "max_length": {
            "type": "integer",
            "minimum": 1,
            "maximum": 4000,
            "default": 255,
            "description": "Longest text allowed, in characters.",
        },
    }

    def storage(self, field: Field) -> Storage:
        return Storage(StorageKind.TEXT, sort_key=True)

    def expression_type(self, field: Field) -> Type:
        return TEXT

    def parse(self, field: Field, raw: Any, context: ParseContext) -> str | None:
        text = clean_text(raw)
        return " ".join(text.split()) or None if "\n" in text or "\t" in text else text.strip() or None

    def check(self, field: Field, value: str) -> None:
        longest = field.settings.get("max_length", 255)
        if len(value) > longest:
            raise ValueProblem(
                "too_long", "At most {maximum} characters; this has {length}.",
                maximum=longest, length=len(value),
            )
