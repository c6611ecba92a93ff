"""A number drawn when the record is created: Q-202611-00042."""

from __future__ import annotations

from typing import Any

from ..definitions import Field
from ..expressions.types import TEXT, Type
from .base import FieldType, ParseContext, Storage, StorageKind, ValueProblem, Widget
from .operators import TEXTS
from .values import clean_line


class Autonumber(FieldType):
    name = "autonumber"
    label = "Automatic number"
    widget = Widget.READ_ONLY
    operators = TEXTS
    computed = True
    settings = {
        "numbering": {
            "$ref": "common.schema.json#/$defs/reference",
            "x-refers": "number",
            "description": "The numbering it draws from, of `numbering.json`.",
        },
        "pattern": {
            "type": "string",
            "minLength": 1,
            "maxLength": 80,
            "default": "{seq:5}",
            "description": "Or a pattern of its own: `T-{year}-{seq:4}`.",
        },
    }

    def storage(self, field: Field) -> Storage:
        return Storage(StorageKind.TEXT, sort_key=True)

    def expression_type(self, field: Field) -> Type:
        return TEXT

    def parse(self, field: Field, raw: Any, context: ParseContext) -> str:
        raise ValueProblem("read_only", "This field cannot be written.")

    def from_json(self, field: Field, json: Any) -> str | None:
        return None if json is None else clean_line(json)
