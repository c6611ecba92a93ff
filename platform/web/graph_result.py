"""What a try of an approval graph came to: stop by stop, with people and the conditions asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..metadata.approvals import Node
from ..metadata.definitions import Object
from ..runtime.storage import people
from ..runtime.storage.unit_of_work import Unit
from ..workflow.approvals import viewing
from ..workflow.approvals.simulating import Simulation, Stop, Tried
from .labels import Labels

OUTCOMES = {
    "approved": ("It would be approved.", "green"),
    "rejected": ("It would be rejected.", "red"),
    None: ("It would not come to an end.", "orange"),
}


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


def build(unit: Unit, obj: Object, found: Simulation, labels: Labels) -> Result:
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
