"""Numbers, money and percentages in the reader's locale."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cache, lru_cache

from babel import Locale, UnknownLocaleError
from babel.languages import get_official_languages
from babel.numbers import get_currency_precision, get_currency_symbol

Number = Decimal | int
Write = Callable[[Number], str]

DIGITS = 60
"""Digits a shown number may have in all: no value is that long, so showing never fails."""


@cache
def number_format(locale: str, least: int = 0, most: int = 0) -> Write:
    """Writes numbers in groups of three, with ``least`` to ``most`` digits after the point.

    Digits beyond ``most`` are rounded half up, for the eye only.
    """
    symbols = Locale.parse(locale).number_symbols["latn"]
    exponent, context = Decimal(1).scaleb(-most), Context(DIGITS, ROUND_HALF_UP)
    signs = str.maketrans({",": symbols["group"], ".": symbols["decimal"]})
    same = symbols["group"] == "," and symbols["decimal"] == "."

    def write(value: Number) -> str:
        rounded = Decimal(value).quantize(exponent, context=context)
        text = f"{rounded or rounded.copy_abs():,f}"
        if most > least:
            text = _shortened(text, most - least)
        return text if same else text.translate(signs)

    return write


def _shortened(text: str, optional: int) -> str:
    """Without trailing zeros among the last ``optional`` digits."""
    kept = len(text) - optional
    return (text[:kept] + text[kept:].rstrip("0")).removesuffix(".")


@lru_cache(maxsize=1000)
def currency_format(locale: str, code: str, scale: int = 2, base: str = "") -> Write:
    """Writes amounts of currency ``code``: as many digits as it has, up to ``scale`` if needed.

    The currency ``base`` of the workspace has the sign it has at home (¥, not CN¥); another one
    that would look the same says whose it is.
    """
    pattern = Locale.parse(locale).currency_formats["standard"]
    symbol = _sign(locale, code, base)
    (before, before_minus), (after, after_minus) = (
        tuple(part.replace("¤", symbol) for part in pair)
        for pair in (pattern.prefix, pattern.suffix)
    )
    number = number_format(locale, min(scale, get_currency_precision(code)), scale)
    nothing = number(0)

    def write(value: Number) -> str:
        text = number(Decimal(value).copy_abs())
        if value < 0 and text != nothing:
            return f"{before_minus}{text}{after_minus}"
        return f"{before}{text}{after}"

    return write


def _sign(locale: str, code: str, base: str) -> str:
    usual = get_currency_symbol(code, locale)
    if code == base:
        return min(usual, _sign_at_home(code) or usual, key=len)
    if base and usual == _sign(locale, base, base):
        return f"{code[:2]}{usual}"
    return usual


@cache
def _sign_at_home(code: str) -> str | None:
    """The sign in the country whose currency it is: its code begins with that of the country."""
    territory = code[:2]
    for language in get_official_languages(territory):
        try:
            return get_currency_symbol(code, Locale.parse(f"{language}_{territory}"))
        except UnknownLocaleError:
            continue
    return None


@cache
def percent_format(locale: str, scale: int = 2) -> Write:
    """Writes percentages; 60 is 60 %, not 6,000 %."""
    pattern = Locale.parse(locale).percent_formats[None]
    before, after = pattern.prefix[0], pattern.suffix[0]
    number = number_format(locale, 0, scale)
    return lambda value: f"{before}{number(value)}{after}"


@cache
def compact_format(locale: str) -> Write:
    """Writes large numbers short, with three digits or so: 1.2M, 123.5万. For tiles and totals."""
    steps = _compact_steps(locale)
    whole = number_format(locale, 0, 0)
    short = number_format(locale, 0, 1)

    def write(value: Number) -> str:
        size = Decimal(value).copy_abs()
        for start, divisor, prefix, suffix in steps:
            if size >= start:
                return f"{prefix}{short(Decimal(value) / divisor)}{suffix}"
        return short(value) if size < 1000 else whole(value)

    return write


def _compact_steps(locale: str) -> list[tuple[int, Decimal, str, str]]:
    """(from, divisor, prefix, suffix), the largest first."""
    patterns = Locale.parse(locale).compact_decimal_formats["short"]["other"]
    steps = []
    for start, pattern in patterns.items():
        prefix, _, suffix = str(pattern.pattern).partition("0")
        zeros = str(pattern.pattern).count("0")
        if prefix or suffix.strip("0"):
            divisor = Decimal(int(start)).scaleb(1 - zeros)
            steps.append((int(start), divisor, prefix, suffix.lstrip("0")))
    return sorted(steps, reverse=True)
