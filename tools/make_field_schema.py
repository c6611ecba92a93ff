"""Writes schemas/field_types.schema.json from the field types: what a field of each type may say.

Run it after a field type's settings have changed; a test compares.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from typecase.metadata.field_types import FIELD_TYPES
from typecase.metadata.field_types.base import FieldType
from typecase.resources import data_folder

FILE = "field_types.schema.json"
OBJECT = "object.schema.json#/$defs/"
NAME = "common.schema.json#/$defs/reference"

OPTIONS = {
    "options": {
        "type": "array",
        "description": "The choices, in order.",
        "items": {"$ref": OBJECT + "option"},
        "x-merge": "by name",
    }
}
DEPENDS_ON = {
    "description": "The picklist that decides which options are offered: each option says `when`.",
    "$ref": NAME,
    "x-refers": "field",
}
"""The short form of ``depends_on``; the parser makes the long one of it."""
RELATION = {
    "target": {
        "description": "The object it points to, or a list of several.",
        "anyOf": [
            {"$ref": NAME, "x-refers": "object"},
            {
                "type": "array",
                "items": {"$ref": NAME, "x-refers": "object"},
                "minItems": 1,
                "x-merge": "value",
            },
        ],
    },
    "related": {
        "$ref": OBJECT + "relation",
        "description": "What the target calls these records; without it there is no such list.",
    },
    "on_delete": {
        "enum": ["restrict", "clear", "cascade"],
        "default": "clear",
        "description": "When the target is deleted: refuse, empty this field, or delete this too.",
    },
    "filter": {
        "$ref": "common.schema.json#/$defs/expression",
        "x-expression": "condition",
        "x-scope": "target",
        "x-sql": True,
        "description": "Which records are offered; `record.` is the record being filled.",
    },
}
SHARED: Mapping[str, Mapping[str, Any]] = {
    "picklist": OPTIONS,
    "multi_picklist": OPTIONS,
    "lookup": RELATION,
    "multi_lookup": RELATION,
    "master": RELATION,
}
"""Keys that several types share and that are attributes of Field, not settings."""


def settings_of(each: FieldType) -> dict[str, Any]:
    settings = {name: dict(schema) for name, schema in each.settings.items()}
    if "depends_on" in settings:
        long = settings["depends_on"]
        settings["depends_on"] = {"description": long["description"], "anyOf": [DEPENDS_ON, long]}
    return settings | dict(SHARED.get(each.name, {}))


def schema() -> dict[str, Any]:
    types = [each.name for each in FIELD_TYPES]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Field types",
        "description": "What a field of each type may say beside the keys all fields have. "
        "Written by tools/make_field_schema.py.",
        "properties": {"type": {"enum": types, "description": "What kind of value it holds."}},
        "allOf": [
            {
                "if": {"properties": {"type": {"const": name}}, "required": ["type"]},
                "then": {"$ref": f"#/$defs/{name}"},
            }
            for name in types
        ],
        "$defs": {
            each.name: {"description": f"{each.label}.", "properties": settings_of(each)}
            for each in FIELD_TYPES
        },
    }


def text() -> str:
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    (data_folder("schemas") / FILE).write_text(text(), "utf-8")
