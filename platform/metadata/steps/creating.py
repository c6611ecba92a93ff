"""``create``: a new record, saved like any other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .compiling import Compiling, Step, Value, reference

KEYS = ("create", "values")


@dataclass(frozen=True, slots=True)
class CreateStep(Step):
    object: str
    values: tuple[Value, ...]
    bound: str | None


def read(document: Mapping[str, Any], label: str, here: Compiling) -> CreateStep | None:
    of = here.other(document["create"])
    values = here.at("values").values(document.get("values", {}), of)
    if of is None:
        return None
    here.bind(document.get("as"), reference(of.name))
    return CreateStep(label, of.name, values, document.get("as"))
