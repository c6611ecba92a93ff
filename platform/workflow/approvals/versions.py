"""Cases that run on an older version of their graph: where they stand, and how they go over.

Nothing goes over by itself. Whoever looks after approvals sees beforehand who is asked then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from ...errors import Conflict, NotFound, TypecaseError
from ...metadata.approvals import Graph, Node
from ...metadata.approvals_parser import graphs_of
from ...runtime import audit
from ...runtime.forms import titles_of
from ...runtime.storage import people
from ...runtime.storage.unit_of_work import Unit
from ..jobs import require_right
from ..storage import case_rows
from . import cases, moving, viewing
from .cases import Standing
from .state import Case
from .world import RecordWorld

MOST = 50


@dataclass(frozen=True, slots=True)
class Place:
    """A node where a case stands, by the words of its own version, and who is asked there."""

    node: str
    label: str
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Older:
    """``title``: of the record, empty where it may not be seen. ``reason``: why the case cannot go
    over; None: it can."""

    id: str
    number: int
    record: str
    title: str
    version: str
    submitted_at: datetime
    places: tuple[Place, ...]
    reason: TypecaseError | None


@dataclass(frozen=True, slots=True)
class OlderCases:
    """A page of them, the oldest first. ``version``: what would be the new one."""

    version: str
    items: tuple[Older, ...]
    names: Mapping[str, str]
    next: str | None


@dataclass(frozen=True, slots=True)
class Preview:
    """How a case would stand. ``asked``: node → (id of a person, why they are asked)."""

    case: Older
    state: str
    asked: tuple[tuple[Place, tuple[str, ...]], ...]
    names: Mapping[str, str]


def older(
    unit: Unit, object_name: str, name: str, limit: int = MOST, after: str | None = None
) -> OlderCases:
    """Needs the right ``designer``. Raises AccessDenied, NotFound."""
    require_right(unit)
    graph, digest = _published(unit, object_name, name)
    limit = max(1, min(limit, MOST))
    rows = case_rows.older(unit, graph.object, graph.name, digest, limit + 1, after)
    more, rows = len(rows) > limit, rows[:limit]
    items = _listed(unit, graph, rows)
    mentioned = {each for item in items for place in item.places for each in place.people}
    next_ = items[-1].id if more else None
    return OlderCases(digest[:12], items, people.names(unit, mentioned), next_)


def count(unit: Unit, graph: Graph) -> int:
    """How many cases run on an older version of a published graph."""
    digest = cases.digest_of(cases.document_of(unit, graph.object, graph.name))
    return case_rows.count_older(unit, graph.object, graph.name, digest)


def preview(unit: Unit, id_: str) -> Preview:
    """Who would be asked if the case went over now; nothing is written.

    Raises AccessDenied, NotFound, Conflict where it cannot go over.
    """
    require_right(unit)
    row = _row(unit, id_, lock=False)
    graph, digest = _published(unit, row["object"], row["approval"])
    found = _fitting(unit, row, graph, digest)
    [item] = _listed(unit, graph, [row])
    after = moving.moved(graph, found.case, _Thought(unit, found, graph), unit.actor.id)
    turns = viewing.turns(unit, replace(found, case=after, graph=graph))
    asked = tuple((Place(t.node, t.label, (*t.people, *t.then)), t.why) for t in turns)
    mentioned = {each for place, _ in asked for each in place.people}
    mentioned |= {each for place in item.places for each in place.people}
    return Preview(item, after.state, asked, people.names(unit, mentioned))


def move(unit: Unit, id_: str, number: int | None = None) -> Standing:
    """The case goes over to the published version of its graph. ``number``: the version of the case
    that was looked at.

    Raises AccessDenied, NotFound, Conflict.
    """
    require_right(unit)
    row = _row(unit, id_, lock=True)
    graph, digest = _published(unit, row["object"], row["approval"])
    found = _fitting(unit, row, graph, digest)
    if number is not None and number != found.case.number:
        raise Conflict("The case has moved on meanwhile. Look at it again.")
    after_it = replace(found, graph=graph, digest=digest)
    world = after_it.world(unit)
    after = moving.moved(graph, found.case, world, unit.actor.id)
    document = cases.document_of(unit, graph.object, graph.name)
    case_rows.keep_graph(unit, digest, document)
    case_rows.pin(unit, found.id, digest)
    stood = sorted({step.node for step in moving.places(found.case)})
    cases.note(unit, after_it, "move", was=found.digest[:12], nodes=stood)
    told = {"case": found.id, "object": found.object, "record": found.record}
    versions = {"was": found.digest[:12], "now": digest[:12]}
    audit.record(unit, "case_moved", {**told, "approval": graph.name, **versions})
    return cases.keep(unit, after_it, after, world)


def move_many(unit: Unit, wanted: Sequence[tuple[str, int]]) -> list[TypecaseError | None]:
    """Moves several cases (id, the version looked at), each alone: what is refused stays as it was.
    What was wrong with each, None where it went well. Raises AccessDenied."""
    require_right(unit)
    done: list[TypecaseError | None] = []
    for id_, number in wanted[:MOST]:
        try:
            with unit.savepoint():
                move(unit, id_, number)
        except TypecaseError as refused:
            done.append(refused)
        else:
            done.append(None)
    return done


# Inside -------------------------------------------------------------------------------------


class _Thought(RecordWorld):
    """The world of a case that only might go over: reads like a real one, does nothing."""

    def __init__(self, unit: Unit, found: Standing, graph: Graph) -> None:
        submitter = found.case.submitter
        super().__init__(unit, graph, found.record, submitter, found.chosen, found.written)

    def done(self, node: Node) -> None:
        pass

    def over(self, node: Node) -> None:
        pass


def _published(unit: Unit, object_name: str, name: str) -> tuple[Graph, str]:
    if object_name in unit.catalog.objects:
        for graph in graphs_of(unit.catalog, unit.catalog.object(object_name).name):
            if graph.name == name:
                return graph, cases.digest_of(cases.document_of(unit, graph.object, name))
    raise NotFound()


def _row(unit: Unit, id_: str, lock: bool) -> dict[str, Any]:
    row = case_rows.get(unit, id_, lock)
    if row is None:
        raise NotFound()
    return row


def _fitting(unit: Unit, row: Mapping[str, Any], graph: Graph, digest: str) -> Standing:
    if row["state"] != "running":
        raise Conflict("The approval is over: {state}.", state=row["state"])
    if row["graph"] == digest:
        raise Conflict("It runs on the published version of its graph already.")
    found = cases.of_row(unit, row)
    reason = _against(unit, found.graph, graph, found.case)
    if reason is not None:
        raise reason
    return found


def _against(unit: Unit, old: Graph, new: Graph, case: Case) -> Conflict | None:
    said = moving.against(old, new, case)
    if said is None:
        return None
    message, node = said
    return Conflict(message, node=viewing.label_of(unit, node))


def _listed(unit: Unit, new: Graph, rows: Sequence[Mapping[str, Any]]) -> tuple[Older, ...]:
    stood = case_rows.as_cases(unit, rows)
    titles = titles_of(unit, {new.object: {row["record"] for row in rows}})
    return tuple(_older(unit, new, row, stood[row["id"]], titles) for row in rows)


def _older(
    unit: Unit, new: Graph, row: Mapping[str, Any], case: Case, titles: Mapping[str, str]
) -> Older:
    reason: Conflict | None
    try:
        old = cases.graph_of(unit, new.object, row["graph"])
    except Conflict as unreadable:
        reason, nodes = unreadable, new.nodes
    else:
        reason, nodes = _against(unit, old, new, case), old.nodes
    places = tuple(
        Place(
            step.node,
            viewing.label_of(unit, nodes[step.node]) if step.node in nodes else step.node,
            tuple(t.person for t in case.tasks_of(step.id) if t.state == "waiting"),
        )
        for step in case.open
    )
    return Older(
        row["id"], case.number, row["record"], titles.get(row["record"], ""), row["graph"][:12],
        row["submitted_at"], places, reason,
    )  # fmt: skip
