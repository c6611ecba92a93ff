"""Field type integer."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.metadata.field_types.asking import EN, ZH, field, parsed, refusal, shown

WHOLE = field("integer")


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("1,234,567", 1_234_567),
        ("-5", -5),
        ("+7", 7),
        ("５", 5),
        (5.0, 5),
        ("5.00", 5),
        ("1e3", 1000),
        (Decimal("12"), 12),
        (2**53 - 1, 2**53 - 1),
    ],
)
def test_taken(raw: Any, value: int) -> None:
    assert parsed(WHOLE, raw) == value
    assert type(parsed(WHOLE, raw)) is int


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (5.5, "too_precise"),
        ("0.1", "too_precise"),
        (2**53, "out_of_range"),
        (-(2**53), "out_of_range"),
        ("9007199254740993", "out_of_range"),
        pytest.param(10**5000, "out_of_range", id="5001 digits"),
        ("1,5", "not_a_number"),
        ("12,34", "not_a_number"),
        ("1,2345", "not_a_number"),
        (True, "not_a_number"),
        ("0x10", "not_a_number"),
        ("1_000", "not_a_number"),
        (float("nan"), "not_a_number"),
        ([1], "not_a_number"),
    ],
)
def test_refused(raw: Any, code: str) -> None:
    assert refusal(WHOLE, raw) == code


def test_range() -> None:
    small = field("integer", minimum=1, maximum=10)
    assert parsed(small, 10) == 10
    assert (refusal(small, 0), refusal(small, 11)) == ("too_small", "too_large")


def test_shown_in_groups() -> None:
    assert shown(WHOLE, -1234567, EN) == shown(WHOLE, -1234567, ZH) == "-1,234,567"
