"""Policies and targets renamed by an upgrade: their clocks go on, with all that they know."""

from __future__ import annotations

from typing import Any

import pytest

from tests.workflow.sla.desk import GOLD, OFFICE, PLAIN, Desk, at, desk_package
from tests.workflow.test_actions import notices
from typecase.errors import DefinitionsInvalid
from typecase.metadata.composing import compose
from typecase.metadata.service_levels import service_levels_of
from typecase.runtime import reading
from typecase.runtime.actors import SYSTEM
from typecase.workflow.sla import recomputing, viewing

REPLY, SOLVE = GOLD["targets"]  # type: ignore[misc]
SOLUTION = {**SOLVE, "name": "solution", "was": ["solve"]}  # type: ignore[has-type]
TO_SOLUTION = [{**each, "target": "solution"} for each in GOLD["escalations"]]  # type: ignore[attr-defined]
DIAMOND = {
    **GOLD, "name": "diamond", "was": ["gold"], "targets": [REPLY, SOLUTION],
    "escalations": TO_SOLUTION,
}  # type: ignore[dict-item]  # fmt: skip
ALL = {**PLAIN, "targets": [{**PLAIN["targets"][0], "name": "solution", "was": ["solve"]}]}  # type: ignore[index]


def rename(desk: Desk, *policies: Any, **more: Any) -> None:
    desk.install(desk_package(*(policies or (DIAMOND, ALL)), version="1.1.0", **more))


def shown(desk: Desk, id_: str) -> tuple[object, object]:
    with desk.workspace.read(SYSTEM) as unit:
        record = reading.get(unit, "ticket", id_)
    return record["solve_by"], record["solve_state"]


def test_a_running_clock_goes_on(desk: Desk) -> None:
    """It was paused for an hour and warned: neither is forgotten, nothing is done twice."""
    ticket = desk.gold_ticket()
    desk.later(hours=1)
    desk.change(ticket, status="waiting")
    desk.later(hours=1)
    desk.change(ticket, status="new")
    desk.go("2026-11-24 09:00")
    desk.work()
    before = desk.kept(ticket)["solve"]
    assert (before.due_at, before.fired) == (at("2026-11-24 10:00"), ("solve_80",))
    rename(desk)
    desk.later(minutes=1)
    desk.work()
    after = desk.kept(ticket)["solve"]
    assert (after.due_at, after.fired, after.policy) == (before.due_at, before.fired, "gold")
    desk.change(ticket, note="Looked at")
    assert shown(desk, ticket) == (before.due_at, "at_risk"), "a field still says “of: solve”"
    with desk.workspace.read(desk.ada) as unit:
        seen = {each.name: each for each in viewing.clocks(unit, "ticket", ticket)}
    assert seen["solution"].policy_name == "diamond"
    assert seen["solution"].is_paused is False
    desk.go("2026-11-24 11:00")
    desk.work()
    assert [text for _, text in notices(desk)] == ["Soon too late.", "Too late."]


def test_a_record_that_goes_to_another_policy_takes_its_clock_along(desk: Desk) -> None:
    """Also where only one of the policies has renamed its target."""
    ticket = desk.made("ticket", name="P", priority="normal")
    rename(desk, DIAMOND, PLAIN)
    desk.work()
    gold = desk.made("account", name="Acme", level="gold")
    desk.later(hours=1)
    desk.change(ticket, account=gold)
    desk.work()
    kept = desk.kept(ticket)
    assert kept["solve"].clock.started_at == at("2026-11-23 09:00")
    assert kept["solve"].policy == "gold"


def test_recomputing_finds_nothing_to_change_after_it(desk: Desk) -> None:
    desk.gold_ticket()
    desk.made("ticket", name="P")
    rename(desk)
    desk.later(minutes=1)
    desk.work()
    with desk.workspace.read(desk.admin) as unit:
        assert recomputing.preview(unit, "ticket").changed == 0


def test_translations_by_the_first_names_hold(desk: Desk) -> None:
    said = {"ticket/sla/gold": "金牌", "ticket/sla/gold/solve": "解决"}
    ticket = desk.gold_ticket()
    rename(desk, chinese=said)
    desk.later(minutes=1)
    desk.work()
    with desk.workspace.read(desk.ada) as unit:
        seen = {each.key: each for each in viewing.clocks(unit, "ticket", ticket)}["solve"]
        catalog = unit.catalog
    assert seen.target is not None and seen.policy is not None
    assert catalog.label(seen.target.id, seen.target.label, "zh") == "解决"
    assert catalog.label(seen.policy.id, seen.policy.label, "zh") == "金牌"


@pytest.mark.parametrize(
    "policies",
    [
        ({**DIAMOND, "targets": [REPLY, SOLUTION, SOLVE]}, ALL),
        (DIAMOND, {**ALL, "name": "gold"}),
    ],
)
def test_a_former_name_is_not_given_again(policies: tuple[Any, ...]) -> None:
    with pytest.raises(DefinitionsInvalid) as refused:
        compose([desk_package(*policies)], 1)
    assert "is a former name of" in str([each.text() for each in refused.value.problems])


def test_a_policy_may_name_a_calendar_as_it_was_called(desk: Desk) -> None:
    """The hours of a ticket that runs are the same: renaming a calendar moves no due time."""
    ticket = desk.gold_ticket()
    due = desk.kept(ticket)["solve"].due_at
    renamed = {**OFFICE, "name": "shanghai_office", "was": ["office"]}
    rename(desk, GOLD, PLAIN, calendars=[renamed])
    desk.later(minutes=1)
    desk.work()
    assert desk.kept(ticket)["solve"].due_at == due
    levels = service_levels_of(desk.workspace.catalog, "ticket")
    calendar = levels.policies[0].calendar
    assert calendar is not None and calendar.name == "shanghai_office"
    other = {**OFFICE, "name": "office"}
    with pytest.raises(DefinitionsInvalid, match="office is a former name of shanghai_office"):
        compose([desk_package(calendars=[renamed, other])], 1)
