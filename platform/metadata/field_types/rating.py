"""A number of stars."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..definitions import EMPTY, Field
from ..expressions.types import INTEGER, Type
from .base import FieldType, Format, ParseContext, Storage, StorageKind, Widget
from .operators import COMPARISONS
from .values import check_range, clean_integer

USUAL = 5


class Rating(FieldType):
    name = "rating"
    label = "Rating"
    widget = Widget.RATING
    operators = COMPARISONS
    settings = {
        "maximum": {
            "type": "integer",
            "minimum": 1,
            "maximum": 10,
            "default": USUAL,
            "description": "The best rating.",
        }
    }

    def storage(self, field: Field) -> Storage:
        return Storage(StorageKind.INTEGER)

    def expression_type(self, field: Field) -> Type:
        return INTEGER

    def parse(self, field: Field, raw: Any, context: ParseContext) -> int:
        """A number, or as many stars."""
        if isinstance(raw, str) and raw.strip() and not raw.strip().strip("★☆"):
            return raw.count("★")
        return clean_integer(raw)

    def check(self, field: Field, value: int) -> None:
        check_range(value, {"minimum": 0, "maximum": self._best(field)})

    def format(
        self, field: Field, value: int | None, how: Format, record: Mapping[str, Any] = EMPTY
    ) -> str:
        return "" if value is None else "★" * value + "☆" * (self._best(field) - value)

    def search_text(self, field: Field, value: int | None) -> str:
        return ""

    def _best(self, field: Field) -> int:
        return int(field.settings.get("maximum", USUAL))
