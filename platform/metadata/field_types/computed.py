"""What formulas and rollups share: nobody writes them, and they look like what they return."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType
from typing import Any

from ..definitions import EMPTY, Field
from ..expressions.types import Type
from .base import FieldType, Format, Operator, ParseContext, ValueProblem, Widget
from .boolean import Boolean
from .currency import Currency
from .date import CalendarDate
from .datetime import DateTime
from .decimal import DecimalNumber
from .duration import Duration
from .integer import Integer
from .percent import Percent
from .text import Text

RETURNED: tuple[FieldType, ...] = (
    Text(),
    Integer(),
    DecimalNumber(),
    Currency(),
    Percent(),
    Boolean(),
    CalendarDate(),
    DateTime(),
    Duration(),
)
"""What a computed field can be. A computed amount is in the base currency."""

BY_NAME: Mapping[str, FieldType] = MappingProxyType({each.name: each for each in RETURNED})


def returns_setting(description: str) -> Mapping[str, Any]:
    return {"enum": [each.name for each in RETURNED], "description": description}


class Computed(FieldType):
    widget = Widget.READ_ONLY
    computed = True
    returned_unless_said = "text"

    def returned(self, field: Field) -> FieldType:
        """The type that its values are read, shown and compared as."""
        return BY_NAME[field.settings.get("returns", self.returned_unless_said)]

    def operators_for(self, field: Field) -> tuple[Operator, ...]:
        return self.returned(field).operators

    def expression_type(self, field: Field) -> Type:
        return self.returned(field).expression_type(field)

    def parse(self, field: Field, raw: Any, context: ParseContext) -> Any:
        raise ValueProblem("read_only", "This field cannot be written.")

    def from_json(self, field: Field, json: Any) -> Any:
        return self.returned(field).from_json(field, json)

    def to_json(self, field: Field, value: Any) -> Any:
        return self.returned(field).to_json(field, self.settled(field, value))

    def format(
        self, field: Field, value: Any, how: Format, record: Mapping[str, Any] = EMPTY
    ) -> str:
        return self.returned(field).format(field, self.settled(field, value), how)

    def search_text(self, field: Field, value: Any) -> str:
        return self.returned(field).search_text(field, self.settled(field, value))

    def settled(self, field: Field, value: Any) -> Any:
        """The value with the digits its type has: a quotient is computed with more."""
        returned = self.returned(field)
        if value is None or isinstance(value, bool):
            return value
        if isinstance(returned, DecimalNumber):
            scale = returned.storage(field).scale
            return Decimal(value).quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP)
        if isinstance(returned, Integer):
            return int(Decimal(value).to_integral_value(ROUND_HALF_UP))
        return value
