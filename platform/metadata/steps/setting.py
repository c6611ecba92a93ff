"""``set``: fields of the record at hand; before a save nothing else is allowed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .compiling import Compiling, Step, Value

KEYS = ("set",)


@dataclass(frozen=True, slots=True)
class SetStep(Step):
    values: tuple[Value, ...]


def read(document: Mapping[str, Any], label: str, here: Compiling) -> SetStep | None:
    of = here.catalog.objects[here.object]
    return SetStep(label, here.at("set").values(document["set"], of))
