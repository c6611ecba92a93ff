"""Running cases go over to a newer version of their graph, on both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.workflow.approvals.firm import Firm, firm_package
from tests.workflow.approvals.graphs import (
    LINE,
    approve,
    edge,
    end,
    graph,
    node,
    role,
    start,
    ways,
)
from tests.workflow.approvals.test_timers import pass_time
from typecase.errors import AccessDenied, Conflict, NotFound
from typecase.runtime import audit, installing
from typecase.runtime.actors import SYSTEM
from typecase.runtime.audit import Wanted
from typecase.runtime.storage.approval_tables import trail
from typecase.workflow.approvals import deciding, versions, viewing
from typecase.workflow.approvals.versions import Older, Preview

Document = dict[str, Any]
Open = Callable[..., Firm]


@pytest.fixture
def firm_of(database: str, tmp_path: Path) -> Iterator[Open]:
    opened: list[Firm] = []

    def make(*graphs: Document) -> Firm:
        opened.append(Firm(database, tmp_path, *graphs))
        return opened[0]

    yield make
    for each in opened:
        each.close()


def line(*people: Document, second: str = "second", **first: Any) -> Document:
    """Two steps; of the first one ``people`` are asked."""
    nodes = [start(), approve("first", *people, **first), approve(second, role("head")),
             end(state="'fine'"), end("rejected", state="'bad'")]  # fmt: skip
    return graph(
        nodes, [edge("submit", "first"), *ways("first", second), *ways(second, "approved")]
    )


def publish(firm: Firm, document: Document) -> None:
    installing.install(firm.workspace, [firm_package(document)])


def listed(firm: Firm) -> list[Older]:
    with firm.workspace.read(firm.who("admin")) as unit:
        return list(versions.older(unit, "expense", "review").items)


def preview(firm: Firm) -> Preview:
    with firm.workspace.read(firm.who("admin")) as unit:
        return versions.preview(unit, firm.case)


def move(firm: Firm, number: int | None = None, by: str = "admin") -> None:
    firm.workspace.run(firm.who(by), lambda unit: versions.move(unit, firm.case, number))


def test_a_case_goes_over_and_who_is_asked_follows_the_new_version(firm_of: Open) -> None:
    firm = firm_of(LINE)
    firm.submit()
    assert listed(firm) == []
    publish(firm, line({"user": "chief"}, {"user": "cfo"}))
    [found] = listed(firm)
    assert (found.id, found.reason, found.places[0].label) == (firm.case, None, "First")
    assert firm.waiting() == ["boss", "chief"], "nothing goes over by itself"
    [(place, _)] = preview(firm).asked
    assert [firm.names[each] for each in place.people] == ["chief", "cfo"]
    assert firm.waiting() == ["boss", "chief"], "looking changes nothing"
    kept = firm.task("chief").id
    move(firm, found.number)
    assert firm.waiting() == ["cfo", "chief"] and listed(firm) == []
    with pytest.raises(Conflict, match="not your turn"):
        firm.does("boss", "approve", task=firm.task("boss").id)
    firm.does("chief", "approve", task=kept)
    assert firm.waiting() == ["head"]
    firm.does("head", "approve")
    assert firm.stored("state") == {"state": "fine"}


def test_what_was_decided_still_counts(firm_of: Open) -> None:
    firm = firm_of(line({"user": "boss"}, {"user": "chief"}, {"user": "cfo"}, mode="all"))
    firm.submit()
    firm.does("boss", "approve")
    firm.does("chief", "delegate", to="bob")
    publish(firm, line({"user": "chief"}, {"user": "head"}, mode="all"))
    move(firm)
    assert firm.waiting() == ["bob", "head"], "bob decides for chief, cfo is asked no more"
    firm.does("bob", "approve")
    assert firm.waiting() == ["head"]
    firm.does("boss", "comment", comment="Mine still stands.")
    publish(firm, line({"user": "chief"}, mode="all"))
    assert preview(firm).asked[0][0].label == "Second", "that is all who are needed now"
    move(firm)
    assert [s.node for s in firm.standing().case.open] == ["second"]


def test_where_it_stands_has_to_be_there(firm_of: Open) -> None:
    firm = firm_of(LINE)
    firm.submit()
    firm.does("boss", "approve")
    publish(firm, line(role("boss"), second="last"))
    [found] = listed(firm)
    said = "“Second”, where it stands, is not in the new version."
    assert str(found.reason and found.reason.text()) == said
    for act in (preview, move):
        with pytest.raises(Conflict, match="is not in the new version"):
            act(firm)
    reads = [start(), approve("first", role("boss")), node("second", "acknowledge",
             assignees=[role("head")]), end(), end("rejected")]  # fmt: skip
    ways_on = [edge("submit", "first"), *ways("first", "second"), edge("second", "approved")]
    publish(firm, graph(reads, ways_on))
    with pytest.raises(Conflict, match="another kind of step"):
        move(firm)
    firm.does("head", "approve")
    assert firm.state == "approved", "it goes on by the version it has"


def test_a_branch_is_not_left_behind(firm_of: Open) -> None:
    steps = [approve("first", role("boss")), approve("second", role("head"))]
    ends = [end(), end("rejected")]
    forked = graph(
        [start(), node("fork", "parallel"), *steps, node("met", "join"), *ends],
        [edge("submit", "fork"), edge("fork", "first"), edge("fork", "second"),
         *ways("first", "met"), *ways("second", "met"), edge("met", "approved")],
    )  # fmt: skip
    firm = firm_of(forked)
    firm.submit()
    assert firm.waiting() == ["boss", "chief", "head"]
    publish(firm, LINE)
    with pytest.raises(Conflict, match="branches around “First” are others"):
        move(firm)
    publish(firm, {**forked, "nodes": [*forked["nodes"][:2], approve("first", role("cfo")),
                                       *forked["nodes"][3:]]})  # fmt: skip
    firm.does("head", "approve")
    move(firm)
    assert firm.waiting() == ["cfo"]
    firm.does("cfo", "approve")
    assert firm.state == "approved", "the branches meet"


def test_steps_that_are_gone_are_remembered_by_their_names(firm_of: Open) -> None:
    firm = firm_of(LINE)
    firm.submit()
    firm.does("boss", "approve")
    only = [start(), approve("second", role("head")), end(state="'fine'"), end("rejected")]
    publish(firm, graph(only, [edge("submit", "second"), *ways("second", "approved")]))
    move(firm)
    with firm.workspace.read(firm.who("boss")) as unit:
        seen = viewing.look(unit, firm.case)
    assert [(each.verb, each.label) for each in seen.trail] == [
        ("submit", ""), ("approve", "First"), ("move", ""),
    ]  # fmt: skip
    assert viewing.returns(seen.standing, firm.task("head")) == ("submitter",)
    with pytest.raises(Conflict, match="gone over to a new version"):
        firm.workspace.run(firm.who("boss"), lambda unit: deciding.take_back(unit, firm.case))
    firm.does("head", "return", to="submitter")
    firm.does("ada", "approve")
    firm.does("head", "approve")
    assert firm.stored("state") == {"state": "fine"}


def test_the_trail_and_the_audit_say_so_and_only_say_more(firm_of: Open) -> None:
    firm = firm_of(LINE)
    firm.submit()
    was = firm.standing().digest

    def lines() -> list[dict[str, Any]]:
        with firm.workspace.read(firm.who("admin")) as unit:
            statement = sa.select(trail).where(trail.c.case == firm.case).order_by(trail.c.id)
            return [dict(row) for row in unit.execute(statement).mappings()]

    before = lines()
    publish(firm, line(role("cfo")))
    move(firm)
    after = lines()
    assert after[: len(before)] == before
    [moved] = after[len(before) :]
    assert moved["actor"] == firm.who("admin").id and moved["graph"] != was
    assert moved["data"] == {"was": was[:12], "nodes": ["first"]}
    with firm.workspace.read(SYSTEM) as unit:
        [entry] = audit.find(unit, Wanted(kinds=("case_moved",)))
    assert entry.data["case"] == firm.case and entry.data["was"] == was[:12]


def test_who_may_not_and_what_is_over(firm_of: Open) -> None:
    firm = firm_of(LINE)
    firm.submit()
    publish(firm, line(role("cfo")))
    for login in ("ada", "boss"):
        with pytest.raises(AccessDenied):
            move(firm, by=login)
        with firm.workspace.read(firm.who(login)) as unit, pytest.raises(AccessDenied):
            versions.older(unit, "expense", "review")
        with firm.workspace.read(firm.who(login)) as unit, pytest.raises(AccessDenied):
            versions.preview(unit, firm.case)
    with firm.workspace.read(firm.who("admin")) as unit, pytest.raises(NotFound):
        versions.older(unit, "expense", "another")
    number = firm.standing().case.number
    firm.does("boss", "add_signer", to="bob")
    with pytest.raises(Conflict, match="moved on meanwhile"):
        move(firm, number)
    firm.workspace.run(firm.who("ada"), lambda unit: deciding.withdraw(unit, firm.case))
    with pytest.raises(Conflict, match="is over"):
        move(firm)


def test_two_at_once_and_a_decision_between(firm_of: Open) -> None:
    firm = firm_of(LINE)
    firm.submit()
    publish(firm, line(role("boss"), role("cfo")))
    ready, said = threading.Barrier(3), list[str]()

    def press(act: Callable[[], object]) -> None:
        ready.wait()
        try:
            act()
            said.append("done")
        except Conflict as refused:
            said.append(refused.text())

    task = firm.task("boss").id
    acts = (
        lambda: move(firm), lambda: move(firm), lambda: firm.does("boss", "approve", task=task)
    )  # fmt: skip
    threads = [threading.Thread(target=press, args=(act,)) for act in acts]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(said) == [
        "It runs on the published version of its graph already.",
        "done",
        "done",
    ]
    assert firm.waiting() == ["head"]


def test_the_old_timer_finds_nothing_more_to_do(firm_of: Open) -> None:
    firm = firm_of(line(role("boss"), due="2h", overdue={"decide": "reject"}))
    firm.submit()
    publish(firm, line(role("boss"), due="5h", overdue={"decide": "approve"}))
    move(firm)
    pass_time(firm, 3)
    assert firm.waiting() == ["boss", "chief"]
    pass_time(firm, 3)
    assert firm.waiting() == ["head"]
