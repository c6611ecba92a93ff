"""The engine against the reference model, without a database: many graphs, many acts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import hypothesis.strategies as st
from hypothesis import HealthCheck, given, settings

from tests.builders import a_package, an_object
from tests.workflow.approvals.acting import PROCESSES, SUBMITTER, as_graph, play, some_rules
from tests.workflow.approvals.model import Model, Rule
from typecase.metadata.approvals import Edge, Graph, Node
from typecase.metadata.approvals_parser import graphs_of
from typecase.metadata.composing import compose
from typecase.workflow.approvals import engine, moving, verbs
from typecase.workflow.approvals.state import Asked, Case, Task


class Paper:
    """A world of names: whoever is called ``boss`` is found by that log-in name."""

    def __init__(self) -> None:
        self.count, self.now = 0, datetime(2026, 11, 21, tzinfo=UTC)

    def new_id(self) -> str:
        self.count += 1
        return f"{self.count:06d}"

    def people(self, node: Node) -> list[Asked]:
        return [Asked(person.name) for person in node.assignees]

    def choose(self, edges: Any) -> Edge:
        raise AssertionError("nothing to choose")

    def done(self, node: Node) -> None:
        raise AssertionError("nothing to do")

    def over(self, node: Node) -> None:
        self.ended = node.name


class OnPaper:
    """A case of the engine, judged."""

    def __init__(self, graph: Graph) -> None:
        self.graph, self.world = graph, Paper()
        self.case: Case = engine.start(graph, SUBMITTER, self.world)

    def waiting(self) -> list[tuple[str, str]]:
        waiting = [task for task in self.case.tasks if task.state == "waiting"]
        return sorted((self.case.step(task.step).node, task.person) for task in waiting)

    def state(self) -> str:
        return self.case.state

    def task(self, step: str, person: str, *states: str) -> Task:
        fitting = [
            task
            for task in self.case.tasks
            if task.person == person
            and self.case.step(task.step).node == step
            and task.state in (states or ("waiting",))
        ]
        return max(fitting, key=lambda task: (task.number, task.id))

    def _now(self) -> None:
        self.world.now += timedelta(minutes=1)

    def vote(self, step: str, person: str, said: str) -> None:
        self._now()
        task = self.task(step, person).id
        self.case = verbs.vote(self.graph, self.case, self.world, task, said, person)

    def send_back(self, step: str, person: str, to: str, straight: bool) -> None:
        task = self.task(step, person).id
        self.case = verbs.send_back(self.graph, self.case, self.world, task, to, straight, person)

    def delegate(self, step: str, person: str, to: str) -> None:
        task = self.task(step, person).id
        self.case = verbs.delegate(self.graph, self.case, self.world, task, to, person)

    def add(self, step: str, person: str, to: str, kind: str, votes: bool) -> None:
        task = self.task(step, person).id
        self.case = verbs.add_signer(
            self.graph, self.case, self.world, task, to, kind == "after", votes, person
        )

    def take_back(self, step: str, person: str) -> None:
        task = self.task(step, person, "approved").id
        self.case = verbs.take_back(self.graph, self.case, self.world, task, person)

    def withdraw(self) -> None:
        self.case = verbs.withdraw(self.graph, self.case, self.world, SUBMITTER)


class GoingOver(OnPaper):
    """A case that goes over to a version that says the same, after everything that happens."""

    def waiting(self) -> list[tuple[str, str]]:
        if self.case.state == "running":
            assert moving.against(self.graph, self.graph, self.case) is None
            self.case = moving.moved(self.graph, self.case, self.world, "admin")
        return super().waiting()


def graph_of(document: dict[str, Any]) -> Graph:
    package = a_package(an_object("deal", approvals={"approvals": [document]}))
    return graphs_of(compose([package], 1), "deal")[0]


@given(st.data())
@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_engine_does_what_the_rules_say(data: st.DataObject) -> None:
    process = data.draw(st.sampled_from(PROCESSES))
    rules = data.draw(some_rules(process))
    graph = graph_of(as_graph(process, rules))
    play(data, Model(process, rules, SUBMITTER), OnPaper(graph), most=20)


@given(st.data())
@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_version_that_says_the_same_changes_nothing(data: st.DataObject) -> None:
    process = data.draw(st.sampled_from(PROCESSES))
    rules = data.draw(some_rules(process))
    graph = graph_of(as_graph(process, rules))
    play(data, Model(process, rules, SUBMITTER), GoingOver(graph), most=20)


def test_nobody_is_asked_for_a_vote_that_is_settled() -> None:
    """An adviser to come after somebody who has refused has nothing left to advise on."""
    rules = {"a": Rule(("bob", "boss", "head"), "percent", 50), "b": Rule(("cfo",))}
    case = OnPaper(graph_of(as_graph(["a", "b"], rules)))
    case.add("a", "bob", "chief", "after", votes=False)
    case.vote("a", "bob", "reject")
    assert case.waiting() == [("a", "boss"), ("a", "head")]
