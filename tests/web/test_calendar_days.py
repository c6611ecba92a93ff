"""Days and hours as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from typecase.web.calendar_days import Day, Told, documents, merged, pasted, spans, spelled

FIRST, LAST = "2026-10-01", "2026-10-07"


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("2026-10-01", Day(FIRST)),
        ("2026-10-01 National Day", Day(FIRST, label="National Day")),
        ("  2026/10/1,National Day , 国庆节 ", Day(FIRST, label="National Day", other="国庆节")),
        ("2026-10-01\tNational Day\t国庆节", Day(FIRST, label="National Day", other="国庆节")),
        ("2026.10.1-2026.10.7: National Day", Day(FIRST, LAST, "National Day")),
        ("2026-10-01 – 2026-10-07; A", Day(FIRST, LAST, "A")),
        ("2026-10-01 to 2026-10-07, A", Day(FIRST, LAST, "A")),
        ("2026-10-01..2026-10-07, A", Day(FIRST, LAST, "A")),
        ("2026年10月1日至2026年10月7日 国庆节", Day(FIRST, LAST, "国庆节")),
        ("2026年10月1日国庆节", Day(FIRST, label="国庆节")),
        ("２０２６－１０－０１，国庆节", Day(FIRST, label="国庆节")),
        ("2026-10-01, Day of 1949", Day(FIRST, label="Day of 1949")),
    ],
)
def test_lines(line: str, day: Day) -> None:
    told = Told()
    assert pasted(line, "holidays", told) == (day,)
    assert told.problems == []


@pytest.mark.parametrize(
    "line",
    ["National Day", "10-01 National Day", "2026-10-01-07, A", "2026-13-01", "2026-10-011 A",
     "2026-10-07 – 2026-10-01", "2026-10-01, a, b, c", "2026-10-01 – soon", "0000-01-01",
     "2026-10-01, a\x00b", "2026-10-01, " + "x" * 81],
)  # fmt: skip
def test_lines_that_are_none_are_told_by_their_number(line: str) -> None:
    told = Told()
    assert pasted(f"\n2026-01-01\n{line}", "holidays", told) == (Day("2026-01-01"),)
    assert [each.data["line"] for each in told.problems] == [3]


@given(st.text(max_size=200))
def test_whatever_is_pasted_is_days_or_told(text: str) -> None:
    told = Told()
    days = pasted(text, "holidays", told)
    written = [line for line in text.splitlines() if line.strip()]
    assert len(days) + len(told.problems) == len(written)
    assert len(documents(days, "holidays", told)) == len(days)


def test_more_lines_than_anybody_needs() -> None:
    told = Told()
    assert pasted("2026-01-01\n" * 1001, "holidays", told) == ()
    assert len(told.problems) == 1


def test_a_day_that_is_there_is_called_as_the_line_says_and_doubles_stay_to_be_seen() -> None:
    known = [Day("2026-12-25", yearly=True, label="X", other="圣诞"), Day("2026-01-01"), Day()]
    found = merged(known, [Day("2026-12-25", "2026-12-26", "Christmas")])
    assert found[0].first == "2026-01-01"
    assert found[1] == Day("2026-12-25", "2026-12-26", "Christmas", "圣诞", yearly=True)
    assert len(merged([Day("2026-01-01"), Day("2026-01-01")], ())) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", []),
        ("9:00-18:00", [["09:00", "18:00"]]),
        ("09:00–12:00, 13:00–18:00", [["09:00", "12:00"], ["13:00", "18:00"]]),
        ("9:00 至 12:00；13：00～18：00", [["09:00", "12:00"], ["13:00", "18:00"]]),
        ("22:00–06:00", [["22:00", "06:00"]]),
        ("00:00–24:00", [["00:00", "24:00"]]),
    ],
)
def test_hours(text: str, said: list[list[str]]) -> None:
    told = Told()
    assert spans(text, "Monday", "hours.mon", told) == said
    assert told.problems == []
    assert spans(spelled(said), "Monday", "hours.mon", told) == said


@pytest.mark.parametrize(
    "text",
    ["nine", "9–18", "09:00", "24:30–25:00", "09:60–10:00", "09:00–12:00 or so", "8:00-9:00-10:00",
     "09:00–12:00, 11:00–13:00", "20:00–04:00, 22:00–23:00"],
)  # fmt: skip
def test_hours_that_are_none(text: str) -> None:
    told = Told()
    spans(text, "Monday", "hours.mon", told)
    assert [each.data["day"] for each in told.problems] == ["Monday"]
