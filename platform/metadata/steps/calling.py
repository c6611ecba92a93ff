"""``call``: another action, on a record of its object, in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..definitions import EMPTY
from ..expressions import Checked
from ..spelling import nearest
from .compiling import Compiling, Step

KEYS = ("call", "of", "with")


@dataclass(frozen=True, slots=True)
class CallStep(Step):
    object: str
    action: str
    record: Checked
    inputs: tuple[tuple[str, Checked], ...]


def read(document: Mapping[str, Any], label: str, here: Compiling) -> CallStep | None:
    record, of = here.at("of").record(document.get("of", "record"))
    if record is None or of is None:
        return None
    actions = _actions(here, of.name)
    name = document["call"]
    if name not in actions:
        message = "There is no action {name} of {object}.{hint}"
        hint = nearest(name, actions)
        here.at("call").problem(message, name=name, object=of.name, hint=hint)
        return None
    inputs = {each["name"] for each in actions[name].get("inputs", ())}
    given = []
    for key, source in document.get("with", {}).items():
        place = here.at("with", key)
        if key not in inputs:
            message = "There is no input {name}.{hint}"
            place.problem(message, name=key, hint=nearest(key, inputs))
        checked = place.value(source)
        if checked is not None:
            given.append((key, checked))
    return CallStep(label, of.name, name, record, tuple(given))


def _actions(here: Compiling, object_name: str) -> dict[str, Mapping[str, Any]]:
    process = here.catalog.documents.get("process", EMPTY).get(object_name, EMPTY)
    return {each["name"]: each for each in process.get("actions", ())}
