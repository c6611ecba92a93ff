"""Field type datetime."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.metadata.field_types.asking import (
    BERLIN,
    CONTEXT,
    EN,
    ZH,
    as_input,
    as_json,
    field,
    parsed,
    refusal,
    shown,
)

MOMENT = field("datetime")
IN_BERLIN = replace(CONTEXT, zone=BERLIN)
HALF_PAST_SIX = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "raw",
    [
        "2026-11-21T06:30:00Z",
        "2026-11-21t14:30:00+08:00".upper(),
        "2026-11-21 14:30",
        "2026-11-21 01:30:00 -0500",
        "2026/11/21 14:30:00",
        "2026年11月21日 14:30",
        datetime(2026, 11, 21, 14, 30),
        datetime(2026, 11, 21, 14, 30, tzinfo=timezone(timedelta(hours=8))),
    ],
)
def test_what_has_no_offset_is_in_the_readers_zone(raw: Any) -> None:
    value = parsed(MOMENT, raw)
    assert value == HALF_PAST_SIX
    assert value.tzinfo is UTC


def test_a_day_alone_begins_at_midnight() -> None:
    assert as_json(MOMENT, parsed(MOMENT, "2026-11-21")) == "2026-11-20T16:00:00Z"
    assert as_json(MOMENT, parsed(MOMENT, date(2026, 11, 21))) == "2026-11-20T16:00:00Z"


def test_a_time_the_clocks_skip_is_refused() -> None:
    assert refusal(MOMENT, "2026-03-29 02:30", IN_BERLIN) == "skipped_time"
    assert as_json(MOMENT, parsed(MOMENT, "2026-03-29 03:00", IN_BERLIN)) == "2026-03-29T01:00:00Z"


def test_of_a_time_that_comes_twice_the_first_is_meant() -> None:
    assert as_json(MOMENT, parsed(MOMENT, "2026-10-25 02:30", IN_BERLIN)) == "2026-10-25T00:30:00Z"
    second = parsed(MOMENT, "2026-10-25T02:30:00+01:00", IN_BERLIN)
    assert as_json(MOMENT, second) == "2026-10-25T01:30:00Z"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("2026-11-21T24:00", "not_a_moment"),
        ("2026-11-21T14", "not_a_moment"),
        ("2026-11-21T14:30:00+99:00", "not_a_moment"),
        ("2026-02-30 10:00", "no_such_day"),
        ("14:30", "not_a_moment"),
        (1_700_000_000, "not_a_moment"),
        ("0001-01-01 00:00", "out_of_range"),
        ("9999-12-31T23:59:59-01:00", "out_of_range"),
        ("9999-12-31T00:00:00Z", "out_of_range"),
        ("0001-01-01T23:59:59Z", "out_of_range"),
    ],
)
def test_refused(raw: Any, code: str) -> None:
    assert refusal(MOMENT, raw) == code


def test_finer_than_minutes_only_where_there_is_something() -> None:
    exact = datetime(2026, 11, 21, 6, 30, 5, 120_000, tzinfo=UTC)
    assert as_json(MOMENT, HALF_PAST_SIX) == "2026-11-21T06:30:00Z"
    assert as_json(MOMENT, exact) == "2026-11-21T06:30:05.120000Z"
    assert as_input(MOMENT, HALF_PAST_SIX) == "2026-11-21T14:30"
    assert as_input(MOMENT, exact) == "2026-11-21T14:30:05.120000"


def test_shown_in_the_readers_zone() -> None:
    assert shown(MOMENT, HALF_PAST_SIX, ZH) == "2026年11月21日 14:30"
    assert shown(MOMENT, HALF_PAST_SIX, replace(EN, zone=BERLIN)) == "Nov 21, 2026, 7:30\u202fAM"


@given(st.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 12, 31)))
def test_a_moment_comes_back(naive: datetime) -> None:
    value = naive.replace(tzinfo=UTC)
    assert parsed(MOMENT, as_json(MOMENT, value)) == value
