"""A policy tried out says beforehand what real clocks then do."""

from __future__ import annotations

import pytest

from tests.workflow.sla.desk import Desk, at
from typecase.errors import AccessDenied, NotFound
from typecase.runtime.actors import Actor
from typecase.workflow import runs
from typecase.workflow.sla import forecasting
from typecase.workflow.sla.forecasting import Line, Wanted

Happening = tuple[str, str]


def told(desk: Desk, wanted: Wanted, who: Actor | None = None, name: str = "gold") -> list[Line]:
    with desk.workspace.read(who or desk.admin) as unit:
        policy = forecasting.policy_of(unit, "ticket", name)
        return list(forecasting.forecast(unit, policy, wanted))


def happenings(line: Line) -> list[Happening]:
    zone = at("2026-11-23 09:00").tzinfo
    return [(f"{mark.at.astimezone(zone):%m-%d %H:%M}", mark.kind) for mark in line.marks]


def test_warnings_and_end_without_and_with_a_pause(desk: Desk) -> None:
    """Eight hours of office time; 80 % are six hours and 24 minutes."""
    began = at("2026-11-23 09:00")
    reply, solve = told(desk, Wanted(began, {"priority": "urgent"}))
    assert happenings(reply) == [("11-23 09:00", "starts"), ("11-23 09:30", "due")]
    assert happenings(solve) == [
        ("11-23 09:00", "starts"), ("11-23 16:24", "escalates"),
        ("11-23 18:00", "escalates"), ("11-23 18:00", "due"),
    ]  # fmt: skip
    pause = (at("2026-11-23 11:00"), at("2026-11-23 17:00"))
    _, paused = told(desk, Wanted(began, {"priority": "urgent"}, *pause))
    assert happenings(paused) == [
        ("11-23 09:00", "starts"), ("11-23 11:00", "pauses"), ("11-23 17:00", "goes_on"),
        ("11-24 13:24", "escalates"), ("11-24 15:00", "escalates"), ("11-24 15:00", "due"),
    ]  # fmt: skip
    over_the_warning = (at("2026-11-23 17:00"), at("2026-11-24 09:30"))
    _, late = told(desk, Wanted(began, {"priority": "urgent"}, *over_the_warning))
    assert ("11-23 16:24", "escalates") in happenings(late), "what came before the pause stays"
    assert happenings(late)[-1] == ("11-24 10:30", "due")
    after = (at("2026-11-24 09:00"), at("2026-11-24 10:00"))
    assert told(desk, Wanted(began, {"priority": "urgent"}, *after))[1] == solve, (
        "too late to matter"
    )


def test_a_value_without_a_time_promises_nothing(desk: Desk) -> None:
    reply, _ = told(desk, Wanted(at("2026-11-23 09:00"), {"priority": "low"}))
    assert reply.marks == ()


def test_real_clocks_do_the_same(desk: Desk) -> None:
    began = at("2026-11-23 09:00")
    pause = (at("2026-11-23 11:00"), at("2026-11-23 17:00"))
    _, solve = told(desk, Wanted(began, {"priority": "urgent"}, *pause))
    ticket = desk.gold_ticket()
    desk.go("2026-11-23 11:00")
    desk.change(ticket, status="waiting")
    desk.go("2026-11-23 17:00")
    desk.change(ticket, status="new")
    assert desk.kept(ticket)["solve"].due_at == solve.marks[-1].at
    for mark in solve.marks:
        if mark.escalation is None:
            continue
        desk.clock.advance(mark.at - desk.clock.now())
        desk.work()
        with desk.workspace.read(desk.admin) as unit:
            last = next(iter(runs.find(unit)))
        assert last.automation == f"ticket.gold.{mark.escalation.name}"
        assert last.at == mark.at


def test_for_designers_alone_and_only_what_there_is(desk: Desk) -> None:
    wanted = Wanted(at("2026-11-23 09:00"), {"priority": "urgent"})
    with pytest.raises(AccessDenied):
        told(desk, wanted, desk.ada)
    with pytest.raises(NotFound):
        told(desk, wanted, name="bronze")
    with desk.workspace.read(desk.admin) as unit, pytest.raises(NotFound):
        forecasting.policy_of(unit, "account", None)
