"""What is said of approval graphs that do not make sense: all of it at once, where it stands."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from tests.builders import a_field, a_package, an_object
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
from typecase.errors import DefinitionsInvalid
from typecase.metadata.approvals_parser import graphs_of
from typecase.metadata.catalog import Catalog
from typecase.metadata.composing import compose

ROLES = [{"name": "boss", "label": "Boss"}, {"name": "head", "label": "Head"}]


def catalog_of(*approvals: dict[str, Any]) -> Catalog:
    package = a_package(
        an_object("deal", a_field("state"), a_field("amount", "currency"), a_field("who", "user"),
                  approvals={"approvals": list(approvals)}),
        roles=ROLES,
    )  # fmt: skip
    return compose([package], 1)


def said(document: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(DefinitionsInvalid) as refused:
        catalog_of(document)
    problems = refused.value.problems
    assert {p.file.rpartition("/")[2] for p in problems} == {"approvals.json"}
    return [(p.pointer, p.text()) for p in problems]


def test_a_graph_is_read() -> None:
    [found] = graphs_of(catalog_of(LINE), "deal")
    assert found.start == "submit"
    assert found.nodes["first"].assignees[0].name == "boss"
    assert found.nodes["approved"].values[0].field == "state"
    assert found.lock is not None
    assert "approved" in found.reached("second")
    assert "first" not in found.reached("second")


def test_a_review_is_a_graph_of_one_step() -> None:
    review = {"by": role("boss"), "set": {"state": "'fine'"}, "editable": ["amount"]}
    [found] = graphs_of(catalog_of({"name": "r", "label": "R", "review": review}), "deal")
    assert [n.type for n in found.nodes.values()] == ["start", "approve", "end", "end"]
    assert found.nodes["review"].editable == ("amount",)


BRANCHES = graph(
    [start(), node("fork", "parallel"), approve("a", role("boss")), approve("b", role("head")),
     node("meet", "join"), end(), end("rejected")],
    [edge("submit", "fork"), edge("fork", "a"), edge("fork", "b"), *ways("a", "meet"),
     *ways("b", "meet"), edge("meet", "approved")],
)  # fmt: skip


def changed(document: dict[str, Any], **more: Any) -> dict[str, Any]:
    """``nodes``: name → what changes; ``edges``: the whole list; ``add``: nodes."""
    found = deepcopy(document)
    for each in found["nodes"]:
        each.update(more.get("nodes", {}).get(each["name"], {}))
    found["nodes"] += more.get("add", [])
    found["edges"] = more.get("edges", found["edges"])
    return found


WRONG: dict[str, tuple[dict[str, Any], list[str]]] = {
    "two starts": (
        changed(LINE, add=[start("again")]),
        ["A graph has one start; here are 2."],
    ),
    "no way to reject": (
        changed(LINE, edges=LINE["edges"][:2] + LINE["edges"][3:]),
        ["first needs one way on “reject”."],
    ),
    "nobody is asked, and a mode without its share": (
        changed(LINE, nodes={"first": {"assignees": [], "mode": "percent"}}),
        ["Nobody is asked at first.",
         "“percent” needs the mode percent, and the mode the percent."],
    ),
    "unreachable": (
        changed(LINE, add=[approve("lost", role("boss"))],
                edges=[*LINE["edges"], *ways("lost", "approved")]),
        ["No way leads to lost."],
    ),
    "no end": (
        changed(LINE, add=[node("trap", "acknowledge", assignees=[role("boss")])],
                edges=[*LINE["edges"][:1], *ways("first", "second", "trap"),
                       *ways("second", "approved"), edge("trap", "trap")]),
        ["No way leads from trap to an end."],
    ),
    "no else": (
        changed(LINE, add=[node("which", "exclusive")],
                edges=[edge("submit", "which"), edge("which", "first", when="amount > 5"),
                       edge("which", "second", when="amount > 9"), *LINE["edges"][1:]]),
        ["which needs one way for “else”."],
    ),
    "branches that never meet": (
        changed(BRANCHES, edges=[*BRANCHES["edges"][:3], *ways("a", "meet"),
                                 *ways("b", "approved"), edge("meet", "approved")]),
        ["The branches of fork never meet in one join.",
         "meet joins nothing: fewer than two ways lead to it."],
    ),
    "a circle without people": (
        changed(LINE, add=[node("on", "notify", to=[role("boss")]), node("which", "exclusive")],
                edges=[edge("submit", "on"), edge("on", "which"),
                       edge("which", "on", when="amount > 5"),
                       edge("which", "first", **{"else": True}), *LINE["edges"][1:]]),
        ["on is in a circle where nobody is asked.",
         "which is in a circle where nobody is asked."],
    ),
    "people nobody knows": (
        changed(LINE, nodes={"first": {"assignees": [role("bos"), {"levels": 2},
                                                     {"field": "amount"}]}}),
        ["There is no role bos. Did you mean boss?", "amount is no person.",
         "Say who by exactly one of: user, role, permission, manager_of, field, queue, "
         "chosen_by, expression."],
    ),
    "a wrong value at the end": (
        changed(LINE, nodes={"approved": {"set": {"amount": "'much'", "nothing": "1"}}}),
        ["The result is of type text; type number is needed. Use value(…).",
         "nothing: no such field on deal."],
    ),
    "both forms": (
        {**LINE, "review": {"by": role("boss")}},
        ["An approval is either nodes with edges, or a review."],
    ),
    "what means nothing": (
        changed(LINE, nodes={"first": {"outcome": "approved"}}),
        ["outcome means nothing to “approve”."],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_does_not_make_sense_is_said(case: str) -> None:
    document, expected = WRONG[case]
    found = said(document)
    assert not {message for _, message in found}.symmetric_difference(expected)
    assert all(pointer.startswith("/approvals/0") for pointer, _ in found)


def test_branches_that_meet_are_fine() -> None:
    assert graphs_of(catalog_of(BRANCHES), "deal")[0].reached("fork") >= {"meet", "rejected"}
