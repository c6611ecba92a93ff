"""Field types → JSON Schema, by what they store: so a new type needs nothing here."""

from __future__ import annotations

from typing import Any

from ...metadata.definitions import Field
from ...metadata.expressions.types import Kind, Type
from ...metadata.field_types import type_of
from ...metadata.field_types.base import StorageKind

Document = dict[str, Any]

BY_STORAGE: dict[StorageKind, Document] = {
    StorageKind.TEXT: {"type": ["string", "null"]},
    StorageKind.INTEGER: {"type": ["integer", "string", "null"]},
    StorageKind.DECIMAL: {"type": ["string", "null"]},
    StorageKind.MONEY: {"type": ["string", "null"]},
    StorageKind.BOOLEAN: {"type": ["boolean", "null"]},
    StorageKind.DATE: {"type": ["string", "null"], "format": "date"},
    StorageKind.MOMENT: {"type": ["string", "null"], "format": "date-time"},
    StorageKind.ID: {"type": ["string", "null"], "format": "uuid"},
    StorageKind.LINK: {"type": ["string", "null"]},
    StorageKind.JSON: {},
    StorageKind.SET: {"type": "array", "items": {"type": "string"}},
}
BY_KIND: dict[Kind, Document] = {
    Kind.NUMBER: {"type": ["string", "integer", "null"]},
    Kind.BOOLEAN: {"type": ["boolean", "null"]},
    Kind.DATE: {"type": ["string", "null"], "format": "date"},
    Kind.MOMENT: {"type": ["string", "null"], "format": "date-time"},
}


def field_schema(field: Field) -> Document:
    """How a value of the field looks in an answer."""
    kind = type_of(field).storage(field).kind
    if kind is StorageKind.NONE or type_of(field).computed:
        return _of_expression(type_of(field).expression_type(field))
    return {k: v for k, v in BY_STORAGE[kind].items() if k != "format"}


def _of_expression(type_: Type) -> Document:
    return dict(BY_KIND.get(type_.kind, {"type": ["string", "null"]}))


def write_schema(field: Field) -> Document:
    """What a client may send: like an answer, numbers also as numbers, and more spellings of
    days, times and ids; an empty text is nothing."""
    kind = type_of(field).storage(field).kind
    if kind in (StorageKind.DECIMAL, StorageKind.MONEY):
        return {"type": ["string", "number", "null"]}
    if field.options and kind is StorageKind.TEXT:
        return {"enum": [*(o.name for o in field.options), None]}
    if kind is StorageKind.SET:
        return {"type": ["array", "null"], "items": {"type": "string"}}
    if kind is StorageKind.LINK:
        return {"type": ["string", "object", "null"]}
    return {k: v for k, v in BY_STORAGE[kind].items() if k != "format"}
