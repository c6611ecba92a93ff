"""Field type decimal."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.metadata.field_types.asking import as_json, field, parsed, refusal, shown

PLAIN = field("decimal")


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("1", "1.00"),
        ("1.5", "1.50"),
        ("1.50000", "1.50"),
        (0.1, "0.10"),
        ("-0", "0.00"),
        ("-0.00", "0.00"),
        (".5", "0.50"),
        ("1e2", "100.00"),
        ("1,234,567.89", "1234567.89"),
        ("9999999999999999.99", "9999999999999999.99"),
    ],
)
def test_every_digit_is_kept(raw: Any, text: str) -> None:
    assert as_json(PLAIN, parsed(PLAIN, raw)) == text


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("0.001", "too_precise"),
        (0.1 + 0.2, "too_precise"),
        ("10000000000000000", "out_of_range"),
        ("1e20", "out_of_range"),
        (10**400, "out_of_range"),
        ("1e999", "not_a_number"),
        ("NaN", "not_a_number"),
        (Decimal("Infinity"), "not_a_number"),
        ("1.234,56", "not_a_number"),
        (".", "not_a_number"),
    ],
)
def test_nothing_is_rounded(raw: Any, code: str) -> None:
    assert refusal(PLAIN, raw) == code


def test_range_is_exact() -> None:
    narrow = field("decimal", minimum=0.1, maximum=0.3)
    assert parsed(narrow, "0.3") == Decimal("0.3")
    assert (refusal(narrow, "0.31"), refusal(narrow, "0.09")) == ("too_large", "too_small")


def test_shown_with_two_digits_and_more_where_there_are_more() -> None:
    fine = field("decimal", scale=4)
    assert shown(fine, Decimal("1234.5000")) == "1,234.50"
    assert shown(fine, Decimal("1234.5678")) == "1,234.5678"
    assert shown(field("decimal", scale=0), Decimal(7)) == "7"


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12
    )
)
def test_a_decimal_comes_back(value: Decimal) -> None:
    fine = field("decimal", scale=4)
    assert parsed(fine, str(value)) == value
    assert parsed(fine, as_json(fine, parsed(fine, value))) == value
