"""A value computed from many records: what the children count, sum or come to."""

from __future__ import annotations

from typing import Any

from ..definitions import Field
from .base import FieldType, Storage, StorageKind
from .computed import BY_NAME, Computed, returns_setting
from .settings import digits_settings

COUNTING = ("count", "count_distinct")
FUNCTIONS = (*COUNTING, "sum", "min", "max", "avg")


def keep_of(field: Field) -> str:
    """How the value is kept. What is found by criteria has no parent to tell: it is computed."""
    return str(field.settings.get("keep", "query" if "object" in field.settings else "recount"))


class Rollup(Computed):
    """A rolled-up amount is in the base currency, so it needs no code beside it."""

    name = "rollup"
    label = "Rollup"
    returned_unless_said = "decimal"
    settings = {
        "of": {
            "$ref": "common.schema.json#/$defs/path",
            "x-refers": "path",
            "description": "The relation and the field: `quotes.total`.",
        },
        "object": {
            "$ref": "common.schema.json#/$defs/reference",
            "x-refers": "object",
            "description": "Instead of a relation: the object searched by `where`.",
        },
        "where": {
            "$ref": "common.schema.json#/$defs/expression",
            "x-expression": "condition",
            "x-scope": "found",
            "description": "Which records of `object` count; `record.` is the one they count for.",
        },
        "value": {
            "$ref": "common.schema.json#/$defs/path",
            "description": "The field of `object` that is rolled up.",
        },
        "function": {
            "enum": list(FUNCTIONS),
            "default": "count",
            "description": "How the records are put together.",
        },
        "filter": {
            "$ref": "common.schema.json#/$defs/expression",
            "x-expression": "condition",
            "x-scope": "children",
            "description": "Which of them count.",
        },
        "keep": {
            "enum": ["difference", "recount", "query"],
            "description": "Kept with the record by adding differences or by counting again "
            "(the default over a relation), or computed whenever it is read (the default where "
            "records are searched).",
        },
        "returns": returns_setting("The type of the result; counts are whole numbers anyway."),
        "scale": digits_settings(18, 2)["scale"],
    }

    def returned(self, field: Field) -> FieldType:
        if field.settings.get("function", "count") in COUNTING:
            return BY_NAME["integer"]
        return super().returned(field)

    def storage(self, field: Field) -> Storage:
        if keep_of(field) == "query":
            return Storage(StorageKind.NONE)
        kept = self.returned(field).storage(field)
        if kept.kind in (StorageKind.DECIMAL, StorageKind.MONEY):
            return Storage(StorageKind.DECIMAL, 18, kept.scale)
        return kept

    def empty(self, field: Field) -> Any:
        """What no records come to: 0 when counted or summed, else nothing."""
        function = field.settings.get("function", "count")
        return self.settled(field, 0) if function in (*COUNTING, "sum") else None
