"""What a person reads when a document is not of the shape its schema says."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema.exceptions import ValidationError

from .json_text import pointer_of
from .spelling import nearest

Found = tuple[str, str, Mapping[str, Any]]
"""JSON pointer, message template, its data."""

WORDS = {
    "object": "an object {…}",
    "array": "a list […]",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
}

LIMITS = {
    "minimum": "At least {limit}.",
    "maximum": "At most {limit}.",
    "minLength": "At least {limit} {limit:character|characters}.",
    "maxLength": "At most {limit} {limit:character|characters}.",
    "minItems": "At least {limit} {limit:entry|entries}.",
    "maxItems": "At most {limit} {limit:entry|entries}.",
    "minProperties": "At least {limit} {limit:key|keys}.",
    "maxProperties": "At most {limit} {limit:key|keys}.",
}


def of(error: ValidationError) -> Iterator[Found]:
    """The problem or problems behind one error of jsonschema."""
    path = list(error.absolute_path)
    rule, wanted = str(error.validator), error.validator_value
    if error.cause is not None:
        yield from _unknown(path, error)
    elif rule in ("anyOf", "oneOf"):
        yield from _choice(path, error)
    elif rule == "required":
        missing = next(key for key in wanted if key not in _keys(error))
        yield from _missing(path, error, missing)
    elif "propertyNames" in error.absolute_schema_path:
        yield pointer_of([*path, error.instance]), "{key} is not {wanted}.", _says(error)
    elif rule == "enum":
        yield pointer_of(path), "{value} is not allowed. Use one of: {allowed}.{hint}", _enum(error)
    elif rule == "type":
        yield pointer_of(path), "This must be {wanted}, not {actual}.", _types(error)
    elif rule in LIMITS:
        yield pointer_of(path), LIMITS[rule], {"limit": wanted}
    else:
        yield pointer_of(path), "{value} is not {wanted}.", _says(error)


def _unknown(path: list[Any], error: ValidationError) -> Iterator[Found]:
    cause: Any = error.cause
    for key in cause.extra:
        if key.startswith("$"):
            message = "{key} is only understood in extends/."
        else:
            message = "There is no key {key} here.{hint}"
        data = {"key": key, "hint": nearest(key, cause.known)}
        yield pointer_of([*path, key]), message, data


def _missing(path: list[Any], error: ValidationError, first: str) -> Iterator[Found]:
    """jsonschema makes one error per missing key, each with the same list of wanted ones."""
    key = error.message.split("'")[1] if error.message.startswith("'") else first
    yield pointer_of(path), "The key {key} is missing.", {"key": key}


def _choice(path: list[Any], error: ValidationError) -> Iterator[Found]:
    """Of several allowed shapes, speak about the one that was meant: whose type fits."""
    branches: dict[int, list[ValidationError]] = {}
    for inner in error.context or ():
        branches.setdefault(int(inner.schema_path[0]), []).append(inner)
    fitting = [errors for errors in branches.values() if not any(map(_wrong_type, errors))]
    if fitting:
        for inner in min(fitting, key=len):
            yield from of(inner)
        return
    wrong = [each for errors in branches.values() for each in errors if _wrong_type(each)]
    types = [name for each in wrong for name in _wanted_types(each)]
    wanted = " or ".join(dict.fromkeys(WORDS.get(t, t) for t in types))
    data = {"wanted": wanted, "actual": _actual(error.instance)}
    yield pointer_of(path), "This must be {wanted}, not {actual}.", data


def _wrong_type(error: ValidationError) -> bool:
    return error.validator == "type" and not error.relative_path


def _wanted_types(error: ValidationError) -> list[str]:
    wanted: Any = error.validator_value
    return wanted if isinstance(wanted, list) else [wanted]


def _types(error: ValidationError) -> dict[str, str]:
    wanted = " or ".join(WORDS[each] for each in _wanted_types(error))
    return {"wanted": wanted, "actual": _actual(error.instance)}


def _actual(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return WORDS["object"]
    if isinstance(value, list):
        return WORDS["array"]
    return shown(value)


def _enum(error: ValidationError) -> dict[str, object]:
    allowed = [shown(each) for each in error.validator_value]
    value = shown(error.instance)
    return {"value": value, "allowed": ", ".join(allowed), "hint": nearest(value, allowed)}


def _says(error: ValidationError) -> dict[str, str]:
    schema: Any = error.schema
    if error.validator == "const":
        wanted = shown(error.validator_value)
    else:
        wanted = schema.get("x-says") or f"of the form {error.validator_value}"
    value = shown(error.instance)
    return {"value": value, "key": value, "wanted": wanted}


def _keys(error: ValidationError) -> Mapping[str, Any]:
    return error.instance if isinstance(error.instance, dict) else {}


def shown(value: Any) -> str:
    """A value as a message shows it: short."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = text.replace("\n", "⏎")
    return text if len(text) <= 60 else text[:59] + "…"
