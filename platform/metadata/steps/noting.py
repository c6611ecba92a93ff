"""``log``: a line on the record's timeline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..expressions import Checked
from ..expressions.types import TEXT
from .compiling import Compiling, Step

KEYS = ("log",)


@dataclass(frozen=True, slots=True)
class LogStep(Step):
    text: Checked


def read(document: Mapping[str, Any], label: str, here: Compiling) -> LogStep | None:
    text = here.at("log").value(document["log"], TEXT)
    return None if text is None else LogStep(label, text)
