"""Reading raw values safely: what every type has to refuse, it refuses here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from .base import ValueProblem

NUMBER = re.compile(
    r"[+-]?(?P<whole>\d{1,30}|\d{1,3}(,\d{3}){1,9}|(?=\.\d))(\.\d{0,30})?([eE][+-]?\d{1,2})?",
    re.ASCII,
)
"""Digit groups have three digits each: ``1,5`` might be one and a half somewhere."""

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")

LARGEST_INTEGER = 2**53 - 1
"""What every reader of our JSON counts to without losing digits."""

LINE_ENDS = ("\r\n", "\r", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029")
INVISIBLE: Mapping[int, None] = MappingProxyType(
    {code: None for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\t\n"}
)
"""Control characters that come along with pasted text; no export could carry them."""


def clean_text(raw: Any) -> str:
    """Composed text (NFC) with ``\\n`` line ends, without control characters, not trimmed.

    NUL and lone surrogates are refused. Numbers and booleans are not text.
    """
    if not isinstance(raw, str):
        raise ValueProblem("not_text", "This must be text.")
    if raw.isascii() and raw.isprintable():
        return raw
    if "\x00" in raw:
        raise ValueProblem("bad_character", "The text holds a NUL character.")
    try:
        raw.encode("utf-8")
    except UnicodeEncodeError:
        raise ValueProblem("bad_character", "The text holds half a character.") from None
    for end in LINE_ENDS:
        raw = raw.replace(end, "\n")
    return unicodedata.normalize("NFC", raw.translate(INVISIBLE))


def clean_line(raw: Any) -> str:
    """Text of one line, trimmed; line breaks and tabs become blanks."""
    text = clean_text(raw).strip()
    return text if text.isprintable() else re.sub(r"[\t\n]+", " ", text)


def ascii_line(raw: Any) -> str:
    """One line in which full-width letters, digits and signs have become ASCII."""
    return unicodedata.normalize("NFKC", clean_line(raw)).strip()


def check_length(text: str, longest: int) -> None:
    if len(text) > longest:
        raise ValueProblem(
            "too_long",
            "At most {maximum} {maximum:character|characters}; this has {length}.",
            maximum=longest,
            length=len(text),
        )


def clean_decimal(raw: Any) -> Decimal:
    """A finite decimal from a number or its text; groups of three digits are read."""
    if isinstance(raw, bool) or not isinstance(raw, int | str | float | Decimal):
        raise ValueProblem("not_a_number", "This must be a number.")
    if isinstance(raw, int) and raw.bit_length() > 200:
        raise ValueProblem("out_of_range", "This number is too large.")
    text = ascii_line(raw) if isinstance(raw, str) else str(raw)
    if len(text) > 80 or not NUMBER.fullmatch(text):
        raise ValueProblem("not_a_number", "This must be a number.")
    return Decimal(text.replace(",", ""))


def fixed_decimal(raw: Any, precision: int, scale: int) -> Decimal:
    """A decimal with exactly ``scale`` digits after the point; more than that are refused."""
    value = clean_decimal(raw)
    if not value:
        return Decimal(0).scaleb(-scale)
    _, digits, exponent = value.normalize().as_tuple()
    assert isinstance(exponent, int)
    if -exponent > scale:
        if scale == 0:
            raise ValueProblem("too_precise", "This must be a whole number.")
        raise ValueProblem(
            "too_precise", "At most {scale} {scale:digit|digits} after the point.", scale=scale
        )
    if len(digits) + exponent > precision - scale:
        raise ValueProblem(
            "out_of_range",
            "At most {digits} {digits:digit|digits} before the point.",
            digits=precision - scale,
        )
    return value.quantize(Decimal(1).scaleb(-scale))


def clean_integer(raw: Any) -> int:
    """A whole number that JSON carries without loss; ``5.0`` is one."""
    if isinstance(raw, int) and abs(raw) > LARGEST_INTEGER:
        raise ValueProblem("out_of_range", "This number is too large.")
    value = clean_decimal(raw)
    if abs(value) > LARGEST_INTEGER:
        raise ValueProblem("out_of_range", "This number is too large.")
    if value != value.to_integral_value():
        raise ValueProblem("too_precise", "This must be a whole number.")
    return int(value)


def check_range(value: Any, settings: Mapping[str, Any]) -> None:
    """Refuses a number outside ``minimum`` … ``maximum``, where these are set."""
    least, most = settings.get("minimum"), settings.get("maximum")
    if least is not None and value < Decimal(str(least)):
        raise ValueProblem("too_small", "At least {minimum}.", minimum=least)
    if most is not None and value > Decimal(str(most)):
        raise ValueProblem("too_large", "At most {maximum}.", maximum=most)


def clean_id(raw: Any) -> str:
    """The id of a record or a user in its one spelling."""
    text = raw.strip().lower() if isinstance(raw, str) else ""
    if not UUID.fullmatch(text):
        raise ValueProblem("not_an_id", "This must be the id of a record.")
    return text


DAY = re.compile(
    r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})"
    r"|年(\d{1,2})月(\d{1,2})日|(\d{2})(\d{2}))",
    re.ASCII,
)
"""A day with the year first: with day or month first nobody could tell them apart."""


def clean_day(text: str) -> date | None:
    """The day a text spells; None when it spells none. Raises ValueProblem for 31 February."""
    found = DAY.fullmatch(text)
    if found is None:
        return None
    year, month, day = (int(part) for part in found.groups() if part)
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueProblem("no_such_day", "There is no such day.") from None


def is_midnight(moment: datetime) -> bool:
    return (moment.hour, moment.minute, moment.second, moment.microsecond) == (0, 0, 0, 0)


def several(raw: Any) -> list[Any]:
    """The entries of a list, or of text with commas or semicolons."""
    if isinstance(raw, list | tuple | set | frozenset):
        return list(raw)
    if not isinstance(raw, str):
        raise ValueProblem("not_a_list", "This must be a list.")
    text = clean_text(raw)
    parts = re.split(r"[;；\n]" if re.search(r"[;；\n]", text) else r"[,，、]", text)
    return [part.strip() for part in parts if part.strip()]


def shown(raw: Any, longest: int = 40) -> str:
    """A raw value for a message: short, whatever it was."""
    text = raw if isinstance(raw, str) else type(raw).__name__
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
