"""Reading raw values safely: what every type has to refuse, it refuses here."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from .base import ValueProblem

NUMBER = re.compile(r"[+-]?(\d{1,30}(\.\d{0,30})?|\.\d{1,30})([eE][+-]?\d{1,2})?", re.ASCII)


def clean_text(raw: Any) -> str:
    """Text without NUL or lone surrogates. Numbers and booleans are not text."""
    if not isinstance(raw, str):
        raise ValueProblem("not_text", "This must be text.")
    if "\x00" in raw:
        raise ValueProblem("bad_character", "The text holds a NUL character.")
    try:
        raw.encode("utf-8")
    except UnicodeEncodeError:
        raise ValueProblem("bad_character", "The text holds half a character.") from None
    return raw


def clean_decimal(raw: Any) -> Decimal:
    """A finite decimal from a number or its text; digit groups with commas are read."""
    if isinstance(raw, bool) or not isinstance(raw, int | str | float | Decimal):
        raise ValueProblem("not_a_number", "This must be a number.")
    text = raw.strip().replace(",", "").replace("，", "") if isinstance(raw, str) else str(raw)
    if not NUMBER.fullmatch(text):
        raise ValueProblem("not_a_number", "This must be a number.")
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ValueProblem("not_a_number", "This must be a number.") from None
