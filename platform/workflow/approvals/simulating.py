"""An approval tried out: the way a record would take, who would be asked, and why that way.

The engine, the people and the conditions are those of real cases; only the world is another one,
where nothing is written and everybody answers at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ...errors import Conflict, NotFound, RecordInvalid, TypecaseError
from ...metadata.approvals import Edge, Graph, Node
from ...metadata.approvals_parser import graphs_of
from ...metadata.definitions import EMPTY
from ...metadata.expressions import Checked
from ...metadata.steps.branching import IfStep
from ...metadata.steps.compiling import Steps, Value
from ...metadata.steps.setting import SetStep
from ...metadata.steps.updating import UpdateStep
from ...runtime import access, defaults, inputs, reading, references, saving
from ...runtime.actors import SYSTEM
from ...runtime.changes import Change
from ...runtime.facts import Facts
from ...runtime.storage.unit_of_work import Unit
from ..jobs import require_right
from ..scope import Path, Ref, Scope
from . import cases, engine, verbs, viewing
from .state import Asked, Case, Step, Task
from .world import RecordWorld

MOST_ACTS = 300
"""After so many answers a way that leads back and back is broken off."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is tried. ``record``: its id, None: only ``values`` (field → value as a form or JSON
    holds it), which otherwise stand in for the record's own. ``submitter``: a person's id, None:
    whoever asks. ``chosen``: node → ids of people. ``answers``: node → ``reject`` where it is to
    be rejected the first time it is asked; elsewhere everybody agrees."""

    object: str
    approval: str | None = None
    record: str | None = None
    values: Mapping[str, Any] = EMPTY
    submitter: str | None = None
    chosen: Mapping[str, Sequence[str]] = EMPTY
    answers: Mapping[str, str] = EMPTY


@dataclass(frozen=True, slots=True)
class Tried:
    """A condition that was asked. ``read``: dotted name → the value it had."""

    target: str
    source: str
    """Empty: the way that is left when no condition holds."""
    holds: bool
    read: Mapping[str, Any] = EMPTY


@dataclass(frozen=True, slots=True)
class Reason:
    """Somebody who would be asked, and why."""

    asked: Asked
    why: str


@dataclass(frozen=True, slots=True)
class Stop:
    """A node on the way: who is asked, what they answer, which conditions led on."""

    node: Node
    people: tuple[Reason, ...] = ()
    result: str | None = None
    tried: tuple[Tried, ...] = ()
    told: tuple[str, ...] = ()
    """Ids of those who would get a notice."""
    written: tuple[str, ...] = ()
    """Fields an action or an end writes."""


@dataclass(frozen=True, slots=True)
class Simulation:
    """``outcome`` is None where it cannot come to an end: ``problem`` says why."""

    graph: Graph
    case: Case
    stops: tuple[Stop, ...]
    outcome: str | None
    is_offered: bool
    """Whether the record as it is may enter at all."""
    may_submit: bool
    problem: TypecaseError | None = None


def simulate(unit: Unit, wanted: Wanted) -> Simulation:
    """Tries an approval out and writes nothing. Needs the right ``designer``.

    Raises AccessDenied, NotFound (the record or the approval), UnknownName and RecordInvalid for
    values that make no sense.
    """
    require_right(unit)
    obj = unit.catalog.object(wanted.object)
    submitter = cases.require_person(unit, wanted.submitter or unit.actor.id)
    change = _change(unit, obj.name, wanted)
    facts = Facts(unit, unit.model.table(obj.name), [change])
    graph = _graph(unit, facts, change, wanted.approval)
    world = _World(unit, graph, facts, change, submitter, wanted.chosen)
    case, problem = _walk(graph, submitter, world, dict(wanted.answers))
    return Simulation(
        graph=graph,
        case=case,
        stops=tuple(_stop(unit, graph, case, step, world) for step in case.steps),
        outcome=None if case.state == "running" else case.state,
        is_offered=facts.holds(graph.entry, change),
        may_submit=not graph.submit or submitter in world.looking.of(graph.submit),
        problem=problem,
    )


def asked_for(graph: Graph) -> tuple[str, ...]:
    """The fields of the record that its conditions and people read: what is worth typing."""
    found: dict[str, None] = {}
    for checked in _expressions(graph):
        for path in checked.paths:
            found[path[1] if path[0] == "record" and len(path) > 1 else path[0]] = None
    for node in graph.nodes.values():
        found |= {each.of: None for each in (*node.assignees, *node.fallback) if each.of}
    return tuple(found)


def _expressions(graph: Graph) -> Iterable[Checked]:
    for edge in graph.edges:
        if edge.when is not None:
            yield edge.when
    for node in graph.nodes.values():
        yield from (p.checked for p in (*node.assignees, *node.fallback) if p.checked)
        if node.until is not None:
            yield node.until


# What it is tried on ------------------------------------------------------------------------


def _change(unit: Unit, object_name: str, wanted: Wanted) -> Change:
    """The record as it is, or as it would be with the typed values."""
    obj, of = unit.catalog.object(object_name), unit.model.table(object_name)
    access.require(unit.actor, "read", obj)
    if wanted.record is not None:
        stored = reading.stored(unit, obj.name, wanted.record)
        change = Change("update", stored["id"], wanted.values, stored, dict(stored))
    else:
        change = saving.new_change(unit, obj, wanted.values)
    for name in wanted.values:
        field = obj.by_name.get(name)
        if field is not None and not access.may_read_field(unit.actor, obj, field):
            raise access.unknown_field(obj, name)
    inputs.parse(replace(unit, actor=SYSTEM), of, [change])
    if change.is_new:
        defaults.apply(unit, of, [change])
    references.check(unit, of, [change])
    if change.problems:
        raise RecordInvalid(change.problems)
    return change


def _graph(unit: Unit, facts: Facts, change: Change, name: str | None) -> Graph:
    graphs = [
        g for g in graphs_of(unit.catalog, facts.of.object.name) if not unit.catalog.is_off(g)
    ]
    for graph in graphs:
        if graph.name == name or (name is None and facts.holds(graph.entry, change)):
            return graph
    if name is None and graphs:
        raise Conflict("No approval is meant for this record as it is.")
    raise NotFound()


# The way ------------------------------------------------------------------------------------


def _walk(
    graph: Graph, submitter: str, world: _World, answers: dict[str, str]
) -> tuple[Case, TypecaseError | None]:
    """The case as far as it comes when everybody answers, and what stopped it."""
    case = Case(submitter)
    try:
        case = engine.start(graph, submitter, world)
        for _ in range(MOST_ACTS):
            act = _next(graph, case)
            if act is None:
                return case, None
            step, task = act
            if task is None:
                case = verbs.go_on(graph, case, world, step.id, "approve", submitter)
                continue
            node = graph.nodes[step.node]
            said = "acknowledge" if node.type == "acknowledge" else "approve"
            if node.type == "approve" and answers.get(node.name) == "reject":
                said = "reject"
            case = verbs.vote(graph, case, world, task.id, said, task.person)
            if said == "reject" and case.step(step.id).state != "open":
                del answers[node.name]
    except Conflict as stopped:
        return case, stopped
    return case, Conflict("The way leads back again and again.")


def _next(graph: Graph, case: Case) -> tuple[Step, Task | None] | None:
    """Whose turn it is: a step with a task, or a wait without one; None where nothing is open."""
    if case.state != "running":
        return None
    for step in case.open:
        waiting = next((t for t in case.tasks_of(step.id) if t.state == "waiting"), None)
        if waiting is not None or graph.nodes[step.node].type == "wait":
            return step, waiting
    return None


def _stop(unit: Unit, graph: Graph, case: Case, step: Step, world: _World) -> Stop:
    node = graph.nodes[step.node]
    people = tuple(
        Reason(Asked(t.person, t.for_person, t.found), viewing.why(unit, node, t))
        for t in case.tasks_of(step.id)
    )
    return Stop(
        node=node,
        people=people,
        result=step.result if node.type == "approve" else None,
        tried=world.tried.get(node.name, ()),
        told=world.told.get(node.name, ()),
        written=world.wrote.get(node.name, ()),
    )


class _World(RecordWorld):
    """The world of a record that is only thought of: reads like a real one, and writes into the
    thought. ``tried``, ``told``, ``wrote``: node → what happened there."""

    def __init__(
        self,
        unit: Unit,
        graph: Graph,
        facts: Facts,
        change: Change,
        submitter: str,
        chosen: Mapping[str, Sequence[str]],
    ) -> None:
        super().__init__(
            unit, graph, change.id, submitter, chosen, EMPTY, scope=_Scope(unit, facts, change)
        )
        self.change = change
        self.tried: dict[str, tuple[Tried, ...]] = {}
        self.told: dict[str, tuple[str, ...]] = {}
        self.wrote: dict[str, tuple[str, ...]] = {}

    def choose(self, edges: Sequence[Edge]) -> Edge:
        chosen = super().choose(edges)
        found = []
        for edge in edges:
            if edge.when is not None:
                read = self.scope.known(edge.when.paths)
                found.append(
                    Tried(edge.target, edge.when.source, self.scope.holds(edge.when), read)
                )
            if edge is chosen:
                break
        if chosen.is_else:
            found.append(Tried(chosen.target, "", True))
        self.tried[chosen.source] = tuple(found)
        return chosen

    def done(self, node: Node) -> None:
        if node.type == "notify":
            self.told[node.name] = tuple(self.looking.of(node.assignees, node.name))
        else:
            self._set(node, node.steps)

    def over(self, node: Node) -> None:
        self._put(node, node.values)

    def _set(self, node: Node, steps: Steps) -> None:
        """Of what an action does only what it sets on the record: later conditions read it."""
        for step in steps:
            match step:
                case IfStep(condition=condition):
                    holds = self.scope.holds(condition)
                    self._set(node, step.then if holds else step.otherwise)
                case SetStep(values=values):
                    self._put(node, values)
                case UpdateStep(record=record, values=values):
                    if record.source == "record":
                        self._put(node, values)

    def _put(self, node: Node, values: Sequence[Value]) -> None:
        for each in values:
            self.change.values[each.field] = self.scope.value(each.checked)
        written = (*self.wrote.get(node.name, ()), *(each.field for each in values))
        self.wrote[node.name] = tuple(dict.fromkeys(written))


class _Scope(Scope):
    """The names of a try: the record's own are read from the thought, not from the database."""

    def __init__(self, unit: Unit, facts: Facts, change: Change) -> None:
        super().__init__(unit, Ref(facts.of.object.name, change.id))
        self.facts, self.change = facts, change

    def known(self, paths: Iterable[Path]) -> dict[str, Any]:
        about = self.facts.about(self.change)
        own, others = dict[str, Any](), list[Path]()
        for path in paths:
            start, rest = self._start(path)
            if start is self.record and rest:
                own[".".join(path)] = about.read(rest)
            else:
                others.append(path)
        return own | super().known(others)
