"""A case as a person sees it: where it stands, who is next and why, what happened, what changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ...metadata.approvals import Edge, Graph, Node, Person
from ...runtime import access
from ...runtime.storage import people
from ...runtime.storage.unit_of_work import Unit
from ...texts import translate
from ..storage import case_rows
from . import cases
from .cases import Standing
from .state import Case, Task
from .verbs import SUBMITTER
from .voting import Tally, tally
from .world import values_of


@dataclass(frozen=True, slots=True)
class NodeSeen:
    """``state``: ``open done cancelled``, or nothing where the case has not been. ``is_amiss``:
    the checks say something of it."""

    name: str
    type: str
    label: str
    state: str
    is_amiss: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """A node where the case stands: who is asked, why they are, how many have to agree."""

    node: str
    label: str
    people: tuple[str, ...]
    """Ids of those whose turn it is."""
    then: tuple[str, ...]
    """Those who are asked here after them."""
    why: tuple[str, ...]
    tally: Tally


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the trail."""

    id: str
    at: datetime
    actor: str
    for_person: str | None
    verb: str
    node: str | None
    comment: str | None
    data: Mapping[str, Any]
    graph: str
    node_type: str
    """Of ``node``, in the version of the graph it was done in; so is ``label``."""
    label: str
    address: str | None
    """From where, for administrators."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that is not as it was submitted; the values as JSON."""

    field: str
    then: Any
    now: Any


@dataclass(frozen=True, slots=True)
class CaseSeen:
    standing: Standing
    label: str
    nodes: tuple[NodeSeen, ...]
    edges: tuple[Edge, ...]
    turns: tuple[Turn, ...]
    trail: tuple[Line, ...]
    differences: tuple[Difference, ...]
    names: Mapping[str, str]
    """Id → name of everybody mentioned."""
    sees_record: bool

    @property
    def case(self) -> Case:
        return self.standing.case

    def waiting_for(self, person: str) -> list[Task]:
        """What waits for somebody here."""
        return [t for t in self.case.tasks if t.person == person and t.state == "waiting"]

    def node_of(self, task: Task) -> Node:
        return self.standing.graph.nodes[self.case.step(task.step).node]


def look(unit: Unit, id_: str) -> CaseSeen:
    """A case for somebody who takes part in it or sees its record. Raises NotFound."""
    return of(unit, cases.seen(unit, id_))


def of(unit: Unit, found: Standing) -> CaseSeen:
    trail = tuple(_line(unit, found, row) for row in case_rows.trail_of(unit, found.id))
    sees = cases.sees_record(unit, found)
    return CaseSeen(
        standing=found,
        label=label_of(unit, found.graph),
        nodes=_nodes(unit, found),
        edges=found.graph.edges,
        turns=turns(unit, found),
        trail=trail,
        differences=tuple(_differences(unit, found)) if sees else (),
        names=people.names(unit, _mentioned(found.case, trail)),
        sees_record=sees,
    )


def label_of(unit: Unit, of: Graph | Node) -> str:
    return unit.catalog.label(of.id, of.label, unit.actor.language)


def turns(unit: Unit, found: Standing) -> tuple[Turn, ...]:
    """Where a case stands."""
    case, graph = found.case, found.graph
    seen = []
    for step in case.open:
        node = graph.nodes[step.node]
        if node.type == "join":
            continue
        tasks = case.tasks_of(step.id)
        waiting = tuple(task.person for task in tasks if task.state == "waiting")
        queued = tuple(task.person for task in tasks if task.state == "queued")
        reasons = tuple(dict.fromkeys(why(unit, node, task) for task in tasks if task.is_undecided))
        label = label_of(unit, node)
        if node.type == "start":
            label = translate("Returned to whoever submitted it", unit.actor.language)
        seen.append(Turn(node.name, label, waiting, queued, reasons, tally(node, tasks)))
    return tuple(seen)


def returns(found: Standing, task: Task) -> tuple[str, ...]:
    """Where a task may be returned to: nodes of earlier steps, and ``submitter``."""
    graph = found.graph
    earlier = [step.node for step in found.case.ancestors(task.step)]
    known = (name for name in dict.fromkeys(earlier) if name in graph.nodes)
    asked = [name for name in known if graph.nodes[name].asks]
    own = found.case.step(task.step).node
    return (SUBMITTER, *(name for name in asked if name != own))


def why(unit: Unit, node: Node, task: Task) -> str:
    """For what reason this person is asked."""
    language = unit.actor.language

    def said(text: str, **data: Any) -> str:
        return translate(text, language, **data)

    if task.kind != "asked":
        return said("Added by somebody who is asked" if task.votes else "Asked for advice")
    if task.for_person:
        name = people.name_of(unit, task.for_person)
        return said("In place of {person}", person=name)
    if node.type == "start":
        return said("Submitted it")
    if task.found == "administrators":
        return said("Looks after approvals: nobody else was found")
    named = node.fallback if task.found == "fallback" else node.assignees
    reasons = said(" · ").join(dict.fromkeys(of_person(unit, each) for each in named))
    return (
        said("Nobody else was found: {why}", why=reasons) if task.found == "fallback" else reasons
    )


def of_person(unit: Unit, person: Person) -> str:
    catalog, language = unit.catalog, unit.actor.language
    name = person.name
    match person.kind:
        case "role" if name in catalog.roles:
            name = catalog.label(catalog.roles[name].id, catalog.roles[name].label, language)
            text = "In the role {name}"
        case "permission":
            text = "Has the right “{name}”"
        case "manager_of":
            text = "Manager of whoever submitted it" if name == SUBMITTER else "Manager of {name}"
        case "queue" if name in catalog.queues:
            name = catalog.label(catalog.queues[name].id, catalog.queues[name].label, language)
            text = "In the queue {name}"
        case "chosen_by":
            text = "Picked by whoever submitted it"
        case "user":
            text = "Named in the graph"
        case _:
            text = "Named by the record"
    return translate(text, language, name=name)


# Inside -------------------------------------------------------------------------------------


def _nodes(unit: Unit, found: Standing) -> tuple[NodeSeen, ...]:
    states: dict[str, str] = {}
    for step in found.case.steps:
        states[step.node] = "open" if step.state in ("open", "parked") else step.state
    return tuple(
        NodeSeen(node.name, node.type, label_of(unit, node), states.get(node.name, ""))
        for node in found.graph.nodes.values()
    )


def _line(unit: Unit, found: Standing, row: Mapping[str, Any]) -> Line:
    graph = cases.graph_then(unit, found.object, row["graph"])
    node = graph.nodes.get(row["node"] or "") if graph else None
    return Line(
        row["id"], row["at"], row["actor"], row["for_person"], row["verb"], row["node"],
        row["comment"], row["data"], row["graph"],
        node.type if node else "", label_of(unit, node) if node else row["node"] or "",
        row["address"] if cases.is_administrator(unit) else None,
    )  # fmt: skip


def _differences(unit: Unit, found: Standing) -> Iterable[Difference]:
    """Among the fields the reader may read; what the process itself wrote is no surprise."""
    now = values_of(unit, found.object, found.record)
    for field in access.readable(unit.actor, unit.catalog.object(found.object)):
        if field.name in now and field.name in found.snapshot:
            then = found.snapshot[field.name]
            by_process = found.written.get(field.name) == [then, now[field.name]]
            if then != now[field.name] and not by_process:
                yield Difference(field.name, then, now[field.name])


def _mentioned(case: Case, trail: Iterable[Line]) -> set[str]:
    found = {case.submitter}
    for task in case.tasks:
        found |= {each for each in (task.person, task.for_person, task.by) if each}
    for line in trail:
        told = (line.data.get("to"), line.data.get("person"))
        found |= {each for each in (line.actor, line.for_person) if each}
        found |= {each for each in told if isinstance(each, str) and len(each) == 36}
    return found
