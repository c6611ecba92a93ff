"""Structured data of any shape: an object or a list."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..definitions import EMPTY, Field
from ..expressions.types import JSON, Type
from .base import FieldType, Format, ParseContext, Storage, StorageKind, ValueProblem, Widget
from .operators import BLANKS
from .values import LARGEST_INTEGER, clean_text

DEEPEST = 32
USUAL_LENGTH = 100_000


class Json(FieldType):
    """Numbers are limited to what every reader of JSON and both databases hold alike."""

    name = "json"
    label = "JSON"
    widget = Widget.JSON
    operators = BLANKS
    sortable = False
    settings = {
        "max_length": {
            "type": "integer",
            "minimum": 2,
            "maximum": 1_000_000,
            "default": USUAL_LENGTH,
            "description": "Longest JSON text allowed, in characters.",
        }
    }

    def storage(self, field: Field) -> Storage:
        return Storage(StorageKind.JSON)

    def expression_type(self, field: Field) -> Type:
        return JSON

    def parse(self, field: Field, raw: Any, context: ParseContext) -> Any:
        """An object or a list, or the JSON text of one."""
        if isinstance(raw, str):
            raw = _loaded(clean_text(raw))
        if not isinstance(raw, Mapping | list | tuple):
            raise ValueProblem("not_json", "This must be a JSON object or list.")
        return _clean(raw, DEEPEST)

    def check(self, field: Field, value: Any) -> None:
        longest, length = field.settings.get("max_length", USUAL_LENGTH), len(_text(value))
        if length > longest:
            raise ValueProblem(
                "too_long",
                "At most {maximum} {maximum:character|characters}; this has {length}.",
                maximum=longest,
                length=length,
            )

    def to_input(self, field: Field, value: Any, how: Format) -> str:
        return "" if value is None else json.dumps(value, ensure_ascii=False, indent=2)

    def format(
        self, field: Field, value: Any, how: Format, record: Mapping[str, Any] = EMPTY
    ) -> str:
        return "" if value is None else _text(value)

    def search_text(self, field: Field, value: Any) -> str:
        return ""


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise ValueProblem("not_json", "This must be valid JSON.") from None


def _clean(value: Any, depth: int) -> Any:
    if depth == 0:
        raise ValueProblem("too_deep", "Nested too deeply: at most {maximum}.", maximum=DEEPEST)
    match value:
        case None | bool():
            return value
        case str():
            return clean_text(value)
        case int() | float():
            if not abs(value) <= LARGEST_INTEGER:
                raise ValueProblem("out_of_range", "This number is too large.")
            return value
        case Mapping():
            return {clean_text(key): _clean(inner, depth - 1) for key, inner in value.items()}
        case list() | tuple():
            return [_clean(inner, depth - 1) for inner in value]
    raise ValueProblem("not_json", "This must be a JSON object or list.")
