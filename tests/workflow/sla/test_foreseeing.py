"""What is said beforehand is what happens: clocks in every state, before and after publishing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.workflow.sla.desk import GOLD, OFFICE, PLAIN, Desk, desk_package
from typecase.errors import AccessDenied
from typecase.metadata.composing import compose
from typecase.metadata.sources import PackageSource
from typecase.runtime.actors import SYSTEM
from typecase.workflow.business_hours import NeverOver
from typecase.workflow.sla import foreseeing, recomputing, timers
from typecase.workflow.sla.recomputing import Preview

LATE = {**OFFICE, "hours": {day: [["13:00", "21:00"]] for day in ("mon", "tue", "wed", "thu")}}
FREE = {**OFFICE, "holidays": [{"date": "2026-11-23", "to": "2026-11-25"}]}
RELABELLED = {**OFFICE, "label": "Hours of the office"}


def later(calendar: dict[str, Any]) -> PackageSource:
    return desk_package(GOLD, PLAIN, calendars=[calendar], version="1.1.0")


def foreseen(desk: Desk, calendar: dict[str, Any], again: bool = False) -> dict[str, Preview]:
    with desk.workspace.read(desk.admin) as unit:
        after = compose([later(calendar)], unit.catalog.version + 1)
        return dict(foreseeing.foreseen(unit, after, again))


def some(desk: Desk) -> list[str]:
    """Late, paused, met, in the bin, by every hour, with little and much time."""
    late, paused, met, fresh = (desk.gold_ticket() for _ in range(4))
    plain = desk.made("ticket", name="P")
    desk.go("2026-11-23 11:15")
    desk.change(paused, status="waiting")
    desk.change(met, status="done")
    desk.go("2026-11-24 10:00")
    urgent = desk.gold_ticket(priority="urgent")
    desk.work()
    return [late, paused, met, fresh, urgent, plain]


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("calendar", [LATE, FREE, RELABELLED])
def test_it_happens_as_it_was_said(desk: Desk, calendar: dict[str, Any], again: bool) -> None:
    tickets = some(desk)
    before = {(t, k): kept.due_at for t in tickets for k, kept in desk.kept(t).items()}
    told = foreseen(desk, calendar, again)["ticket"]
    desk.install(later(calendar))
    desk.workspace.run(SYSTEM, timers.plan)
    if again:
        with desk.workspace.write(desk.admin) as unit:
            recomputing.start(unit, "ticket")
    desk.work()
    after = {(t, k): kept.due_at for t in tickets for k, kept in desk.kept(t).items()}
    changed = {key: (due, after[key]) for key, due in before.items() if after[key] != due}
    said = {(d.record, d.target): (d.due_before, d.due_after) for d in told.examples}
    assert said == changed
    assert told.changed == len(changed)
    assert (not changed) == (calendar is RELABELLED)


def test_nothing_is_written(desk: Desk) -> None:
    tickets = some(desk)
    before = [desk.kept(each) for each in tickets]
    foreseen(desk, LATE)
    foreseen(desk, LATE, again=True)
    assert [desk.kept(each) for each in tickets] == before


def test_where_nothing_changes_nothing_is_said(desk: Desk) -> None:
    some(desk)
    assert foreseen(desk, dict(OFFICE)) == {}


def test_a_calendar_without_an_end_is_refused(desk: Desk) -> None:
    desk.gold_ticket()
    closed = {**OFFICE, "holidays": [{"date": "2026-11-23", "to": "2999-12-31"}]}
    with pytest.raises(NeverOver):
        foreseen(desk, {**closed, "work_days": []})


def test_who_may_not(desk: Desk) -> None:
    with desk.workspace.read(desk.ada) as unit, pytest.raises(AccessDenied):
        foreseeing.foreseen(unit, unit.catalog)
