"""What a clock of a service level says: when it is due, or how it stands. Kept by the platform."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ...texts import translate
from ..definitions import EMPTY, Field
from .base import FieldType, Format, Operator, Storage, StorageKind
from .computed import BY_NAME, Computed
from .operators import CHOICES, DAYS

STANDINGS: Mapping[str, str] = MappingProxyType(
    {
        "running": "In time",
        "at_risk": "At risk",
        "paused": "Paused",
        "overdue": "Overdue",
        "met": "Met",
        "missed": "Met too late",
    }
)
"""How a clock may stand, in words."""


class Clock(Computed):
    name = "clock"
    label = "Service level clock"
    operators = DAYS
    settings = {
        "of": {
            "$ref": "common.schema.json#/$defs/reference",
            "x-refers": "free",
            "description": "The target whose clock is shown, whichever policy it is of.",
        },
        "shows": {
            "enum": ["due", "state"],
            "default": "due",
            "description": "When its time is over, or how it stands: `running`, `at_risk`, "
            "`paused`, `overdue`, `met`, `missed`.",
        },
    }

    def returned(self, field: Field) -> FieldType:
        return BY_NAME["text" if shows_state(field) else "datetime"]

    def operators_for(self, field: Field) -> tuple[Operator, ...]:
        return CHOICES if shows_state(field) else super().operators_for(field)

    def storage(self, field: Field) -> Storage:
        return Storage(StorageKind.NONE)

    def format(
        self, field: Field, value: Any, how: Format, record: Mapping[str, Any] = EMPTY
    ) -> str:
        if shows_state(field) and value is not None:
            return translate(STANDINGS.get(value, value), how.locale)
        return super().format(field, value, how, record)


def shows_state(field: Field) -> bool:
    return bool(field.settings.get("shows") == "state")
