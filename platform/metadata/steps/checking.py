"""``check``: must hold, or everything is undone and the person reads ``message``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..expressions import Checked
from .compiling import Compiling, Step

KEYS = ("check", "message", "field")


@dataclass(frozen=True, slots=True)
class CheckStep(Step):
    condition: Checked
    message: str
    id: str
    """What translations call the message."""
    field: str | None = None
    """A field of the record, an input, or a column of the row that a loop is at."""


def read(document: Mapping[str, Any], label: str, here: Compiling) -> CheckStep | None:
    if "message" not in document:
        here.problem("A check needs a message: what the person reads when it fails.")
    field = document.get("field")
    if field is not None and not _is_place(field, here):
        here.at("field").problem("{name}: no such field on {object}.{hint}", name=field,
                                 object=here.object, hint="")  # fmt: skip
    condition = here.at("check").condition(document["check"])
    if condition is None:
        return None
    return CheckStep(label, condition, str(document.get("message", "")), here.text_id, field)


def _is_place(name: str, here: Compiling) -> bool:
    """Whether a message can stand there: at a field of the record, or at something typed."""
    typed = "." in name and (name in here.names.bound or name in here.names.tables)
    return typed or name in here.catalog.objects[here.object].by_name
