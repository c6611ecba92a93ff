"""Approval graphs for those who look after them: the list, and each drawn with what is amiss."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import url_for

from ..errors import RecordInvalid, TypecaseError
from ..runtime.storage.unit_of_work import Unit
from ..workflow.approvals import graphs, simulating, viewing
from ..workflow.approvals.graphs import GraphSeen
from ..workflow.approvals.simulating import Simulation
from ..workflow.approvals.viewing import NodeSeen
from . import graph_form, graph_result
from .case_drawing import Drawing, draw
from .filtering import Choice
from .graph_form import Typed
from .graph_result import Result
from .labels import Labels


@dataclass(frozen=True, slots=True)
class GraphRow:
    label: str
    object: str
    url: str
    steps: int
    running: int
    ended: int
    amiss: int


@dataclass(frozen=True, slots=True)
class GraphModel:
    label: str
    object: str
    url: str
    running: int
    older: int
    cases_url: str
    drawing: Drawing
    marks: tuple[tuple[str, str], ...]
    """(node, what is amiss)."""
    record: Choice | None
    records_url: str
    submitter: Choice | None
    fields: tuple[Typed, ...]
    answers: tuple[tuple[str, str, bool], ...]
    """Nodes that may be rejected: (name, label, whether they are)."""
    choices: tuple[tuple[str, str, Choice | None], ...]
    """Nodes whose people the submitter picks."""
    result: Result | None
    problem: str | None


def rows(unit: Unit, labels: Labels) -> tuple[GraphRow, ...]:
    """Raises AccessDenied."""
    return tuple(
        GraphRow(
            label=each.label,
            object=labels.plural(unit.catalog.object(each.graph.object)),
            url=_url(each),
            steps=sum(node.asks for node in each.graph.nodes.values()),
            running=each.running,
            ended=each.ended,
            amiss=len(each.marks),
        )
        for each in graphs.all_graphs(unit)
    )


def build(
    unit: Unit, object_name: str, name: str, form: Mapping[str, str] | None, labels: Labels
) -> GraphModel:
    """With a form: tried out with what it says; a mistake in it stands beside what was typed.

    Raises AccessDenied, NotFound.
    """
    seen = graphs.one(unit, object_name, name)
    typed = form or {}
    simulation, error = _tried(unit, seen, form)
    obj = unit.catalog.object(seen.graph.object)
    return GraphModel(
        label=seen.label,
        object=labels.plural(obj),
        url=_url(seen),
        running=seen.running,
        older=seen.older,
        cases_url=url_for("graphs.cases", name=seen.graph.object, approval=seen.graph.name),
        drawing=draw(_nodes(unit, seen, simulation), seen.graph.edges, labels),
        marks=tuple(_marks(unit, seen, labels)),
        record=graph_form.record(unit, obj, typed.get("record", ""), labels),
        records_url=url_for("graphs.records", name=obj.name, approval=name),
        submitter=graph_form.person(unit, typed.get("submitter") or unit.actor.id),
        fields=graph_form.fields(unit, obj, seen, typed, error, labels),
        answers=tuple(
            (node.name, viewing.label_of(unit, node), typed.get(f"answer.{node.name}") == "reject")
            for node in seen.graph.nodes.values()
            if node.type == "approve"
        ),
        choices=tuple(
            (
                n.name,
                viewing.label_of(unit, n),
                graph_form.person(unit, typed.get(f"chosen.{n.name}", "")),
            )
            for n in seen.graph.choices
        ),
        result=graph_result.build(unit, obj, simulation, labels) if simulation else None,
        problem=_said(error, labels),
    )


def _url(seen: GraphSeen) -> str:
    return url_for("graphs.show", name=seen.graph.object, approval=seen.graph.name)


def _said(error: TypecaseError | None, labels: Labels) -> str | None:
    if error is None or (isinstance(error, RecordInvalid) and all(p.field for p in error.problems)):
        return None
    problems = error.problems if isinstance(error, RecordInvalid) else ()
    return " ".join(p.text(labels.locale) for p in problems) or error.text(labels.locale)


def _tried(
    unit: Unit, seen: GraphSeen, form: Mapping[str, str] | None
) -> tuple[Simulation | None, TypecaseError | None]:
    if form is None:
        return None, None
    try:
        return simulating.simulate(unit, graph_form.wanted(seen, form)), None
    except TypecaseError as error:
        return None, error


def _nodes(unit: Unit, seen: GraphSeen, simulation: Simulation | None) -> list[NodeSeen]:
    """With what is amiss marked, and the way a try has taken."""
    gone = {stop.node.name for stop in simulation.stops} if simulation else set()
    amiss = {mark.node for mark in seen.marks}
    return [
        NodeSeen(
            node.name,
            node.type,
            viewing.label_of(unit, node),
            "done" if node.name in gone else "",
            node.name in amiss,
        )
        for node in seen.graph.nodes.values()
    ]


def _marks(unit: Unit, seen: GraphSeen, labels: Labels) -> list[tuple[str, str]]:
    nodes = seen.graph.nodes
    return [
        (
            viewing.label_of(unit, nodes[mark.node]) if mark.node else "",
            labels.text(mark.message, **mark.data),
        )
        for mark in seen.marks
    ]
