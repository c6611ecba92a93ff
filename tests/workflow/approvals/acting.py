"""Random acts on a case, done to the model and to something that ought to agree with it."""

from __future__ import annotations

from typing import Any, Protocol

import hypothesis.strategies as st

from tests.workflow.approvals.graphs import edge, end, graph, node, start, ways
from tests.workflow.approvals.model import Model, Process, Refused, Rule
from typecase.errors import Conflict

PEOPLE = ("bob", "boss", "chief", "head", "cfo", "stranger", "admin")
SUBMITTER = "ada"
PROCESSES: tuple[Process, ...] = (
    ["a", "b", "c"],
    ["a", (["b", "c"], ["d"]), "e"],
    [(["a"], ["b", (["c"], ["d"])]), "e"],
)
rules = st.builds(
    Rule,
    st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=4, unique=True).map(tuple),
    st.sampled_from(["any", "all", "sequence", "percent"]),
    st.sampled_from([34, 50, 60, 100]),
)


def some_rules(process: Process) -> st.SearchStrategy[dict[str, Rule]]:
    return st.fixed_dictionaries(dict.fromkeys(names_in(process), rules))


def names_in(process: Process) -> list[str]:
    found: list[str] = []
    for item in process:
        found += [item] if isinstance(item, str) else [n for line in item for n in names_in(line)]
    return found


def as_graph(process: Process, told: dict[str, Rule], **more: Any) -> dict[str, Any]:
    """The same process as a graph."""
    nodes, edges = [start()], []
    last = _drawn(process, told, "submit", nodes, edges)
    edges += [*_out(last, "approved")]
    return graph([*nodes, end(), end("rejected")], edges, **more)


def _drawn(process: Process, told: dict[str, Rule], last: str, nodes: list, edges: list) -> str:
    for item in process:
        if isinstance(item, str):
            rule = told[item]
            share = {"percent": rule.percent} if rule.mode == "percent" else {}
            nodes.append(
                node(item, "approve", assignees=[{"user": p} for p in rule.people],
                     mode=rule.mode, **share)
            )  # fmt: skip
            edges += _out(last, item)
            last = item
        else:
            number = len(nodes)
            fork, join = f"fork{number}", f"join{number}"
            nodes += [node(fork, "parallel"), node(join, "join")]
            edges += _out(last, fork)
            for line in item:
                edges += _out(_drawn(line, told, fork, nodes, edges), join)
            last = join
    return last


def _out(source: str, target: str) -> list[dict[str, Any]]:
    if source.startswith(("fork", "join", "submit")):
        return [edge(source, target)]
    return list(ways(source, target))


class Judged(Protocol):
    """What is compared with the model; every verb raises Conflict where it is refused."""

    def waiting(self) -> list[tuple[str, str]]: ...
    def state(self) -> str: ...
    def vote(self, step: str, person: str, said: str) -> None: ...
    def send_back(self, step: str, person: str, to: str, straight: bool) -> None: ...
    def delegate(self, step: str, person: str, to: str) -> None: ...
    def add(self, step: str, person: str, to: str, kind: str, votes: bool) -> None: ...
    def take_back(self, step: str, person: str) -> None: ...
    def withdraw(self) -> None: ...


VERBS = ("approve", "approve", "approve", "reject", "return", "delegate", "add", "undo")


def play(data: st.DataObject, model: Model, judged: Judged, most: int) -> None:
    """Up to ``most`` acts; after each both have to agree."""
    for _ in range(most):
        assert judged.waiting() == model.waiting()
        assert judged.state() == model.state
        if not model.waiting():
            return
        model = _act(data, model, judged)
    assert judged.waiting() == model.waiting()


def _act(data: st.DataObject, model: Model, judged: Judged) -> Model:
    step, person = data.draw(st.sampled_from(model.waiting()))
    verb = data.draw(st.sampled_from(VERBS))
    after = model.copy()
    if verb in ("approve", "reject"):
        _both(lambda: after.vote(step, person, verb), lambda: judged.vote(step, person, verb))
    elif verb == "return" and (targets := model.targets(step)):
        to, straight = data.draw(st.sampled_from(targets)), data.draw(st.booleans())
        _both(
            lambda: after.send_back(step, to, straight),
            lambda: judged.send_back(step, person, to, straight),
        )
    elif verb == "delegate":
        to = data.draw(st.sampled_from((SUBMITTER, *PEOPLE)))
        _both(lambda: after.delegate(step, person, to), lambda: judged.delegate(step, person, to))
    elif verb == "add":
        to = data.draw(st.sampled_from((SUBMITTER, *PEOPLE)))
        kind, votes = data.draw(st.sampled_from(["before", "after"])), data.draw(st.booleans())
        _both(
            lambda: after.add(step, person, to, kind, votes),
            lambda: judged.add(step, person, to, kind, votes),
        )
    elif verb == "undo":
        after.vote(step, person, "approve")
        judged.vote(step, person, "approve")
        if after.state != "running":
            return after
        assert judged.waiting() == after.waiting()
        judged.take_back(step, person)
        return model
    return after


def _both(first: Any, second: Any) -> None:
    """Done by both, or refused by both."""
    try:
        first()
    except Refused:
        try:
            second()
        except Conflict:
            return
        raise AssertionError("allowed what the rules refuse") from None
    second()
