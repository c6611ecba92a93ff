"""The gate: is this document of the shape its kind's JSON Schema says?

One validator per schema file, built once. Nothing is ever fetched: the registry holds our own
files and no more. A *patch* (``extends/``, a customer's layer) has the same shape, but nothing in
it is required, and it may say ``$remove``, ``$after`` and ``$unset``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import islice
from types import MappingProxyType
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from ..errors import Problem
from . import schema_messages
from .doubles import doubles_of
from .json_text import lines_of
from .schema_files import schema_files
from .shapes import holds

TAKEN_OUT: Mapping[str, Any] = MappingProxyType(
    {
        "type": "object",
        "properties": {"$remove": {"description": "The value that is taken out of the list."}},
        "required": ["$remove"],
        "additionalProperties": False,
    }
)
"""What a patch says in a list of plain values."""

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


def problems_of(
    kind: str, document: Any, file: str, *, text: str | None = None, patch: bool = False
) -> list[Problem]:
    """Every way in which ``document`` is not a ``kind``, with lines when its ``text`` is given."""
    errors = islice(_validator(f"{kind}.schema.json", patch).iter_errors(document), MOST_PROBLEMS)
    told = [each for error in errors for each in schema_messages.of(error)]
    if not told:
        told = list(doubles_of(kind, document))
    lines = lines_of(text) if told and text else {}
    found = [
        Problem(file, pointer, message, data, lines.get(pointer)) for pointer, message, data in told
    ]
    return sorted(found, key=lambda problem: (problem.line or 0, problem.pointer))


@cache
def _validator(file: str, patch: bool) -> Any:
    registry: Registry[Any] = Registry().with_resources(
        (name, DRAFT202012.create_resource(_relaxed(schema) if patch else schema))
        for name, schema in _plain_schemas().items()
    )
    return _Validator({"$ref": file}, registry=registry)


def _plain_schemas() -> Mapping[str, Mapping[str, Any]]:
    """Without ``$schema``: on seeing it jsonschema would go back to its own keywords."""
    return {
        name: {key: value for key, value in schema.items() if key != "$schema"}
        for name, schema in schema_files().items()
    }


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
        if key not in ("required", "minItems", "minProperties") or isinstance(value, dict)
    }
    if node.get("type") == "object" and isinstance(node.get("properties"), dict):
        relaxed["properties"] |= PATCH_WORDS
    if node.get("x-merge") == "value":
        relaxed["items"] = {"anyOf": [relaxed["items"], TAKEN_OUT]}
    return relaxed


def _if(validator: Any, condition: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
    """Our conditions only compare constants; so no validator has to be made to ask them."""
    if holds(condition, instance):
        yield from validator.descend(instance, schema["then"], schema_path="then")


def _pattern(validator: Any, pattern: str, instance: Any, schema: Any) -> Iterator[ValidationError]:
    """ASCII digits only, and ``$`` is the very end: not what ``re.search`` does by itself."""
    if not isinstance(instance, str):
        return
    if instance.endswith("\n") or not re.search(pattern, instance, re.ASCII):
        yield ValidationError("pattern")


def _unevaluated(
    validator: Any, value: Any, instance: Any, schema: Any
) -> Iterator[ValidationError]:
    if isinstance(instance, dict):
        known = set(known_keys(validator, schema, instance))
        extra = [key for key in instance if key not in known]
        if extra:
            yield ValidationError("unknown", cause=UnknownKeys(extra, known))


def _additional(
    validator: Any, value: Any, instance: Any, schema: Any
) -> Iterator[ValidationError]:
    if not isinstance(instance, dict):
        return
    known = schema.get("properties", {})
    extra = [key for key in instance if key not in known]
    if value is False and extra:
        yield ValidationError("unknown", cause=UnknownKeys(extra, known))
    elif isinstance(value, dict):
        for key in extra:
            yield from validator.descend(instance[key], value, path=key)


class UnknownKeys(Exception):  # carried by a ValidationError, never raised
    def __init__(self, extra: Iterable[str], known: Iterable[str]) -> None:
        self.extra, self.known = tuple(extra), tuple(known)
        super().__init__()


def known_keys(validator: Any, schema: Any, instance: Any) -> Iterator[str]:
    """The keys ``schema`` has a word for, through its references and its choice by type.

    Where no choice fits (a wrong type; a patch, which need not repeat it) every one counts.
    """
    yield from schema.get("properties", ())
    if "$ref" in schema:
        resolved = validator._resolver.lookup(schema["$ref"])
        inside = validator.evolve(schema=resolved.contents, _resolver=resolved.resolver)
        yield from known_keys(inside, resolved.contents, instance)
    choices = [each for each in schema.get("allOf", ()) if "if" in each]
    fitting = [each for each in choices if holds(each["if"], instance)]
    for each in fitting or choices:
        yield from known_keys(validator, each["then"], instance)
    for each in schema.get("allOf", ()):
        if each not in choices:
            yield from known_keys(validator, each, instance)


_Validator = extend(
    Draft202012Validator,
    {
        "if": _if,
        "pattern": _pattern,
        "additionalProperties": _additional,
        "unevaluatedProperties": _unevaluated,
    },
)
