"""A point on the map."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from ..definitions import EMPTY, Field
from ..expressions.types import JSON, Type
from .base import FieldType, Format, ParseContext, Storage, StorageKind, ValueProblem, Widget
from .operators import BLANKS
from .values import ascii_line, clean_decimal

PAIR = re.compile(r"([^,; ]+)[,; ]+([^,; ]+)")
DEGREES = Decimal("0.0000001")
"""Kept of a degree: a centimetre. What a device reports beyond that is noise."""


class Location(FieldType):
    """Latitude and longitude in degrees (WGS 84): ``{"lat": 31.2304, "lng": 121.4737}``."""

    name = "location"
    label = "Location"
    widget = Widget.LOCATION
    operators = BLANKS
    sortable = False

    def storage(self, field: Field) -> Storage:
        return Storage(StorageKind.JSON)

    def expression_type(self, field: Field) -> Type:
        return JSON

    def parse(self, field: Field, raw: Any, context: ParseContext) -> dict[str, float]:
        if isinstance(raw, str):
            raw = _from_text(ascii_line(raw))
        if not isinstance(raw, Mapping) or set(raw) != {"lat", "lng"}:
            raise _not_a_location()
        return {"lat": _degrees(raw["lat"], 90), "lng": _degrees(raw["lng"], 180)}

    def format(
        self,
        field: Field,
        value: Mapping[str, float] | None,
        how: Format,
        record: Mapping[str, Any] = EMPTY,
    ) -> str:
        return "" if value is None else f"{value['lat']:.6f}, {value['lng']:.6f}"

    def to_input(self, field: Field, value: Mapping[str, float] | None, how: Format) -> str:
        return "" if value is None else f"{value['lat']:.7f},{value['lng']:.7f}"

    def search_text(self, field: Field, value: Mapping[str, float] | None) -> str:
        return ""


def _not_a_location() -> ValueProblem:
    return ValueProblem("not_a_location", "This must be latitude and longitude: 31.2304, 121.4737.")


def _from_text(text: str) -> Any:
    if found := PAIR.fullmatch(text):
        return {"lat": found.group(1), "lng": found.group(2)}
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise _not_a_location() from None


def _degrees(raw: Any, most: int) -> float:
    value = clean_decimal(raw)
    if abs(value) > most:
        raise _not_a_location()
    return float(value.quantize(DEGREES, ROUND_HALF_EVEN)) + 0.0
