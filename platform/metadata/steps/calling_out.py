"""``webhook``: another system is told; the call leaves after the transaction is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..expressions import Checked
from .compiling import Compiling, Step

KEYS = ("webhook", "with")


@dataclass(frozen=True, slots=True)
class WebhookStep(Step):
    webhook: str
    data: tuple[tuple[str, Checked], ...]


def read(document: Mapping[str, Any], label: str, here: Compiling) -> WebhookStep | None:
    data = []
    for key, source in document.get("with", {}).items():
        checked = here.at("with", key).value(source)
        if checked is not None:
            data.append((key, checked))
    return WebhookStep(label, document["webhook"], tuple(data))
