"""Field type duration."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.metadata.field_types.asking import EN, ZH, as_input, field, parsed, refusal, shown

TIME = field("duration")


@pytest.mark.parametrize(
    ("raw", "seconds"),
    [
        ("1h30m", 5400),
        ("90m", 5400),
        ("90 min", 5400),
        ("1.5 hours", 5400),
        ("1:30", 5400),
        ("1:30:15", 5415),
        ("PT1H30M", 5400),
        ("P1DT2H", 93_600),
        ("2d", 172_800),
        ("1w 1d", 691_200),
        ("2天3小时", 183_600),
        ("30 分钟", 1800),
        ("-15m", -900),
        ("0m", 0),
        ("45", 45),
        (45.0, 45),
    ],
)
def test_spellings(raw: Any, seconds: int) -> None:
    assert parsed(TIME, raw) == seconds


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("soon", "not_a_duration"),
        ("30m 1h", "not_a_duration"),
        ("1:75", "not_a_duration"),
        ("P", "not_a_duration"),
        ("-", "not_a_duration"),
        ("0.5s", "too_precise"),
        (0.5, "too_precise"),
        ("999999999999w", "out_of_range"),
        (True, "not_a_number"),
    ],
)
def test_refused(raw: Any, code: str) -> None:
    assert refusal(TIME, raw) == code


def test_range() -> None:
    short = field("duration", minimum=60, maximum=3600)
    assert (refusal(short, "59s"), refusal(short, "61m")) == ("too_small", "too_large")


def test_shown() -> None:
    assert (shown(TIME, 93_780, EN), shown(TIME, 93_780, ZH)) == (
        "1 d 2 h 3 min",
        "1天 2小时 3分钟",
    )
    assert (shown(TIME, 0, EN), shown(TIME, -900, EN)) == ("0 min", "-15 min")


@given(st.integers(-(10**12), 10**12))
def test_an_input_comes_back(seconds: int) -> None:
    assert parsed(TIME, as_input(TIME, seconds)) == seconds
