"""Who is away, and what becomes of what is asked of somebody who leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.workflow.approvals.firm import Firm
from tests.workflow.approvals.graphs import LINE, approve, edge, end, graph, role, start, ways
from typecase.errors import AccessDenied, Conflict, NotFound, RecordInvalid
from typecase.runtime import handing, users
from typecase.workflow.approvals import absences, viewing

TODAY = date(2026, 11, 21)
DAY = timedelta(days=1)
Open = Callable[..., Firm]


@pytest.fixture
def firm_of(database: str, tmp_path: Path) -> Iterator[Open]:
    opened: list[Firm] = []

    def make(*graphs: dict[str, Any]) -> Firm:
        opened.append(Firm(database, tmp_path, *graphs))
        return opened[0]

    yield make
    for each in opened:
        each.close()


def one(*people: dict[str, Any], **more: Any) -> dict[str, Any]:
    nodes = [start(), approve("first", *people, **more), end(), end("rejected")]
    return graph(nodes, [edge("submit", "first"), *ways("first", "approved")])


def away(firm: Firm, who: str, deputy: str, by: str | None = None, **more: Any) -> str:
    since, until = more.pop("since", TODAY), more.pop("until", TODAY)
    return firm.workspace.run(
        firm.who(by or who),
        lambda unit: absences.add(
            unit, firm.who(who).id, firm.who(deputy).id, since, until, **more
        ),
    )


def test_an_absence_begins_and_ends_by_its_days(firm_of: Open) -> None:
    firm = firm_of(one({"user": "boss"}))
    away(firm, "boss", "cfo", since=TODAY + DAY, until=TODAY + 2 * DAY)
    firm.submit()
    assert firm.waiting() == ["boss"]
    firm.clock.advance(timedelta(days=2))
    firm.submit()
    assert firm.waiting() == ["cfo"]
    firm.clock.advance(timedelta(days=1))
    firm.submit()
    assert firm.waiting() == ["boss"]
    with firm.workspace.read(firm.who("boss")) as unit:
        assert [each.is_over for each in absences.of_person(unit, firm.who("boss").id)] == [True]


def test_what_makes_no_sense_is_named(firm_of: Open) -> None:
    firm = firm_of()
    away(firm, "boss", "cfo")
    for told, field in (
        ({"since": TODAY, "until": TODAY - DAY}, "until"),
        ({"since": TODAY - 9 * DAY, "until": TODAY - DAY}, "until"),
        ({"since": TODAY, "until": TODAY + 400 * DAY}, "until"),
        ({"since": TODAY - DAY, "until": TODAY + DAY}, "since"),
        ({"since": None, "until": TODAY}, "since"),
    ):
        with pytest.raises(RecordInvalid) as refused:
            away(firm, "boss", "cfo", **told)
        assert [p.field for p in refused.value.problems] == [field]
    with pytest.raises(RecordInvalid):
        away(firm, "chief", "chief")


def test_one_enters_ones_own_absence_and_administrators_those_of_others(firm_of: Open) -> None:
    firm = firm_of()
    with pytest.raises(AccessDenied):
        away(firm, "boss", "cfo", by="bob")
    with firm.workspace.read(firm.who("bob")) as unit, pytest.raises(AccessDenied):
        absences.of_person(unit, firm.who("boss").id)
    id_ = away(firm, "boss", "cfo", by="admin")
    with firm.workspace.write(firm.who("bob")) as unit, pytest.raises(NotFound):
        absences.end(unit, unit.actor.id, id_)
    with firm.workspace.write(firm.who("boss")) as unit:
        absences.end(unit, unit.actor.id, id_)
    firm.submit()
    assert firm.waiting() == ["boss", "chief"]


def test_what_waits_already_may_go_along(firm_of: Open) -> None:
    firm = firm_of(one({"user": "boss"}))
    firm.submit()
    away(firm, "boss", "ada", waiting=True)
    assert firm.waiting() == ["boss"], "whoever submitted it does not decide in their place"
    with firm.workspace.write(firm.who("boss")) as unit:
        absences.end(unit, unit.actor.id, absences.of_person(unit, unit.actor.id)[0].id)
    away(firm, "boss", "cfo", waiting=True)
    assert firm.waiting() == ["cfo"]
    firm.does("cfo", "approve")
    with firm.workspace.read(firm.who("ada")) as unit:
        seen = viewing.look(unit, firm.case)
    told = [(x.verb, seen.names.get(x.data.get("to") or x.for_person or "")) for x in seen.trail]
    assert ("pass_on", "Cfo") in told and ("approve", "Boss") in told


def leaves(firm: Firm, who: str) -> None:
    firm.workspace.run(firm.who("admin"), lambda unit: users.disable(unit, firm.who(who).id))


def test_who_is_one_of_several_drops_out(firm_of: Open) -> None:
    firm = firm_of(LINE)
    firm.submit()
    leaves(firm, "boss")
    assert firm.waiting() == ["chief"]
    firm.does("chief", "reject")
    assert firm.state == "rejected"


def test_nothing_is_decided_because_somebody_leaves(firm_of: Open) -> None:
    """All have to agree: the place of who leaves is taken, not dropped."""
    firm = firm_of(one(role("boss"), mode="all", fallback=[role("head")]))
    firm.submit()
    firm.does("chief", "approve")
    leaves(firm, "boss")
    assert (firm.state, firm.waiting()) == ("running", ["head"])
    with firm.workspace.read(firm.who("ada")) as unit:
        assert "In place of Boss" in viewing.look(unit, firm.case).turns[0].why
    firm.does("head", "approve")
    assert firm.state == "approved"


def test_a_task_without_fallback_goes_to_the_last_and_parked_ones_stay_parked(
    firm_of: Open,
) -> None:
    firm = firm_of(LINE)
    firm.submit()
    firm.does("boss", "approve")
    firm.does("head", "return", to="first", straight=True)
    leaves(firm, "head")
    assert firm.waiting() == ["boss", "chief"]
    firm.does("chief", "approve")
    assert firm.waiting() == ["admin"]


def test_a_hand_over_moves_the_tasks_to_who_takes_over(firm_of: Open) -> None:
    firm = firm_of(one({"user": "boss"}))
    firm.submit()
    admin, boss, cfo = (firm.who(each).id for each in ("admin", "boss", "cfo"))
    moved = firm.workspace.run(firm.who("admin"), lambda unit: handing.hand_over(unit, boss, cfo))
    assert (moved, firm.waiting()) == (1, ["cfo"])
    assert (
        firm.workspace.run(firm.who("admin"), lambda unit: handing.hand_over(unit, boss, cfo)) == 0
    )
    with pytest.raises(Conflict):
        firm.does("boss", "approve", task=firm.task("boss").id)
    assert admin not in {task.person for task in firm.standing().case.tasks}
