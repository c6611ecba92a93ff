"""Text, as a row of code points. There is no empty text: what would be one is null."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from zoneinfo import ZoneInfo

from ..operations import function
from .dates import within_years
from .numbers import Number, bounded, plain, rounded

LONGEST = 100_000
"""Characters; a longer result is cut."""
SPACES = " \t\r\n\f\v\u00a0\u3000"


def _letters() -> dict[str, str]:
    """Capital → small letter, for every letter of ours that has exactly one small form.

    Latin, Greek and Cyrillic. A table of our own, because databases fold case as their locale
    happens to say.
    """
    pairs = ((chr(code), chr(code).lower()) for code in range(0x41, 0x530))
    return {big: small for big, small in pairs if len(small) == 1 and small != big}


SMALL = MappingProxyType(_letters())
BIG = MappingProxyType({small: big for big, small in SMALL.items() if small.upper() == big})
_TO_SMALL, _TO_BIG = str.maketrans(dict(SMALL)), str.maketrans(dict(BIG))

PATTERNS = MappingProxyType({
    "digits": r"^[0-9]+$",
    "letters": r"^[A-Za-z]+$",
    "letters_digits": r"^[A-Za-z0-9]+$",
    "email": r"^[^@ ]+@[^@ .]+([.][^@ .]+)+$",
    "url": r"^https?://[^ /]+(/[^ ]*)?$",
    "phone": r"^[+]?[0-9][0-9 ()./-]{4,24}$",
    "mobile_cn": r"^([+]?86)?1[3-9][0-9]{9}$",
    "postcode_cn": r"^[0-9]{6}$",
    "id_card_cn": r"^[1-9][0-9]{16}[0-9Xx]$",
    "credit_code_cn": r"^[0-9A-HJ-NP-RT-UW-Y]{2}[0-9]{6}[0-9A-HJ-NP-RT-UW-Y]{10}$",
    "bank_card": r"^[0-9]{12,19}$",
})  # fmt: skip
"""Named patterns, written so that Python and PostgreSQL read them alike and in linear time."""


def cut(value: str) -> str | None:
    return value[:LONGEST] or None


def fold(value: str) -> str:
    """The text in small letters, for comparing without regard to case."""
    return value.translate(_TO_SMALL)


def upper(value: str) -> str:
    return value.translate(_TO_BIG)


def trim(value: str) -> str | None:
    return value.strip(SPACES) or None


def left(value: str, count: Number) -> str | None:
    return value[: max(0, int(count))] or None


def right(value: str, count: Number) -> str | None:
    return value[max(0, len(value) - max(0, int(count))) :] or None


def mid(value: str, start: Number, count: Number) -> str | None:
    first = int(start)
    return value[first - 1 : first - 1 + max(0, int(count))] or None if first >= 1 else None


def length(value: str | None) -> int:
    return len(value) if value else 0


def find(part: str, value: str) -> int:
    return value.find(part) + 1


def substitute(value: str, old: str, new: str | None) -> str | None:
    new = new or ""
    # Never makes more text than is kept: what follows the cut cannot change what is before it.
    most = LONGEST // max(1, len(new)) + 1
    return cut(value.replace(old, new, most if new else -1))


def substitute_nulls(value: str | None, old: str | None, new: str | None) -> str | None:
    return value if value is None or old is None else substitute(value, old, new)


def contains(value: str, part: str) -> bool:
    return fold(part) in fold(value)


def starts_with(value: str, part: str) -> bool:
    return fold(value).startswith(fold(part))


def ends_with(value: str, part: str) -> bool:
    return fold(value).endswith(fold(part))


def matches(value: str, pattern: str) -> bool:
    return re.search(PATTERNS[pattern].removesuffix("$") + r"\Z", value) is not None


def join(*parts: str | None) -> str | None:
    return cut("".join(part for part in parts if part))


NUMERAL = r"^[+-]?([0-9]{1,30}([.][0-9]{1,20})?|[.][0-9]{1,20})$"


def value_of(text: str) -> Decimal | None:
    clean = text.strip(SPACES)
    return bounded(Decimal(clean)) if re.match(NUMERAL[:-1] + r"\Z", clean) else None


def text_of_boolean(value: bool) -> str:
    return "true" if value else "false"


def text_fixed(value: Number, places: Number) -> str:
    text = format(rounded(value, int(places)), "f")
    return text.removeprefix("-") if not text.strip("-0.") else text


@within_years
def text_of_moment(value: datetime, zone: ZoneInfo) -> str:
    return value.astimezone(zone).isoformat(" ", "minutes")[:16]


TEXTS = (
    function("lower", "text", "text", fold, "In small letters.", "lower(email)"),
    function("upper", "text", "text", upper, "In capital letters.", "upper(code)"),
    function("trim", "text", "text", trim, "Without spaces at both ends.", "trim(name)"),
    function("left", "text, number", "text", left, "The first characters.", "left(code, 2)"),
    function("right", "text, number", "text", right, "The last characters.", "right(phone, 4)"),
    function("mid", "text, number, number", "text", mid,
             "So many characters from a position; the first character is 1.",
             "mid(code, 3, 4)"),
    function("find", "text, text", "integer", find,
             "The position of the first text in the second, 0 when it is not there; exact case.",
             "find('-', code)"),
    function("substitute", "text, text, text", "text", substitute_nulls,
             "Puts the third text wherever the second stands in the first; exact case.",
             "substitute(phone, ' ', '')", nulls=True),
    function("contains", "text, text", "boolean", contains,
             "Whether the second text is in the first; capital or small letters are the same.",
             "contains(name, 'print')"),
    function("starts_with", "text, text", "boolean", starts_with,
             "Whether the first text begins with the second; case does not matter.",
             "starts_with(code, 'A-')"),
    function("ends_with", "text, text", "boolean", ends_with,
             "Whether the first text ends with the second; case does not matter.",
             "ends_with(email, '.cn')"),
    function("matches", "text, pattern!", "boolean", matches,
             "Whether the text has a named form: " + ", ".join(PATTERNS) + ".",
             "matches(mobile, 'mobile_cn')"),
    function("length", "text", "integer", length, "How many characters; null has 0.",
             "length(summary) <= 200", nulls=True),
    function("concat", "text...", "text", join, "The texts one after another, like &.",
             "concat(last_name, first_name)", sql="join", nulls=True),
    function("value", "text", "number", value_of, "The number a text spells, else null.",
             "value(legacy_total)"),
    function("text", "number, places!", "text", text_fixed,
             "A number as text with exactly so many places.", "text(amount, 2)",
             key="text_fixed"),
    function("text", "text", "text", lambda text: text, "A value as text.", "text(stage)",
             key="text_of_text", sql="same"),
    function("text", "number", "text", plain, "A number as text.", "text(quantity)",
             key="text_of_number"),
    function("text", "boolean", "text", text_of_boolean, "true or false as text.",
             "text(active)", key="text_of_boolean"),
    function("text", "date", "text", date.isoformat, "A date as 2026-11-21.",
             "text(close_date)", key="text_of_date"),
    function("text", "moment", "text", text_of_moment,
             "A moment as 2026-11-21 08:30, in the reader's zone.", "text(created_at)",
             key="text_of_moment", context=("@zone",)),
)  # fmt: skip
