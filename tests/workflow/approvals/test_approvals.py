"""Approvals as people use them, on both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.workflow.approvals.firm import Firm, firm_package
from tests.workflow.approvals.graphs import (
    approve,
    edge,
    end,
    graph,
    node,
    role,
    start,
    ways,
)
from typecase.errors import AccessDenied, Conflict, Locked, NotFound
from typecase.runtime import explaining, installing, reading, recycle, saving
from typecase.workflow.approvals import deciding, submitting, viewing
from typecase.workflow.storage import asked_rows

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


ONE = [edge("submit", "first"), *ways("first", "approved")]


def one(*people: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A graph with one step."""
    of_graph = {k: more.pop(k) for k in ("lock", "on_withdraw", "submit") if k in more}
    nodes = [start(), approve("first", *people, **more), end(state="'fine'"),
             end("rejected", state="'bad'")]  # fmt: skip
    return graph(nodes, ONE, **of_graph)


def test_one_after_the_other_to_the_end(firm_of: Open) -> None:
    firm = firm_of()
    firm.submit()
    assert firm.waiting() == ["boss", "chief"]
    firm.does("chief", "approve", comment="Fine by me.")
    assert firm.waiting() == ["head"]
    firm.does("head", "approve")
    assert firm.state == "approved"
    assert firm.stored("state") == {"state": "fine"}


def test_the_second_of_two_learns_who_was_first(firm_of: Open) -> None:
    firm = firm_of()
    firm.submit()
    bosses, chiefs = firm.task("boss").id, firm.task("chief").id
    firm.does("boss", "reject")
    with pytest.raises(Conflict, match="Already decided by Boss"):
        firm.does("chief", "approve", task=chiefs)
    with pytest.raises(Conflict, match="Already decided by Boss"):
        firm.does("boss", "approve", task=bosses, version=1)
    assert firm.stored("state") == {"state": "bad"}


def test_nobody_else_decides_and_strangers_see_nothing(firm_of: Open) -> None:
    firm = firm_of()
    firm.submit()
    task = firm.task("boss").id
    with pytest.raises(AccessDenied):
        firm.does("ada", "approve", task=task)
    with pytest.raises(NotFound):
        firm.does("stranger", "approve", task=task)
    with pytest.raises(NotFound):
        firm.standing("stranger")
    assert firm.waiting() == ["boss", "chief"]


def test_who_is_asked_may_read_until_it_ends(firm_of: Open) -> None:
    firm = firm_of()
    firm.submit()

    def reads(login: str) -> bool:
        with firm.workspace.read(firm.who(login)) as unit:
            try:
                reading.stored(unit, "expense", firm.expense)
            except NotFound:
                return False
            return True

    assert (reads("boss"), reads("head"), reads("stranger")) == (True, False, False)
    with firm.workspace.read(firm.who("boss")) as unit:
        told = explaining.explain(unit, "expense", firm.expense)
        assert told.may("read")
        assert "asked about it in an approval" in str(told.document())
    firm.does("boss", "approve")
    assert reads("head")
    firm.does("head", "reject")
    assert not reads("boss")


def test_a_record_in_approval_is_locked_but_for_what_the_node_lists(firm_of: Open) -> None:
    firm = firm_of(one(role("boss"), editable=["code"]))
    firm.submit()

    def change(login: str, **values: Any) -> None:
        with firm.workspace.write(firm.who(login)) as unit:
            saving.update(unit, "expense", firm.expense, values)

    with pytest.raises(Locked, match="Note"):
        change("ada", note="Now")
    with pytest.raises(Locked):
        change("boss", note="Now", code="7")
    change("boss", code="7")
    with pytest.raises(Locked), firm.workspace.write(firm.who("ada")) as unit:
        recycle.delete(unit, "expense", firm.expense)
    firm.does("boss", "approve")
    change("ada", note="Later")
    assert firm.stored("code", "note", "state") == {"code": "7", "note": "Later", "state": "fine"}


def test_whoever_submitted_does_not_decide_unless_allowed(firm_of: Open) -> None:
    both = [role("rep"), role("boss")]
    firm = firm_of(one(*both, mode="all"))
    firm.submit()
    assert firm.waiting() == ["bob", "boss", "chief"]
    with pytest.raises(Conflict, match="submitted"):
        firm.does("boss", "delegate", to="ada")


def test_nobody_found_goes_to_the_fallback_then_to_administrators(firm_of: Open) -> None:
    firm = firm_of(one({"user": "ada"}, fallback=[role("head")]))
    firm.submit()
    assert firm.waiting() == ["head"]
    firm.submit("bob")
    assert firm.waiting() == ["ada"]


def test_administrators_are_the_last(firm_of: Open) -> None:
    firm = firm_of(one({"field": "who"}, {"user": "nobody"}))
    firm.submit()
    assert firm.waiting() == ["admin"]


def test_a_share_is_rounded_up(firm_of: Open) -> None:
    firm = firm_of(one(role("boss"), role("head"), role("rep"), mode="percent", percent=60))
    firm.submit()
    assert firm.waiting() == ["bob", "boss", "chief", "head"]
    firm.does("bob", "reject")
    firm.does("boss", "approve")
    firm.does("chief", "approve")
    assert firm.state == "running"
    firm.does("head", "approve")
    assert firm.state == "approved"


def test_withdrawing_puts_back_what_the_process_wrote(firm_of: Open) -> None:
    nodes = [start(), node("mark", "action", do=[{"set": {"state": "'sent'", "note": "'x'"}}]),
             approve("first", role("boss"), editable=["note"]), end(), end("rejected")]  # fmt: skip
    edges = [edge("submit", "mark"), edge("mark", "first"), *ways("first", "approved")]
    firm = firm_of(graph(nodes, edges, on_withdraw="restore"))
    firm.submit(state="draft", note="mine")
    assert firm.stored("state", "note") == {"state": "sent", "note": "x"}
    with firm.workspace.write(firm.who("boss")) as unit:
        saving.update(unit, "expense", firm.expense, {"note": "boss"})
    with pytest.raises(AccessDenied):
        firm.workspace.run(firm.who("boss"), lambda u: deciding.withdraw(u, firm.case))
    firm.workspace.run(firm.who("ada"), lambda unit: deciding.withdraw(unit, firm.case))
    assert firm.stored("state", "note") == {"state": "draft", "note": "boss"}
    assert firm.state == "withdrawn"


def test_returned_to_the_submitter_who_may_change_it_again(firm_of: Open) -> None:
    firm = firm_of()
    firm.submit()
    firm.does("boss", "approve")
    firm.does("head", "return", to="submitter", straight=True)
    assert firm.waiting() == ["ada"]
    with firm.workspace.write(firm.who("ada")) as unit:
        saving.update(unit, "expense", firm.expense, {"note": "Better"})
    firm.does("ada", "approve")
    assert firm.waiting() == ["head"]
    firm.does("head", "return", to="submitter")
    firm.does("ada", "approve")
    assert firm.waiting() == ["boss", "chief"]


def test_taken_back_while_nobody_has_acted_on_it(firm_of: Open) -> None:
    firm = firm_of()
    firm.submit()
    firm.does("boss", "approve")
    firm.workspace.run(firm.who("boss"), lambda unit: deciding.take_back(unit, firm.case))
    assert firm.waiting() == ["boss", "chief"]
    firm.does("boss", "approve")
    firm.does("head", "approve")
    with pytest.raises(Conflict, match="over"):
        firm.workspace.run(firm.who("boss"), lambda u: deciding.take_back(u, firm.case))


def test_a_submitter_picks_who_decides(firm_of: Open) -> None:
    firm = firm_of(one({"chosen_by": "submitter"}))
    firm.submit(chosen={"first": [firm.who("cfo").id]})
    assert firm.waiting() == ["cfo"]
    assert firm.standing("cfo").case.state == "running"


def test_one_record_is_in_one_approval(firm_of: Open) -> None:
    firm = firm_of()
    firm.submit()
    with pytest.raises(Conflict, match="already"):
        firm.workspace.run(
            firm.who("ada"), lambda unit: submitting.submit(unit, "expense", firm.expense)
        )


def test_two_press_at_once_and_one_of_them_wins(firm_of: Open) -> None:
    """K1."""
    firm = firm_of()
    firm.submit()
    tasks = {login: firm.task(login).id for login in ("boss", "chief")}
    ready = threading.Barrier(2)
    said: dict[str, str] = {}

    def press(login: str, decision: str) -> None:
        ready.wait()
        try:
            firm.does(login, decision, task=tasks[login])
            said[login] = "won"
        except Conflict as refused:
            said[login] = refused.text()

    pair = [threading.Thread(target=press, args=each) for each in
            (("boss", "approve"), ("chief", "reject"))]  # fmt: skip
    for each in pair:
        each.start()
    for each in pair:
        each.join()
    [winner] = [login for login, word in said.items() if word == "won"]
    [loser] = set(said) - {winner}
    assert said[loser].startswith(f"Already decided by {winner.title()}")
    assert firm.state == ("running" if winner == "boss" else "rejected")


def test_who_is_away_has_a_deputy_and_the_trail_names_both(firm_of: Open) -> None:
    firm = firm_of(one({"user": "boss"}))
    day = date(2026, 11, 21)
    with firm.workspace.write(firm.who("boss")) as unit:
        asked_rows.put_absence(unit, firm.who("boss").id, firm.who("cfo").id, day, day)
    firm.submit()
    assert firm.waiting() == ["cfo"]
    firm.does("cfo", "approve")
    with firm.workspace.read(firm.who("ada")) as unit:
        seen = viewing.look(unit, firm.case)
    line = next(each for each in seen.trail if each.verb == "approve")
    assert (seen.names[line.actor], seen.names[line.for_person or ""]) == ("Cfo", "Boss")


def away(firm: Firm, who: str, deputy: str) -> None:
    day = date(2026, 11, 21)
    with firm.workspace.write(firm.who(who)) as unit:
        asked_rows.put_absence(unit, firm.who(who).id, firm.who(deputy).id, day, day)


def test_deputies_who_stand_in_for_each_other_end_in_the_fallback(firm_of: Open) -> None:
    firm = firm_of(one({"user": "boss"}, {"user": "bob"}, mode="all", fallback=[role("head")]))
    away(firm, "boss", "chief")
    away(firm, "chief", "cfo")
    away(firm, "cfo", "boss")
    firm.submit()
    assert firm.waiting() == ["bob", "head"]
    with firm.workspace.read(firm.who("ada")) as unit:
        why = viewing.look(unit, firm.case).turns[0].why
    assert why == ("Named in the graph", "Nobody else was found: In the role Head")


def test_who_comes_round_to_nobody_without_a_fallback_goes_to_the_last(firm_of: Open) -> None:
    firm = firm_of(one({"user": "boss"}))
    away(firm, "boss", "chief")
    away(firm, "chief", "boss")
    away(firm, "admin", "boss")
    firm.submit()
    assert firm.waiting() == ["admin"]


def test_a_deputy_who_submitted_it_does_not_decide(firm_of: Open) -> None:
    firm = firm_of(one({"user": "boss"}))
    day = date(2026, 11, 21)
    with firm.workspace.write(firm.who("boss")) as unit:
        asked_rows.put_absence(unit, firm.who("boss").id, firm.who("ada").id, day, day)
    firm.submit()
    assert firm.waiting() == ["admin"]


def test_a_case_keeps_the_graph_it_began_with(firm_of: Open) -> None:
    firm = firm_of()
    firm.submit()
    installing.install(firm.workspace, [firm_package(one(role("cfo")))])
    firm.does("boss", "approve")
    assert firm.waiting() == ["head"]
    firm.does("head", "approve")
    firm.submit()
    assert firm.waiting() == ["cfo"]
