"""``send``: a template as a message; it leaves after the transaction is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .compiling import Compiling, Step
from .people import Whom, read_people

KEYS = ("send", "to", "recipients")


@dataclass(frozen=True, slots=True)
class SendStep(Step):
    template: str
    whom: tuple[Whom, ...]


def read(document: Mapping[str, Any], label: str, here: Compiling) -> SendStep | None:
    key = "to" if "to" in document else "recipients"
    if key not in document:
        here.problem("Say to whom: “to”.")
        return None
    return SendStep(label, document["send"], read_people(document[key], here.at(key)))
