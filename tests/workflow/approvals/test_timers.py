"""Steps that are overdue, waits that are over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.workflow.approvals.firm import Firm
from tests.workflow.approvals.graphs import approve, edge, end, graph, node, role, start, ways
from typecase.bootstrap import runner_of
from typecase.metadata.calendars import read_calendar
from typecase.runtime import saving
from typecase.workflow.approvals.periods import due

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("period", "since", "expected"),
    [
        ("30m", "2026-11-20T17:45", "2026-11-20T18:15"),
        ("3d", "2026-11-20T17:45", "2026-11-23T17:45"),
        ("8 business hours", "2026-11-20T17:00", "2026-11-23T16:00"),
        ("1 business hour", "2026-11-21T12:00", "2026-11-23T10:00"),
        ("2 business days", "2026-11-19T09:00", "2026-11-20T18:00"),
        ("9 business hours", "2026-11-20T03:00", "2026-11-20T18:00"),
    ],
)
def test_when_a_period_is_over(period: str, since: str, expected: str) -> None:
    begun = datetime.fromisoformat(since).replace(tzinfo=SHANGHAI).astimezone(UTC)
    ended = datetime.fromisoformat(expected).replace(tzinfo=SHANGHAI)
    assert due(period, begun, SHANGHAI) == ended


@pytest.fixture
def firm_with(database: str, tmp_path: Path) -> Iterator[Any]:
    opened: list[Firm] = []

    def make(**first: Any) -> Firm:
        pause = node("pause", "wait", until="note == 'go'")
        asked = approve("first", role("boss"), due="2h", **first)
        nodes = [start(), pause, asked, end(), end("rejected")]
        edges = [edge("submit", "pause"), edge("pause", "first"), *ways("first", "approved")]
        opened.append(Firm(database, tmp_path, graph(nodes, edges, lock=False)))
        return opened[0]

    yield make
    for each in opened:
        each.close()


def pass_time(firm: Firm, hours: float) -> None:
    firm.clock.advance(timedelta(hours=hours))
    runner = runner_of(firm.workspace)
    runner.planners = ()
    while runner.tick():
        pass


def begun(firm: Firm) -> None:
    """A case that has waited until its record said so."""
    firm.submit()
    pass_time(firm, 0.5)
    assert firm.waiting() == []
    with firm.workspace.write(firm.who("ada")) as unit:
        saving.update(unit, "expense", firm.expense, {"note": "go"})
    pass_time(firm, 0.5)
    assert firm.waiting() == ["boss", "chief"]


def test_overdue_is_asked_of_somebody_else(firm_with: Any) -> None:
    firm = firm_with(overdue={"escalate": role("head"), "remind": True})
    begun(firm)
    pass_time(firm, 1)
    assert firm.waiting() == ["boss", "chief"]
    pass_time(firm, 1.1)
    assert firm.waiting() == ["chief", "head"]


def test_overdue_decides_by_itself(firm_with: Any) -> None:
    firm = firm_with(overdue={"decide": "reject"})
    begun(firm)
    pass_time(firm, 2.1)
    assert firm.state == "rejected"


def test_business_time_is_that_of_a_calendar() -> None:
    """Saturdays from ten to noon: one idea of business time, whoever counts."""
    weekend = {"name": "sat", "label": "Saturdays", "zone": "Asia/Shanghai", "default": True,
               "hours": {"sat": [["10:00", "12:00"]]}}  # fmt: skip
    calendar = read_calendar(weekend)
    since = datetime(2026, 11, 20, 9, tzinfo=SHANGHAI)
    assert due("1 business hour", since, SHANGHAI, calendar).isoformat()[:16] == "2026-11-21T11:00"
    assert due("1 business day", since, SHANGHAI, calendar).isoformat()[:16] == "2026-11-21T12:00"
    assert due("3h", since, SHANGHAI, calendar) == since + timedelta(hours=3), "every hour"
