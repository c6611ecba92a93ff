"""``delete``: a record goes to the bin, with its parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..expressions import Checked
from .compiling import Compiling, Step

KEYS = ("delete",)


@dataclass(frozen=True, slots=True)
class DeleteStep(Step):
    object: str
    record: Checked


def read(document: Mapping[str, Any], label: str, here: Compiling) -> DeleteStep | None:
    record, of = here.at("delete").record(document["delete"])
    return None if record is None or of is None else DeleteStep(label, of.name, record)
