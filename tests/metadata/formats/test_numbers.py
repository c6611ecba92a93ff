"""Compiled number formats, with Babel as their judge."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext

import pytest
from babel.numbers import format_compact_decimal, format_currency, format_decimal, format_percent
from hypothesis import given
from hypothesis import strategies as st

from typecase.metadata.formats import (
    compact_format,
    currency_format,
    number_format,
    percent_format,
)

LOCALES = st.sampled_from(["en", "zh", "de", "fr"])
AMOUNTS = st.decimals(-(10**15), 10**15, places=2)


@given(value=st.decimals(-(10**12), 10**12, places=5), locale=LOCALES)
def test_numbers_as_babel_writes_them(value: Decimal, locale: str) -> None:
    with localcontext(rounding=ROUND_HALF_UP):
        # Babel writes a minus before what was rounded to nothing; a reader of sums would frown.
        judged = value if round(value, 4) else abs(value)
        expected = format_decimal(judged, format="#,##0.00##", locale=locale)
        assert number_format(locale, 2, 4)(value) == expected


@given(value=st.integers(-(2**53), 2**53), locale=LOCALES)
def test_whole_numbers_as_babel_writes_them(value: int, locale: str) -> None:
    assert number_format(locale)(value) == format_decimal(value, locale=locale)


@given(
    value=AMOUNTS, locale=LOCALES, code=st.sampled_from(["CNY", "USD", "EUR", "GBP", "CHF", "XYZ"])
)
def test_amounts_as_babel_writes_them(value: Decimal, locale: str, code: str) -> None:
    assert currency_format(locale, code)(value) == format_currency(value, code, locale=locale)


@given(value=st.decimals(-(10**6), 10**6, places=2), locale=LOCALES)
def test_percentages_as_babel_writes_them(value: Decimal, locale: str) -> None:
    theirs = format_percent(
        value / 100, format=_with_digits(locale), locale=locale, decimal_quantization=False
    )
    assert percent_format(locale)(value) == theirs


def _with_digits(locale: str) -> str:
    return "#,##0.##%" if locale in ("en", "zh") else "#,##0.##\u00a0%"


@pytest.mark.parametrize("locale", ["en", "zh"])
@pytest.mark.parametrize(
    "value", [0, 7, 999, 1234, 12_345, 123_456, 1_234_567, 98_765_432, 12_345_678_901]
)
def test_short_numbers_as_babel_writes_them(value: int, locale: str) -> None:
    assert compact_format(locale)(value).replace(",", "") == format_compact_decimal(
        value, locale=locale, fraction_digits=1
    ).replace(".0", "")


def test_a_value_below_half_a_cent_is_shown_without_a_minus() -> None:
    assert number_format("en", 2, 2)(Decimal("-0.001")) == "0.00"
    assert currency_format("en", "USD")(Decimal("-0.001")) == "$0.00"


@pytest.mark.parametrize(
    ("base", "code", "expected"),
    [
        ("CNY", "CNY", "¥1.00"),
        ("CNY", "JPY", "JP¥1.00"),
        ("CNY", "USD", "$1.00"),
        ("JPY", "CNY", "CN¥1.00"),
        ("JPY", "JPY", "¥1.00"),
        ("TWD", "TWD", "$1.00"),
        ("TWD", "USD", "US$1.00"),
        ("BRL", "BRL", "R$1.00"),
        ("EUR", "EUR", "€1.00"),
        ("XAU", "XAU", "XAU1.00"),
    ],
)
def test_the_workspaces_own_currency_has_its_sign_of_home(
    base: str, code: str, expected: str
) -> None:
    """And no other one has the same sign on the same page."""
    written = currency_format("en", code, 2, base)(Decimal("1.00"))
    assert written.replace(".00", "").replace("\xa0", "") == expected.replace(".00", "")


def test_more_digits_than_any_value_has() -> None:
    assert number_format("en", 0, 6)(Decimal("9" * 40)).count(",") == 13
