"""``submit``: a record goes into an approval."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..expressions import Checked
from .compiling import Compiling, Step

KEYS = ("submit", "approval")


@dataclass(frozen=True, slots=True)
class SubmitStep(Step):
    object: str
    record: Checked
    approval: str | None


def read(document: Mapping[str, Any], label: str, here: Compiling) -> SubmitStep | None:
    record, of = here.at("submit").record(document["submit"])
    if record is None or of is None:
        return None
    return SubmitStep(label, of.name, record, document.get("approval"))
