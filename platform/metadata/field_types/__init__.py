"""The field types, in one visible tuple. A new type is one file here and one line below."""

from __future__ import annotations

from ..definitions import Field
from .base import FieldType
from .text import Text

FIELD_TYPES: tuple[FieldType, ...] = (Text(),)

BY_NAME = {each.name: each for each in FIELD_TYPES}


def type_of(field: Field) -> FieldType:
    """The type of ``field``; the schema gate has made sure there is one."""
    return BY_NAME[field.type]
