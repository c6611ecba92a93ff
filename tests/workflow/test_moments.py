"""C8: when schedules and dates fall, across summer time and in leap years. Written out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from typecase.workflow import schedules
from typecase.workflow.dates import moved

BERLIN, SHANGHAI, NEW_YORK = map(ZoneInfo, ("Europe/Berlin", "Asia/Shanghai", "America/New_York"))


@pytest.mark.parametrize(
    ("cron", "zone", "since", "expected"),
    [
        # Summer time begins on 29 March 2026 in Berlin, on 8 March in New York, never in Shanghai.
        ("0 8 * * *", BERLIN, "2026-03-28T06:00", "2026-03-28T07:00"),
        ("0 8 * * *", BERLIN, "2026-03-28T07:00", "2026-03-29T06:00"),
        ("0 8 * * *", NEW_YORK, "2026-03-07T13:00", "2026-03-08T12:00"),
        ("0 8 * * *", SHANGHAI, "2026-03-28T00:00", "2026-03-29T00:00"),
        # It ends on 25 October 2026.
        ("0 8 * * *", BERLIN, "2026-10-24T06:00", "2026-10-25T07:00"),
        # 29 February comes in leap years alone, and 2100 is none.
        ("0 0 29 2 *", SHANGHAI, "2026-01-01T00:00", "2028-02-28T16:00"),
        ("0 0 29 2 *", SHANGHAI, "2028-02-28T16:00", "2032-02-28T16:00"),
        # The last day of February is followed by March.
        ("0 12 * * *", BERLIN, "2027-02-28T11:00", "2027-03-01T11:00"),
        ("0 12 * * *", BERLIN, "2028-02-28T11:00", "2028-02-29T11:00"),
        ("0 12 31 * *", BERLIN, "2026-03-31T10:00", "2026-05-31T10:00"),
    ],
)
def test_when_a_schedule_comes_next(cron: str, zone: ZoneInfo, since: str, expected: str) -> None:
    found = schedules.next_moment(cron, datetime.fromisoformat(since).replace(tzinfo=UTC), zone)
    assert found.astimezone(UTC).isoformat() == f"{expected}:00+00:00"


@pytest.mark.parametrize("night", ["2026-03-28T12:00", "2026-10-24T12:00"])
def test_a_time_skipped_or_come_twice_is_one_turn(night: str) -> None:
    """Half past two is skipped on the one night and comes twice on the other."""
    at, turns = datetime.fromisoformat(night).replace(tzinfo=UTC), []
    for _ in range(4):
        at = schedules.next_moment("30 2 * * *", at, BERLIN).astimezone(UTC)
        turns.append(at)
    days = [turn.astimezone(BERLIN).date() for turn in turns]
    assert len(set(days)) == len(days), "no day has two turns"
    assert all(later > earlier for earlier, later in pairwise(turns))


@pytest.mark.parametrize(
    ("moment", "offset", "expected"),
    [
        ("2028-02-29", "1y", "2029-02-28"),
        ("2028-02-29", "4y", "2032-02-29"),
        ("2028-02-29", "-1y", "2027-02-28"),
        ("2028-03-01", "-1d", "2028-02-29"),
        ("2027-03-01", "-1d", "2027-02-28"),
        ("2028-02-29", "1d", "2028-03-01"),
        ("2028-02-22", "1w", "2028-02-29"),
    ],
)
def test_offsets_around_29_february(moment: str, offset: str, expected: str) -> None:
    found = moved(datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI), offset)
    assert found.date() == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("moment", "offset", "expected"),
    [
        ("2026-03-30T09:00", "-1d", "2026-03-29T09:00"),
        ("2026-03-28T09:00", "1d", "2026-03-29T09:00"),
        ("2026-10-24T09:00", "1d", "2026-10-25T09:00"),
    ],
)
def test_a_day_more_keeps_the_time_of_day_across_summer_time(
    moment: str, offset: str, expected: str
) -> None:
    found = moved(datetime.fromisoformat(moment).replace(tzinfo=BERLIN), offset)
    assert found == datetime.fromisoformat(expected).replace(tzinfo=BERLIN)
