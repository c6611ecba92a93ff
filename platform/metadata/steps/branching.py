"""``if``: steps that are done when a condition holds, and others when it does not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..expressions import Checked
from .compiling import Compiling, Names, Step, Steps

KEYS = ("if", "do", "else")


@dataclass(frozen=True, slots=True)
class IfStep(Step):
    condition: Checked
    then: Steps
    otherwise: Steps


def read(document: Mapping[str, Any], label: str, here: Compiling) -> IfStep | None:
    """What both branches bind with one type is there afterwards: “choose existing, or make”."""
    condition = here.at("if").condition(document["if"])
    then, otherwise = here.inside("do"), here.inside("else")
    if "do" not in document:
        here.problem("“if” needs steps: “do”.")
    first = then.steps(document.get("do", ()))
    second = otherwise.steps(document.get("else", ()))
    _keep_what_both_bind(here.names, then.names, otherwise.names)
    return None if condition is None else IfStep(label, condition, first, second)


def _keep_what_both_bind(names: Names, then: Names, otherwise: Names) -> None:
    for name, type_ in then.bound.items():
        if name not in names.bound and otherwise.bound.get(name) == type_:
            names.bound[name] = type_
