"""``notify``: people are told inside the system."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .compiling import Compiling, Passing, Step
from .people import Whom, read_people

KEYS = ("notify", "text", "template")


@dataclass(frozen=True, slots=True)
class NotifyStep(Step):
    whom: tuple[Whom, ...]
    text: str
    template: str | None
    id: str
    """What translations call the text."""
    passing: Passing | None = None
    """What is said where neither text nor template is given."""


def read(document: Mapping[str, Any], label: str, here: Compiling) -> NotifyStep | None:
    is_mute = "text" not in document and "template" not in document
    if is_mute and here.passing is None:
        here.problem("A notice needs a text or a template.")
    whom = read_people(document["notify"], here.at("notify"))
    text, id_ = str(document.get("text", "")), here.text_id_of(":text")
    return NotifyStep(label, whom, text, document.get("template"), id_,
                      here.passing if is_mute else None)  # fmt: skip
