"""Trying an approval out: the way, the people, the conditions; nothing is written."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.workflow.approvals.firm import Firm
from tests.workflow.approvals.graphs import LINE, approve, edge, end, graph, node, role, start, ways
from typecase.errors import AccessDenied, Conflict, NotFound, RecordInvalid, UnknownName
from typecase.runtime import saving
from typecase.runtime.storage import approval_tables
from typecase.runtime.storage.system_tables import notice
from typecase.workflow.approvals.simulating import Simulation, Wanted, asked_for, simulate

SPLIT = graph(
    [start(), node("mark", "action", do=[{"set": {"state": "'asked'"}}]),
     approve("first", role("boss")), node("much", "exclusive"),
     approve("second", role("head"), role("cfo"), mode="all"),
     node("tell", "notify", to=[role("cfo")]), end(state="'fine'"), end("rejected", state="'bad'")],
    [edge("submit", "mark"), edge("mark", "first"), *ways("first", "much"),
     edge("much", "second", when="amount > 500 and state == 'asked'"),
     edge("much", "tell", **{"else": True}), *ways("second", "tell"), edge("tell", "approved")],
    entry="amount > 0",
)  # fmt: skip


@pytest.fixture
def firm(database: str, tmp_path: Path) -> Iterator[Firm]:
    found = Firm(database, tmp_path, SPLIT)
    yield found
    found.close()


def tried(firm: Firm, who: str = "admin", **more: Any) -> Simulation:
    submitter = firm.who(more.pop("submitter", "ada")).id
    with firm.workspace.read(firm.who(who)) as unit:
        return simulate(unit, Wanted("expense", "review", submitter=submitter, **more))


def way(seen: Simulation) -> list[str]:
    return [stop.node.name for stop in seen.stops]


def people(firm: Firm, seen: Simulation, name: str) -> list[str]:
    stop = next(stop for stop in seen.stops if stop.node.name == name)
    return [firm.names[each.asked.person] for each in stop.people]


def test_typed_values_show_the_way_and_what_chose_it(firm: Firm) -> None:
    seen = tried(firm, values={"amount": "501"})
    assert way(seen) == ["submit", "mark", "first", "much", "second", "tell", "approved"]
    assert people(firm, seen, "second") == ["head", "cfo"]
    chosen = next(stop for stop in seen.stops if stop.node.name == "much").tried
    assert [(each.target, each.holds) for each in chosen] == [("second", True)]
    assert str(chosen[0].read["amount"]) == "501.00" and chosen[0].read["state"] == "asked"
    assert (seen.outcome, seen.is_offered) == ("approved", True)
    less = tried(firm, values={"amount": "500"})
    assert way(less) == ["submit", "mark", "first", "much", "tell", "approved"]
    assert [each.target for each in less.stops[3].tried] == ["second", "tell"]
    assert [firm.names[each] for each in less.stops[4].told] == ["cfo"]


def test_a_record_is_read_and_left_as_it_is(firm: Firm) -> None:
    with firm.workspace.write(firm.who("ada")) as unit:
        firm.expense = saving.create(unit, "expense", {"name": "Taxi", "amount": "900"})
    before = firm.stored("state", "amount", "version")
    assert "second" in way(tried(firm, record=firm.expense))
    assert "second" not in way(tried(firm, record=firm.expense, values={"amount": "1"}))
    assert firm.stored("state", "amount", "version") == before
    with firm.workspace.read(firm.who("admin")) as unit:
        for table in (approval_tables.case, approval_tables.graph, notice):
            assert unit.execute(sa.select(table)).first() is None


def test_a_rejection_is_tried_too(firm: Firm) -> None:
    seen = tried(firm, values={"amount": "900"}, answers={"second": "reject"})
    assert way(seen)[-1] == "rejected" and seen.outcome == "rejected"


def test_what_does_not_go_is_said(firm: Firm) -> None:
    assert not tried(firm, values={"amount": "0"}).is_offered
    with pytest.raises(RecordInvalid):
        tried(firm, values={"amount": "much"})
    with pytest.raises(UnknownName):
        tried(firm, values={"colour": "red"})
    with pytest.raises(NotFound):
        tried(firm, record="00000000-0000-7000-8000-00000000dead")
    with pytest.raises(AccessDenied):
        tried(firm, who="ada", values={"amount": "1"})
    with firm.workspace.read(firm.who("admin")) as unit, pytest.raises(NotFound):
        simulate(unit, Wanted("expense", "nothing"))
    with firm.workspace.read(firm.who("admin")) as unit, pytest.raises(Conflict):
        simulate(unit, Wanted("expense", values={"amount": "0"}))


def test_a_try_goes_the_way_a_case_goes(firm: Firm) -> None:
    """The same people at the same nodes, in the same order."""
    firm.submit(amount="900")
    seen = []
    while firm.state == "running":
        for person in firm.waiting():
            seen.append((firm.standing().case.open[0].node, person))
        firm.does(firm.waiting()[0], "approve")
    tries = tried(firm, values={"amount": "900"})
    for stop in tries.stops:
        for each in stop.people:
            assert (stop.node.name, firm.names[each.asked.person]) in seen
    assert [s.node for s in firm.standing().case.steps] == way(tries)


def test_thirty_nodes_take_less_than_a_blink(sqlite_database: str, tmp_path: Path) -> None:
    """Twenty people's steps, eight questions, start and ends; the best of five tries."""
    nodes, edges, last = [start()], [], "submit"
    for number in range(9):
        asked, question, extra = f"a{number}", f"q{number}", f"b{number}"
        nodes += [approve(asked, role("boss"), role("head"), mode="all"),
                  node(question, "exclusive"), approve(extra, role("cfo"))]  # fmt: skip
        edges += [edge(last, asked)] if last == "submit" else []
        following = f"a{number + 1}" if number < 8 else "approved"
        edges += [*ways(asked, question), edge(question, extra, when="amount > 10"),
                  edge(question, following, **{"else": True}), *ways(extra, following)]  # fmt: skip
        last = extra
    firm = Firm(
        sqlite_database,
        tmp_path,
        graph([*nodes, end(), end("rejected")], edges),
        LINE | {"name": "other"},
    )
    best = 1.0
    for _ in range(5):
        begun = time.perf_counter()
        seen = tried(firm, values={"amount": "11"})
        best = min(best, time.perf_counter() - begun)
    firm.close()
    assert len(seen.graph.nodes) == 30 and len(seen.stops) == 29
    assert best < 0.05, f"{best * 1000:.0f} ms"
    assert asked_for(seen.graph) == ("amount",)
