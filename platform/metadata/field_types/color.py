"""A colour, as ``#rrggbb``."""

from __future__ import annotations

import re
from typing import Any

from ..definitions import Field
from ..expressions.types import TEXT, Type
from .base import FieldType, ParseContext, Storage, StorageKind, ValueProblem, Widget
from .values import ascii_line

HEX = re.compile(r"#?([0-9a-f]{6}|[0-9a-f]{3})")


class Color(FieldType):
    name = "color"
    label = "Color"
    widget = Widget.COLOR
    sortable = False

    def storage(self, field: Field) -> Storage:
        return Storage(StorageKind.TEXT)

    def expression_type(self, field: Field) -> Type:
        return TEXT

    def parse(self, field: Field, raw: Any, context: ParseContext) -> str:
        """#1a2b3c, 1A2B3C or the short #abc."""
        found = HEX.fullmatch(ascii_line(raw).lower()) if isinstance(raw, str) else None
        if found is None:
            raise ValueProblem("not_a_color", "This must be a colour like #1a7f37.")
        digits = found.group(1)
        return f"#{digits if len(digits) == 6 else ''.join(digit * 2 for digit in digits)}"

    def search_text(self, field: Field, value: str | None) -> str:
        return ""
