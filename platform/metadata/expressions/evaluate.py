"""Computes a checked expression for one record, or for many one after the other.

Only plain values come in, already cut to what may be read: never a row, a request, a module.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .program import before_key, path_key, program
from .tree import Checked, Context, Node, walk
from .types import Surroundings


def evaluator(checked: Checked, surroundings: Surroundings) -> Callable[[Mapping[str, Any]], Any]:
    """A function of the values of one record; make it once to compute many records."""
    compute = checked.program
    around = _around(checked.context, checked.before, surroundings)
    return lambda values: compute(values, around)


def evaluate(checked: Checked, values: Mapping[str, Any], surroundings: Surroundings) -> Any:
    """The value of ``checked`` where ``values`` maps ``account.level`` to a plain value.

    Every one of ``checked.paths`` must be there, ``None`` when empty or not to be read. Never
    fails on values: what cannot be computed is null.
    """
    return evaluator(checked, surroundings)(values)


def evaluate_part(node: Node, surroundings: Surroundings) -> Any:
    """The value of a part of a checked tree that reads nothing of the record."""
    context = frozenset(each.name for each in walk(node) if isinstance(each, Context))
    return program(node)({}, _around(context, frozenset(), surroundings))


def _around(
    context: frozenset[str], before: frozenset[tuple[str, ...]], surroundings: Surroundings
) -> dict[str, Any]:
    """What the expression asks for beside the record's values, and no more."""
    around = {name: _surrounding(name, surroundings) for name in context}
    earlier = surroundings.before or {}
    return around | {before_key(path): earlier.get(path_key(path)) for path in before}


def _surrounding(name: str, surroundings: Surroundings) -> Any:
    if name.startswith("@setting "):
        return surroundings.settings.get(name.removeprefix("@setting "))
    match name:
        case "@changing":
            return surroundings.before is not None or surroundings.is_new
        case "@new":
            return surroundings.is_new
    return getattr(surroundings, name.removeprefix("@"))
