"""Pointing to one record of one object, or of one of several objects; and to several records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ..definitions import EMPTY, Field
from ..expressions.types import Kind, Type
from .base import (
    NOWHERE,
    FieldType,
    Format,
    Operator,
    ParseContext,
    Storage,
    StorageKind,
    ValueProblem,
    Widget,
)
from .operators import BLANKS, EQUALITY
from .sets import SetType
from .settings import Settings
from .values import clean_id

Link = str | tuple[str, str]
"""An id, or (object, id) as ``parse`` gives it where there are several targets. Stored are both,
each under its name: then the main value is the id alone."""


class Lookup(FieldType):
    """With several targets the object's name is the part ``<name>_object``."""

    name = "lookup"
    label = "Lookup"
    widget = Widget.LOOKUP
    operators: ClassVar[tuple[Operator, ...]] = (
        *EQUALITY,
        Operator.IN,
        Operator.UNDER,
        *BLANKS,
    )
    settings: ClassVar[Settings] = {
        "tree": {
            "type": "boolean",
            "default": False,
            "description": "Records of this object form a tree by it: gives `under(a, b)`.",
        }
    }

    def storage(self, field: Field) -> Storage:
        return Storage(StorageKind.LINK if len(field.targets) > 1 else StorageKind.ID)

    def expression_type(self, field: Field) -> Type:
        return Type(Kind.REFERENCE, targets=field.targets)

    def parts(self, field: Field) -> tuple[str, ...]:
        return (f"{field.name}_object",) if len(field.targets) > 1 else ()

    def parse(self, field: Field, raw: Any, context: ParseContext) -> Link:
        """An id; with several targets (object, id).

        Then the raw value is ``{"object", "id"}``, ``object:id``, or an id whose object is
        among the record's other values as ``<name>_object``.
        """
        if len(field.targets) < 2:
            return clean_id(raw)
        part = f"{field.name}_object"
        target, id_ = context.values.get(part), raw
        if isinstance(raw, str) and ":" in raw:
            target, _, id_ = raw.partition(":")
        elif isinstance(raw, Mapping):
            target, id_ = raw.get("object"), raw.get("id")
        cleaned = clean_id(id_)
        return self.parse_part(field, part, target), cleaned

    def parse_part(self, field: Field, part: str, raw: Any) -> str:
        target = raw.strip() if isinstance(raw, str) else raw
        if target not in field.targets:
            raise ValueProblem(
                "wrong_object",
                "Say which object the record is of: {objects}.",
                objects=", ".join(field.targets),
            )
        return str(target)

    def from_json(self, field: Field, json: Any) -> Link | None:
        """Of several targets the object is not asked for: it is kept under its own name."""
        if isinstance(json, str) and len(field.targets) > 1 and ":" not in json:
            return clean_id(json)
        return None if json is None else self.parse(field, json, NOWHERE)

    def to_json(self, field: Field, value: Link | None) -> str | None:
        return ":".join(value) if isinstance(value, tuple) else value

    def format(
        self, field: Field, value: Link | None, how: Format, record: Mapping[str, Any] = EMPTY
    ) -> str:
        if value is None:
            return ""
        id_ = value[1] if isinstance(value, tuple) else value
        return how.titles.get(id_, id_)

    def search_text(self, field: Field, value: Link | None) -> str:
        return ""


class Master(Lookup):
    """The record this one is a part of: goes with it, has its rights."""

    name = "master"
    label = "Part of"
    operators = (*EQUALITY, Operator.IN, *BLANKS)
    settings = EMPTY


class MultiLookup(SetType):
    name = "multi_lookup"
    label = "Multi-lookup"
    widget = Widget.MULTI_LOOKUP

    def expression_type(self, field: Field) -> Type:
        return Type(Kind.LIST, of=Type(Kind.REFERENCE, targets=field.targets))

    def parse_one(self, field: Field, raw: Any, context: ParseContext) -> str:
        return clean_id(raw)
