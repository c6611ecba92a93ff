"""Approval graphs for those who look after them: the list, the drawing with what is amiss, and
what a try of it came to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from ..errors import RecordInvalid, TypecaseError
from ..metadata.approvals import Node
from ..metadata.definitions import Field, Object
from ..runtime import access, reading, users
from ..runtime.forms import titles_of
from ..runtime.queries import Query, parse_sort
from ..runtime.storage import people
from ..runtime.storage.unit_of_work import Unit
from ..workflow.approvals import graphs, simulating, viewing
from ..workflow.approvals.graphs import GraphSeen
from ..workflow.approvals.simulating import Simulation, Stop, Tried, Wanted
from ..workflow.approvals.viewing import NodeSeen
from .case_drawing import Drawing, draw
from .filtering import Choice
from .labels import Labels

SEARCHED = ("lookup", "master", "user")
MOST_OFFERED = 20
OUTCOMES = {
    "approved": ("It would be approved.", "green"),
    "rejected": ("It would be rejected.", "red"),
    None: ("It would not come to an end.", "orange"),
}
WAYS = {"approve": "Approve", "reject": "Reject", "else": "otherwise"}


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
class Typed:
    """A field that the graph's conditions read, to be typed. ``options``: (value, label).
    ``search_url``: what is typed is searched there; ``chosen``: what was found."""

    name: str
    label: str
    value: str
    options: tuple[tuple[str, str], ...]
    type: str
    problem: str | None = None
    search_url: str | None = None
    chosen: Choice | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition that was asked: in the words of the graph, with the values it read."""

    target: str
    source: str
    holds: bool
    read: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class StopModel:
    label: str
    type: str
    result: str
    people: tuple[tuple[str, str], ...]
    """(name, why)."""
    conditions: tuple[Condition, ...]
    told: str
    written: str


@dataclass(frozen=True, slots=True)
class Result:
    said: str
    color: str
    stops: tuple[StopModel, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GraphModel:
    label: str
    object: str
    url: str
    running: int
    drawing: Drawing
    told: str
    marks: tuple[tuple[str, str], ...]
    """(node, what is amiss)."""
    records: tuple[Choice, ...]
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
    nodes = _nodes(unit, seen, simulation)
    states = {"open": "under way", "done": "done", "cancelled": "left", "": "to come"}
    return GraphModel(
        label=seen.label,
        object=labels.plural(obj),
        url=_url(seen),
        running=seen.running,
        drawing=draw(nodes, seen.graph.edges, {k: labels.text(v) for k, v in WAYS.items()}),
        told="; ".join(f"{n.label}: {labels.text(states[n.state])}" for n in nodes),
        marks=tuple(_marks(unit, seen, labels)),
        records=_records(unit, obj, typed.get("record", ""), labels),
        submitter=_person(unit, typed.get("submitter") or unit.actor.id),
        fields=_fields(unit, obj, seen, typed, error, labels),
        answers=tuple(
            (node.name, viewing.label_of(unit, node), typed.get(f"answer.{node.name}") == "reject")
            for node in seen.graph.nodes.values()
            if node.type == "approve"
        ),
        choices=tuple(
            (n.name, viewing.label_of(unit, n), _person(unit, typed.get(f"chosen.{n.name}", "")))
            for n in seen.graph.choices
        ),
        result=_result(unit, obj, simulation, labels) if simulation else None,
        problem=_said(error, labels),
    )


def _url(seen: GraphSeen) -> str:
    return url_for("graphs.show", name=seen.graph.object, approval=seen.graph.name)


def _said(error: TypecaseError | None, labels: Labels) -> str | None:
    if error is None or (isinstance(error, RecordInvalid) and all(p.field for p in error.problems)):
        return None
    problems = error.problems if isinstance(error, RecordInvalid) else ()
    return " ".join(p.text(labels.locale) for p in problems) or error.text(labels.locale)


# Trying -------------------------------------------------------------------------------------


def _tried(
    unit: Unit, seen: GraphSeen, form: Mapping[str, str] | None
) -> tuple[Simulation | None, TypecaseError | None]:
    if form is None:
        return None, None
    wanted = Wanted(
        object=seen.graph.object,
        approval=seen.graph.name,
        record=form.get("record") or None,
        values=_part(form, "value."),
        submitter=form.get("submitter") or None,
        chosen={name: (person,) for name, person in _part(form, "chosen.").items()},
        answers=_part(form, "answer."),
    )
    try:
        return simulating.simulate(unit, wanted), None
    except TypecaseError as error:
        return None, error


def _part(form: Mapping[str, str], start: str) -> dict[str, str]:
    return {k.removeprefix(start): v for k, v in form.items() if k.startswith(start) and v}


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


# The form -----------------------------------------------------------------------------------


def _records(unit: Unit, obj: Object, chosen: str, labels: Labels) -> tuple[Choice, ...]:
    """The latest ones, and the one that is chosen."""
    if "read" not in unit.actor.rights.on(obj.name):
        return ()
    query = Query(obj.name, ("id",), sort=parse_sort("-updated_at"), limit=MOST_OFFERED)
    ids = [row.id for row in reading.find(unit, query).rows]
    if len(chosen) == 36 and chosen not in ids:
        ids.append(chosen)
    titles = titles_of(unit, {obj.name: ids})
    untitled = labels.text("Untitled")
    return tuple(Choice(i, titles[i] or untitled, i == chosen) for i in ids if i in titles)


def _person(unit: Unit, id_: str) -> Choice | None:
    name = users.named(unit, id_) if len(id_) == 36 else None
    return Choice(id_, name, True) if name else None


def _fields(
    unit: Unit,
    obj: Object,
    seen: GraphSeen,
    typed: Mapping[str, str],
    error: TypecaseError | None,
    labels: Labels,
) -> tuple[Typed, ...]:
    problems = error.problems if isinstance(error, RecordInvalid) else ()
    wrong = {p.field: p.text(labels.locale) for p in problems}
    return tuple(
        Typed(
            name=field.name,
            label=labels.field(field),
            value=typed.get(f"value.{field.name}", ""),
            options=_options(field, labels),
            type="date" if field.type == "date" else "text",
            problem=wrong.get(field.name),
            search_url=_search_url(obj, field),
            chosen=_chosen(unit, field, typed.get(f"value.{field.name}", "")),
        )
        for name in simulating.asked_for(seen.graph)
        if (field := obj.by_name.get(name)) is not None
        and field.type not in ("formula", "rollup")
        and access.may_read_field(unit.actor, obj, field)
    )


def _search_url(obj: Object, field: Field) -> str | None:
    if field.type not in SEARCHED:
        return None
    return url_for("forms.lookup", name=obj.name, field=field.name)


def _chosen(unit: Unit, field: Field, typed: str) -> Choice | None:
    """What was found by its title; nothing that whoever asks may not see. Where a field points to
    several objects the value names the one it is of."""
    if field.type not in SEARCHED or not typed:
        return None
    if field.type == "user":
        return _person(unit, typed)
    target, _, id_ = typed.rpartition(":")
    target = target or field.targets[0]
    if len(id_) != 36 or target not in field.targets:
        return None
    title = titles_of(unit, {target: [id_]}).get(id_)
    return Choice(typed, title, True) if title is not None else None


def _options(field: Field, labels: Labels) -> tuple[tuple[str, str], ...]:
    if field.type == "boolean":
        return ("true", labels.text("Yes")), ("false", labels.text("No"))
    return tuple((option.name, labels.option(option)) for option in field.options)


# What it came to ----------------------------------------------------------------------------


def _result(unit: Unit, obj: Object, found: Simulation, labels: Labels) -> Result:
    said, color = OUTCOMES.get(found.outcome, OUTCOMES[None])
    notes = []
    if not found.is_offered:
        notes.append(labels.text("A record like this is not offered for approval."))
    if not found.may_submit:
        notes.append(labels.text("This person may not submit it."))
    if found.problem is not None:
        notes.append(found.problem.text(labels.locale))
    mentioned = {p.asked.person for stop in found.stops for p in stop.people}
    mentioned |= {person for stop in found.stops for person in stop.told}
    names = people.names(unit, mentioned)
    stops = tuple(_stop(unit, obj, found, stop, names, labels) for stop in found.stops)
    return Result(labels.text(said), color, stops, tuple(notes))


def _stop(
    unit: Unit,
    obj: Object,
    found: Simulation,
    stop: Stop,
    names: Mapping[str, str],
    labels: Labels,
) -> StopModel:
    results = {"approve": "approves", "reject": "rejects"}
    return StopModel(
        label=viewing.label_of(unit, stop.node),
        type=stop.node.type,
        result=labels.text(results[stop.result]) if stop.result in results else "",
        people=tuple((names.get(p.asked.person, "?"), p.why) for p in stop.people),
        conditions=tuple(_condition(unit, obj, found, each, labels) for each in stop.tried),
        told=", ".join(names.get(each, "?") for each in stop.told),
        written=", ".join(labels.name(obj, each) for each in stop.written),
    )


def _condition(
    unit: Unit, obj: Object, found: Simulation, tried: Tried, labels: Labels
) -> Condition:
    read = tuple((name, _plain(value)) for name, value in sorted(tried.read.items()))
    target: Node = found.graph.nodes[tried.target]
    return Condition(viewing.label_of(unit, target), tried.source, tried.holds, read)


def _plain(value: Any) -> str:
    if value is None:
        return "–"
    several = isinstance(value, Sequence) and not isinstance(value, str)
    return ", ".join(map(str, value)) if several else str(value)
