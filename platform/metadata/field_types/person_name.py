"""A person's name in its parts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..definitions import EMPTY, Field
from .base import Format, Widget
from .parts import PartsType, is_chinese

LONG_FAMILY_NAMES = (
    *("欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "司徒", "令狐"),
    *("夏侯", "长孙", "宇文", "端木", "申屠", "南宫", "独孤", "轩辕", "钟离", "闻人", "澹台"),
)
"""Chinese family names of two characters; all others have one."""


class PersonName(PartsType):
    name = "person_name"
    label = "Person's name"
    widget = Widget.PERSON_NAME
    part_names = ("title", "family", "given", "middle")

    def from_text(self, text: str) -> dict[str, str]:
        if is_chinese(text) and " " not in text:
            length = 2 if text.startswith(LONG_FAMILY_NAMES) and len(text) > 2 else 1
            return {"family": text[:length], "given": text[length:]}
        if "," in text:
            family, _, given = text.partition(",")
            return {"family": family, "given": given}
        given, _, family = text.rpartition(" ")
        return {"family": family, "given": given}

    def format(
        self,
        field: Field,
        value: Mapping[str, str] | None,
        how: Format,
        record: Mapping[str, Any] = EMPTY,
    ) -> str:
        """王芳 in any locale, Mia Chen in any locale: the name's own script decides."""
        if not value:
            return ""
        family, given = value.get("family", ""), value.get("given", "")
        if is_chinese(family + given):
            return f"{family}{value.get('middle', '')}{given}{value.get('title', '')}"
        parts = (value.get("title"), given, value.get("middle"), family)
        return " ".join(filter(None, parts))

    def search_text(self, field: Field, value: Mapping[str, str] | None) -> str:
        """Written together too: 王芳 is looked for as one word."""
        if not value:
            return ""
        together = f"{value.get('family', '')}{value.get('given', '')}"
        extra = (together,) if is_chinese(together) else ()
        return " ".join((*self.filled(value).values(), *extra))
