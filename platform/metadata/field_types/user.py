"""A person who works with the system; and several of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..definitions import EMPTY, Field
from ..expressions.types import Kind, Type
from .base import FieldType, Format, Operator, ParseContext, Storage, StorageKind, Widget
from .operators import BLANKS, EQUALITY, SETS
from .sets import SetType
from .values import clean_id

PERSON = Type(Kind.REFERENCE, targets=("user",))


class User(FieldType):
    name = "user"
    label = "User"
    widget = Widget.LOOKUP
    operators = (Operator.MINE, *EQUALITY, Operator.IN, *BLANKS)

    def storage(self, field: Field) -> Storage:
        return Storage(StorageKind.ID)

    def expression_type(self, field: Field) -> Type:
        return PERSON

    def parse(self, field: Field, raw: Any, context: ParseContext) -> str:
        return clean_id(raw)

    def format(
        self, field: Field, value: str | None, how: Format, record: Mapping[str, Any] = EMPTY
    ) -> str:
        return "" if value is None else how.titles.get(value, value)

    def search_text(self, field: Field, value: str | None) -> str:
        return ""


class MultiUser(SetType):
    name = "multi_user"
    label = "Users"
    widget = Widget.MULTI_LOOKUP
    operators = (Operator.MINE, *SETS)

    def expression_type(self, field: Field) -> Type:
        return Type(Kind.LIST, of=PERSON)

    def parse_one(self, field: Field, raw: Any, context: ParseContext) -> str:
        return clean_id(raw)
