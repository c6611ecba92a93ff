"""``update``: fields of a record that is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..expressions import Checked
from .compiling import Compiling, Step, Value

KEYS = ("update", "values")


@dataclass(frozen=True, slots=True)
class UpdateStep(Step):
    object: str
    record: Checked
    values: tuple[Value, ...]


def read(document: Mapping[str, Any], label: str, here: Compiling) -> UpdateStep | None:
    record, of = here.at("update").record(document["update"])
    values = here.at("values").values(document.get("values", {}), of)
    return None if record is None or of is None else UpdateStep(label, of.name, record, values)
