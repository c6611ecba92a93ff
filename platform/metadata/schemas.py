"""The gate: is this document of the shape its kind's JSON Schema says?

A *patch* (``extends/``, a customer's layer) has the same shape, but nothing in it is required, and
it may say ``$remove``, ``$after`` and ``$unset``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from itertools import islice
from types import MappingProxyType
from typing import Any

from ..errors import Problem
from . import schema_messages
from .dialect import validators
from .doubles import doubles_of
from .json_text import lines_of
from .schema_files import schema_files

MOST_PROBLEMS = 200
"""Per file; whoever has more has not written a definition."""

PATCH_WORDS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "$remove": {"const": True, "description": "Takes this item out."},
        "$after": {"type": "string", "description": "Stands after this item of the list."},
        "$unset": {
            "type": "array",
            "items": {"type": "string"},
            "x-merge": "replace",
            "description": "Keys that are taken out again.",
        },
    }
)

TAKEN_OUT: Mapping[str, Any] = MappingProxyType(
    {
        "type": "object",
        "properties": {"$remove": {"description": "The value that is taken out of the list."}},
        "required": ["$remove"],
        "additionalProperties": False,
    }
)
"""What a patch says in a list of plain values."""

LOWER_BOUNDS = frozenset({"required", "minItems", "minProperties"})


def problems_of(
    kind: str, document: Any, file: str, *, text: str | None = None, patch: bool = False
) -> list[Problem]:
    """Every way in which ``document`` is not a ``kind``, with lines when its ``text`` is given.

    Things of one name in one list are problems, too: folding would make one of them.
    """
    validator = _validators(patch)[f"{kind}.schema.json"]
    errors = islice(validator.iter_errors(document), MOST_PROBLEMS)
    told = [each for error in errors for each in schema_messages.of(error)]
    if not told:
        told = list(islice(doubles_of(kind, document), MOST_PROBLEMS))
    lines = lines_of(text) if told and text else {}
    found = [
        Problem(file, pointer, message, data, lines.get(pointer)) for pointer, message, data in told
    ]
    return sorted(found, key=lambda problem: (problem.line or 0, problem.pointer))


@cache
def _validators(patch: bool) -> Mapping[str, Any]:
    files = schema_files()
    return validators({name: _relaxed(s) for name, s in files.items()} if patch else files)


def _relaxed(node: Any) -> Any:
    """The schema of a patch: nothing required, lists of any length, the three patch words."""
    if isinstance(node, list):
        return [_relaxed(each) for each in node]
    if not isinstance(node, dict):
        return node
    if "if" in node and "then" in node:  # the choice by type keeps its own "required"
        return {**node, "then": _relaxed(node["then"])}
    relaxed = {
        key: _relaxed(value)
        for key, value in node.items()
        if key not in LOWER_BOUNDS or isinstance(value, dict)
    }
    if node.get("type") == "object" and isinstance(node.get("properties"), dict):
        relaxed["properties"] |= PATCH_WORDS
    if node.get("x-merge") == "value":
        relaxed["items"] = {"anyOf": [relaxed["items"], TAKEN_OUT]}
    return relaxed
