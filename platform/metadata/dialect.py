"""JSON Schema as our schemas use it: draft 2020-12 on ``jsonschema``, with a few keywords of it
done stricter or faster.

Nothing is ever fetched: references are resolved among the given files, and by nobody else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend
from referencing import Registry

from .shapes import holds

Errors = Iterator[ValidationError]
Schemas = Mapping[str, Mapping[str, Any]]


class UnknownKeys(Exception):  # carried by a ValidationError, never raised
    def __init__(self, extra: Iterable[str], known: Iterable[str]) -> None:
        self.extra, self.known = tuple(extra), tuple(known)
        super().__init__()


def validators(files: Schemas) -> Mapping[str, Any]:
    """File name → validator. References lead into ``files`` only."""
    schemas = {name: _absolute(schema, name) for name, schema in files.items()}
    dialect = _Dialect(schemas)
    class_ = extend(
        Draft202012Validator,
        {
            "$ref": dialect.ref,
            "allOf": _all_of,
            "if": _if,
            "pattern": _pattern,
            "additionalProperties": _additional,
            "unevaluatedProperties": dialect.unevaluated,
        },
    )
    registry: Registry[Any] = Registry()
    return {name: class_(schema, registry=registry) for name, schema in schemas.items()}


def _absolute(node: Any, file: str) -> Any:
    """The schema with every reference naming its file; without ``$schema``, on seeing which
    jsonschema would go back to its own keywords."""
    if isinstance(node, list):
        return [_absolute(each, file) for each in node]
    if not isinstance(node, dict):
        return node
    result = {key: _absolute(each, file) for key, each in node.items() if key != "$schema"}
    reference = node.get("$ref")
    if isinstance(reference, str):
        result["$ref"] = file + reference if reference.startswith("#") else reference
    if isinstance(node.get("$schema"), dict):  # a property of that name
        result["$schema"] = node["$schema"]
    return result


class _Dialect:
    """The keywords that have to find other parts of the schemas."""

    def __init__(self, schemas: Schemas) -> None:
        self.schemas = schemas
        self._found: dict[str, Any] = {}

    def target(self, reference: str) -> Any:
        if reference not in self._found:
            file, _, pointer = reference.partition("#")
            target: Any = self.schemas[file]
            for part in pointer.split("/")[1:]:
                target = target[part]
            self._found[reference] = target
        return self._found[reference]

    def ref(self, validator: Any, reference: str, instance: Any, schema: Any) -> Errors:
        yield from validator.descend(instance, self.target(reference))

    def unevaluated(self, validator: Any, value: Any, instance: Any, schema: Any) -> Errors:
        if isinstance(instance, dict):
            known = set(self.known_keys(schema, instance))
            yield from _unknown([key for key in instance if key not in known], known)

    def known_keys(self, schema: Any, instance: Any) -> Iterator[str]:
        """The keys ``schema`` has a word for, through its references and its choice by type.

        Where no choice fits (a wrong type; a patch, which need not repeat it) every one counts.
        """
        yield from schema.get("properties", ())
        if "$ref" in schema:
            yield from self.known_keys(self.target(schema["$ref"]), instance)
        parts = schema.get("allOf", ())
        choices = [each for each in parts if "if" in each]
        fitting = [each for each in choices if holds(each["if"], instance)]
        for each in fitting or choices:
            yield from self.known_keys(each["then"], instance)
        for each in parts:
            if "if" not in each:
                yield from self.known_keys(each, instance)


def _all_of(validator: Any, parts: Any, instance: Any, schema: Any) -> Errors:
    """As ever, but the choices by type that do not apply are passed over at once."""
    for index, part in enumerate(parts):
        if "if" not in part or holds(part["if"], instance):
            yield from validator.descend(instance, part, schema_path=index)


def _if(validator: Any, condition: Any, instance: Any, schema: Any) -> Errors:
    """Our conditions only compare constants; so no validator has to be made to ask them."""
    if holds(condition, instance):
        yield from validator.descend(instance, schema["then"], schema_path="then")


def _pattern(validator: Any, pattern: str, instance: Any, schema: Any) -> Errors:
    """ASCII digits only, and ``$`` is the very end: not what ``re.search`` does by itself."""
    if not isinstance(instance, str):
        return
    if instance.endswith("\n") or not re.search(pattern, instance, re.ASCII):
        yield ValidationError("pattern")


def _additional(validator: Any, value: Any, instance: Any, schema: Any) -> Errors:
    if not isinstance(instance, dict):
        return
    known = schema.get("properties", {})
    extra = [key for key in instance if key not in known]
    if value is False:
        yield from _unknown(extra, known)
    elif isinstance(value, dict):
        for key in extra:
            yield from validator.descend(instance[key], value, path=key)


def _unknown(extra: list[str], known: Iterable[str]) -> Errors:
    if extra:
        yield ValidationError("unknown", cause=UnknownKeys(extra, known))
