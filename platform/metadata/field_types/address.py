"""A postal address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..definitions import EMPTY, Field
from .base import Format, Widget
from .parts import PartsType, is_chinese

FROM_LARGE = ("country", "province", "city", "district", "street")


class Address(PartsType):
    name = "address"
    label = "Address"
    widget = Widget.ADDRESS
    part_names = (*FROM_LARGE, "postcode")

    def from_text(self, text: str) -> dict[str, str]:
        return {"street": text}

    def format(
        self,
        field: Field,
        value: Mapping[str, str] | None,
        how: Format,
        record: Mapping[str, Any] = EMPTY,
    ) -> str:
        """Chinese addresses run from the country down to the house, others the other way."""
        if not value:
            return ""
        if is_chinese("".join(value.values())):
            written = "".join(_without_doubles(value))
            return " ".join(filter(None, (written, value.get("postcode"))))
        region = " ".join(filter(None, (value.get("province"), value.get("postcode"))))
        parts = (value.get("street"), value.get("district"), value.get("city"), region)
        return ", ".join(filter(None, (*parts, value.get("country"))))


def _without_doubles(value: Mapping[str, str]) -> list[str]:
    """上海市 is province and city at once: it is written once."""
    parts = [value[name] for name in FROM_LARGE if name in value]
    return list(dict.fromkeys(parts))
