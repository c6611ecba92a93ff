"""What the types with named parts share: a small object of texts, stored as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from ..definitions import Field
from ..expressions.types import JSON, Type
from .base import FieldType, Format, Operator, ParseContext, Storage, StorageKind, ValueProblem
from .operators import BLANKS
from .values import check_length, clean_line, clean_text, shown

LONGEST = 255
"""Characters of one part."""


class PartsType(FieldType):
    """Base of address and person_name. A value holds only parts that are filled, in order."""

    operators: ClassVar[tuple[Operator, ...]] = (Operator.CONTAINS, *BLANKS)
    sortable = False
    part_names: ClassVar[tuple[str, ...]]

    def storage(self, field: Field) -> Storage:
        return Storage(StorageKind.JSON)

    def expression_type(self, field: Field) -> Type:
        return JSON

    def parse(self, field: Field, raw: Any, context: ParseContext) -> dict[str, str] | None:
        """From an object, its JSON text, or plain text as a person writes it."""
        if isinstance(raw, str):
            text = clean_text(raw).strip()
            raw = _object_in(text) if text.startswith("{") else self.from_text(text)
        if not isinstance(raw, Mapping):
            raise ValueProblem("not_an_object", "This must be an object with named parts.")
        unknown = [name for name in raw if name not in self.part_names]
        if unknown:
            raise ValueProblem(
                "unknown_part",
                "There is no part {value}; there are {known}.",
                value=shown(unknown[0]),
                known=", ".join(self.part_names),
            )
        return {n: text for n in self.part_names if (text := _clean_part(raw.get(n)))} or None

    def from_text(self, text: str) -> dict[str, str]:
        """The parts of a value written as one text."""
        raise AssertionError(f"{type(self).__name__} reads no plain text")

    def to_input(self, field: Field, value: Mapping[str, str] | None, how: Format) -> str:
        return json.dumps(self.filled(value), ensure_ascii=False) if value else ""

    def search_text(self, field: Field, value: Mapping[str, str] | None) -> str:
        return " ".join(self.filled(value).values())

    def filled(self, value: Mapping[str, str] | None) -> dict[str, str]:
        """The parts in their order, which a database may not keep."""
        return {name: value[name] for name in self.part_names if name in value} if value else {}


def _object_in(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise ValueProblem("not_json", "This must be valid JSON.") from None


def _clean_part(raw: Any) -> str:
    if raw is None:
        return ""
    text = clean_line(raw)
    check_length(text, LONGEST)
    return text


def is_chinese(text: str) -> bool:
    """Whether any character of it is Chinese."""
    return any("\u3400" <= character <= "\u9fff" for character in text)
