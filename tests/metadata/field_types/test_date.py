"""Field type date."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.metadata.field_types.asking import (
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

DAY = field("date")
THE_DAY = date(2026, 11, 5)
FAR_APART = [ZoneInfo("Pacific/Kiritimati"), ZoneInfo("Pacific/Pago_Pago")]


@pytest.mark.parametrize(
    "raw",
    [
        *("2026-11-05", "2026-11-5", "2026/11/5", "2026.11.05", "2026年11月5日", "20261105"),
        *("２０２６-11-05", " 2026-11-05 ", "2026-11-05T00:00:00", "2026-11-05 00:00:00"),
        *(THE_DAY, datetime(2026, 11, 5), datetime(2026, 11, 5, tzinfo=UTC)),
    ],
)
def test_spellings(raw: Any) -> None:
    value = parsed(DAY, raw)
    assert value == THE_DAY
    assert type(value) is date


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("2026-02-29", "no_such_day"),
        ("2026-13-01", "no_such_day"),
        ("05.11.2026", "not_a_date"),
        ("11/05/2026", "not_a_date"),
        ("26-11-05", "not_a_date"),
        ("2026-11/05", "not_a_date"),
        ("2026-W45-4", "not_a_date"),
        ("2026-11-05T14:30", "not_a_date"),
        (datetime(2026, 11, 5, 1), "not_a_date"),
        (45_966, "not_a_date"),
        (True, "not_a_date"),
    ],
)
def test_refused(raw: Any, code: str) -> None:
    assert refusal(DAY, raw) == code


@given(day=st.dates(), zone=st.sampled_from(FAR_APART))
def test_no_zone_moves_it(day: date, zone: ZoneInfo) -> None:
    context, how = replace(CONTEXT, zone=zone), replace(EN, zone=zone)
    assert parsed(DAY, as_json(DAY, day), context) == day
    assert parsed(DAY, as_input(DAY, day, how), context) == day
    assert shown(DAY, day, how) == shown(DAY, day, EN)


def test_shown() -> None:
    assert (shown(DAY, THE_DAY, EN), shown(DAY, THE_DAY, ZH)) == ("Nov 5, 2026", "2026年11月5日")
