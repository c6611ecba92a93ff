"""How a case moves: pure decisions. What the graph asks of the world it asks through ``World``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from ...errors import Conflict
from ...metadata.approvals import Edge, Graph, Node
from .state import Asked, Case, Step, Task, TaskState
from .voting import arranged, tally


class World(Protocol):
    """What lies outside a case; the engine asks and tells in the order things happen."""

    now: datetime

    def new_id(self) -> str: ...

    def people(self, node: Node) -> Sequence[Asked]:
        """Who is asked, each once; never nobody. Raises Conflict when there is nobody at all."""

    def choose(self, edges: Sequence[Edge]) -> Edge:
        """The way an exclusive node takes."""

    def done(self, node: Node) -> None:
        """Does what a ``notify`` or ``action`` node says."""

    def over(self, node: Node) -> None:
        """A case has come to an end: what it writes."""


class Walk:
    """A case under way from one state to the next. Mutable, and gone when it is done."""

    def __init__(self, graph: Graph, case: Case, world: World, by: str) -> None:
        self.graph, self.world, self.by = graph, world, by
        self.submitter, self.state = case.submitter, case.state
        self.number = case.number + 1
        self.steps = {step.id: step for step in case.steps}
        self.tasks = {task.id: task for task in case.tasks}

    def result(self) -> Case:
        """The case as it stands now, with the joins gone through that nothing keeps back."""
        self._join()
        steps, tasks = tuple(self.steps.values()), tuple(self.tasks.values())
        return Case(self.submitter, self.state, steps, tasks, self.number)

    def of(self, step: str) -> list[Task]:
        return [task for task in self.tasks.values() if task.step == step]

    # Changing -------------------------------------------------------------------------------

    def put(self, task: Task) -> None:
        self.tasks[task.id] = task

    def decide(self, task: Task, state: TaskState) -> None:
        self.put(replace(task, state=state, by=self.by, at=self.world.now, number=self.number))

    def arrange(self, step: str) -> None:
        node = self.graph.nodes[self.steps[step].node]
        for task in arranged(node, self.of(step)):
            self.put(task)

    def close(self, step: str, state: TaskState = "closed") -> None:
        for task in self.of(step):
            if task.is_undecided:
                number = self.number if state == "closed" else task.number
                self.put(replace(task, state=state, number=number))

    # Walking --------------------------------------------------------------------------------

    def enter(self, name: str, causes: tuple[str, ...]) -> None:
        """Comes to a node, and goes on from those where nobody is asked."""
        if self.state != "running":
            return
        node = self.graph.nodes[name]
        match node.type:
            case "approve" | "acknowledge":
                self._ask(node, causes)
            case "wait":
                self.open(node, causes)
            case "join":
                self._arrive(node, causes)
            case "end":
                self._end(node, causes)
            case _:
                self._pass(node, causes)

    def open(self, node: Node, causes: tuple[str, ...]) -> Step:
        step = Step(self.world.new_id(), node.name, causes=causes)
        self.steps[step.id] = step
        return step

    def ask(self, step: Step, people: Sequence[Asked]) -> None:
        for place, asked in enumerate(people):
            id_ = self.world.new_id()
            self.put(
                Task(
                    id=id_,
                    step=step.id,
                    person=asked.person,
                    root=id_,
                    for_person=asked.for_person,
                    place=place,
                    found=asked.found,
                )
            )
        self.arrange(step.id)

    def _ask(self, node: Node, causes: tuple[str, ...]) -> None:
        people = self.world.people(node)
        agreed = self._agreed() if node.skip_if_already_approved else set()
        step = self.open(node, causes)
        self.ask(step, people)
        for task in self.of(step.id):
            if task.person in agreed:
                self.put(replace(task, state="approved", by=task.person, number=self.number))
        self.settle(step.id)

    def _agreed(self) -> set[str]:
        """Who has approved in this run; a submitter is asked again all the same."""
        found = {t.person for t in self.tasks.values() if t.state == "approved"}
        return found - {self.submitter}

    def settle(self, step: str) -> None:
        """Goes on when the votes of a step decide it."""
        node = self.graph.nodes[self.steps[step].node]
        self.arrange(step)
        result = tally(node, self.of(step)).result
        if result is not None:
            self.go(step, result)

    def go(self, id_: str, result: str) -> None:
        """A step is decided: on from it, or straight back to those that were parked for it."""
        self.close(id_)
        step = self.steps[id_]
        self.steps[id_] = replace(step, state="done", result=result, number=self.number)
        parked = [s for s in self.steps.values() if s.parked_by == id_ and s.state == "parked"]
        if parked and result == "approve":
            for each in parked:
                self._resume(each, id_)
        else:
            for each in parked:
                self.cancel(each.id)
            node = self.graph.nodes[self.steps[id_].node]
            on = result if node.type == "approve" else None
            self.enter(self.graph.after(node.name, on)[0].target, (id_,))

    def _resume(self, step: Step, after: str) -> None:
        causes = (*step.causes, after)
        self.steps[step.id] = replace(step, state="open", causes=causes)
        self.arrange(step.id)

    def cancel(self, id_: str) -> None:
        self.close(id_)
        self.steps[id_] = replace(self.steps[id_], state="cancelled", number=self.number)

    def _pass(self, node: Node, causes: tuple[str, ...]) -> None:
        acted = node.type == "action"
        step = Step(self.world.new_id(), node.name, "done", causes, number=self.number, acted=acted)
        self.steps[step.id] = step
        if node.type in ("notify", "action"):
            self.world.done(node)
        ways: Sequence[Edge] = self.graph.after(node.name)
        if node.type == "exclusive":
            ways = [self.world.choose(ways)]
        for edge in ways:
            self.enter(edge.target, (step.id,))

    def _arrive(self, node: Node, causes: tuple[str, ...]) -> None:
        for step in self.steps.values():
            if step.node == node.name and step.state == "open":
                self.steps[step.id] = replace(step, causes=(*step.causes, *causes))
                return
        step = Step(self.world.new_id(), node.name, causes=causes)
        self.steps[step.id] = step

    def _join(self) -> None:
        """A join goes on when nothing that is still under way can come to it."""
        for step in list(self.steps.values()):
            if self.state != "running":
                return
            if self.steps[step.id].state != "open":
                continue
            node = self.graph.nodes[step.node]
            if node.type != "join":
                continue
            others = [
                other
                for other in self.steps.values()
                if other.state in ("open", "parked") and other.id != step.id
            ]
            if not any(node.name in self.graph.reached(other.node) for other in others):
                arrived = self.steps[step.id]
                self.steps[step.id] = replace(arrived, state="done", number=self.number)
                self.enter(self.graph.after(node.name)[0].target, (step.id,))
                self._join()
                return

    def _end(self, node: Node, causes: tuple[str, ...]) -> None:
        step = Step(self.world.new_id(), node.name, "done", causes, number=self.number)
        self.steps[step.id] = step
        self.finish(node.outcome)
        self.world.over(node)

    def finish(self, outcome: str) -> None:
        """Whatever else is under way ends, too."""
        self.state = outcome  # type: ignore[assignment]
        for step in list(self.steps.values()):
            if step.state in ("open", "parked"):
                self.cancel(step.id)


def start(graph: Graph, submitter: str, world: World) -> Case:
    """A new case, as far as it goes by itself."""
    walk = Walk(graph, Case(submitter), world, submitter)
    step = Step(world.new_id(), graph.start, "done", number=walk.number)
    walk.steps[step.id] = step
    walk.enter(graph.after(graph.start)[0].target, (step.id,))
    return walk.result()


def require_running(case: Case) -> None:
    if case.state != "running":
        raise Conflict("The approval is over: {state}.", state=case.state)
