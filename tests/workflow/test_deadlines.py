"""C8: whatever the clock does around it, and however many processes look, a deadline comes once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.workflow.office import Office
from tests.workflow.sla.desk import Desk
from tests.workflow.test_actions import got, notices
from tests.workflow.test_automations import a_deal
from typecase.bootstrap import runner_of
from typecase.workflow.runner import Runner

HOUR = timedelta(hours=1)
WALKS = {
    "forward and on": (HOUR, HOUR, HOUR),
    "forward, back, forward": (HOUR, -HOUR, HOUR, HOUR),
    "back first": (-HOUR, HOUR, HOUR, HOUR),
    "to and fro": (HOUR, -HOUR, HOUR, -HOUR, HOUR, HOUR),
    "after a week": (timedelta(days=7), -HOUR, HOUR),
}
"""Steps of the clock from half an hour before the deadline."""


def two(runners: list[Runner]) -> None:
    """Both processes do what they find, one after the other, until neither finds anything; their
    leases change hands."""
    while sum(runner.tick() for runner in runners):
        runners.reverse()


@pytest.fixture
def office(database: str, tmp_path: Path) -> Iterator[Office]:
    built = Office(database, tmp_path)
    yield built
    built.close()


@pytest.fixture
def desk(database: str, tmp_path: Path) -> Iterator[Desk]:
    built = Desk(database, tmp_path)
    yield built
    built.close()


@pytest.mark.parametrize("walk", WALKS)
def test_a_date_of_a_record_comes_once(office: Office, walk: str) -> None:
    """A day before the 24th is the midnight of the 23rd in Shanghai: 36 hours from noon."""
    a_deal(office, close_date="2026-11-24")
    runners = [runner_of(office.workspace) for _ in range(2)]
    two(runners)
    office.clock.advance(timedelta(hours=35, minutes=30))
    two(runners)
    assert notices(office) == []
    for step in WALKS[walk]:
        office.clock.advance(step)
        two(runners)
    assert notices(office) == [(office.ada.id, "Tomorrow!")]


@pytest.mark.parametrize("walk", WALKS)
def test_a_turn_of_a_schedule_comes_once(office: Office, walk: str) -> None:
    """Mondays at eight in Shanghai; a week later there is one turn more."""
    deal = a_deal(office, stage="talks")
    runners = [runner_of(office.workspace) for _ in range(2)]
    two(runners)
    office.clock.advance(timedelta(hours=43, minutes=30))
    two(runners)
    assert got(office, "deal", deal)["amount"] is None
    for step in WALKS[walk]:
        office.clock.advance(step)
        two(runners)
    assert got(office, "deal", deal)["amount"] == 1, "of a week that was slept through, too"


@pytest.mark.parametrize("walk", WALKS)
def test_an_escalation_comes_once(desk: Desk, walk: str) -> None:
    """80 % of eight business hours from Monday, nine o'clock: 16:24."""
    desk.gold_ticket()
    runners = [runner_of(desk.workspace) for _ in range(2)]
    two(runners)
    desk.go("2026-11-23 15:54")
    two(runners)
    assert notices(desk) == []
    for step in WALKS[walk]:
        desk.clock.advance(step)
        two(runners)
    told = [text for _, text in notices(desk)]
    assert told.count("Soon too late.") == 1
    assert told.count("Too late.") <= 1
