"""A value computed from other fields whenever it is read."""

from __future__ import annotations

from ..definitions import Field
from .base import Storage, StorageKind
from .computed import Computed, returns_setting
from .settings import digits_settings


class Formula(Computed):
    name = "formula"
    label = "Formula"
    settings = {
        "returns": returns_setting("The type of the result."),
        "expression": {
            "$ref": "common.schema.json#/$defs/expression",
            "x-expression": "value",
            "description": "What is computed, over the fields of this record.",
        },
        "reads_as": {
            "enum": ["reader", "system"],
            "default": "reader",
            "description": "With whose rights it reads: `system` needs consent at installation.",
        },
        "scale": digits_settings(18, 2)["scale"],
    }

    def storage(self, field: Field) -> Storage:
        return Storage(StorageKind.NONE)
