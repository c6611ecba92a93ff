"""A telephone number, kept as people write it."""

from __future__ import annotations

import re
from typing import Any

from ..definitions import Field
from .base import ParseContext, ValueProblem
from .text import Text
from .values import ascii_line

NUMBER = re.compile(r"\+?[0-9(][0-9 ()./+*#-]*(?:,? ?(?:ext\.?|x|转|分机) ?[0-9]{1,8})?", re.I)
COUNTRY = re.compile(r"^(?:\+|00)86")
FEWEST, MOST = 3, 24
"""Digits of a telephone number, extension included."""


class Phone(Text):
    name = "phone"
    label = "Phone"

    def parse(self, field: Field, raw: Any, context: ParseContext) -> str | None:
        text = ascii_line(raw)
        if not text:
            return None
        if not NUMBER.fullmatch(text) or not FEWEST <= len(digits_of(text)) <= MOST:
            raise ValueProblem("not_a_phone", "This must be a telephone number.")
        return text

    def search_text(self, field: Field, value: str | None) -> str:
        """As written, its digits alone, and those without the Chinese country code."""
        if value is None:
            return ""
        digits = digits_of(value)
        forms = (value, digits, digits_of(COUNTRY.sub("", value)))
        return " ".join(dict.fromkeys(form for form in forms if form))


def digits_of(text: str) -> str:
    return "".join(character for character in text if character in "0123456789")
