"""A record goes into an approval: which graph is meant, who may, and where it comes to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...errors import AccessDenied, Conflict, FieldProblem, NotFound, RecordInvalid
from ...metadata.approvals import Graph, Node
from ...metadata.approvals_parser import graphs_of
from ...metadata.definitions import EMPTY
from ...runtime import access, reading
from ...runtime.changes import Change
from ...runtime.facts import Facts
from ...runtime.storage import records
from ...runtime.storage.unit_of_work import Unit
from ..scope import Ref, Scope
from ..storage import asked_rows, case_rows, values
from . import cases, engine
from .cases import Standing
from .people import Looking
from .state import Case
from .world import values_of


@dataclass(frozen=True, slots=True)
class Offer:
    """An approval a record may be submitted to; ``choices``: nodes whose people are picked."""

    graph: Graph
    choices: tuple[Node, ...]


def offered(unit: Unit, object_name: str, stored: Mapping[str, Any]) -> Offer | None:
    """What the actor may submit the record to, as it is now."""
    if not graphs_of(unit.catalog, object_name) or case_rows.running(unit, [stored["id"]]):
        return None
    for graph in _meant(unit, object_name, stored, None):
        if _may(unit, graph, stored):
            return Offer(graph, graph.choices)
        break
    return None


def submit(
    unit: Unit,
    object_name: str,
    id_: str,
    approval: str | None = None,
    comment: str = "",
    chosen: Mapping[str, Sequence[str]] = EMPTY,
) -> str:
    """Puts a record into an approval; returns the id of the case.

    ``approval``: its name; None: the first whose entry holds. ``chosen``: node → ids of the people
    the submitter picks. Raises AccessDenied, NotFound, Conflict, RecordInvalid.
    """
    obj = unit.catalog.object(object_name)
    access.require(unit.actor, "read", obj)
    values.lock(unit, obj.name, [id_])
    stored = reading.stored(unit, obj.name, id_)
    graph = next(_meant(unit, obj.name, stored, approval), None)
    if graph is None:
        raise Conflict("No approval is meant for this record as it is.")
    if not _may(unit, graph, stored):
        raise AccessDenied("You may not submit this record.")
    if case_rows.running(unit, [id_]):
        raise Conflict("It is in approval already.")
    comment = cases.require_comment(comment)
    return _begin(unit, graph, id_, comment, _picked(unit, graph, chosen)).id


def _meant(
    unit: Unit, object_name: str, stored: Mapping[str, Any], approval: str | None
) -> Iterator[Graph]:
    change = Change("update", stored["id"], {}, stored, dict(stored))
    facts = Facts(unit, unit.model.table(object_name), [change])
    for graph in graphs_of(unit.catalog, object_name):
        if unit.catalog.is_off(graph) or approval not in (None, graph.name):
            continue
        if facts.holds(graph.entry, change):
            yield graph


def _may(unit: Unit, graph: Graph, stored: Mapping[str, Any]) -> bool:
    if unit.actor.is_system:
        return True
    if not graph.submit:
        return "edit" in unit.actor.rights.on(graph.object) and bool(stored["__may_edit"])
    scope = Scope(unit, Ref(graph.object, stored["id"]))
    scope.bind("submitter", Ref("user", unit.actor.id))
    return unit.actor.id in Looking(unit, scope, unit.actor.id, EMPTY).of(graph.submit)


def _picked(unit: Unit, graph: Graph, chosen: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Who was picked for which node. Raises RecordInvalid where somebody is missing."""
    wanted = {node.name: node for node in graph.choices}
    problems = [
        FieldProblem(name, "unknown", "Nobody is picked for “{node}”.", {"node": name})
        for name in chosen.keys() - wanted.keys()
    ]
    found: dict[str, list[str]] = {}
    for name, node in wanted.items():
        ids = [each for each in chosen.get(name, ()) if isinstance(each, str) and len(each) == 36]
        active = asked_rows.active(unit, ids) if ids else set()
        found[name] = [each for each in dict.fromkeys(ids) if each in active]
        if not found[name]:
            message, data = "Pick who decides “{node}”.", {"node": node.label}
            problems.append(FieldProblem(name, "required", message, data))
    if problems:
        raise RecordInvalid(problems)
    return found


def _begin(
    unit: Unit, graph: Graph, record: str, comment: str, chosen: Mapping[str, Sequence[str]]
) -> Standing:
    document = cases.document_of(unit, graph.object, graph.name)
    digest = cases.digest_of(document)
    case_rows.keep_graph(unit, digest, document)
    submitter = unit.actor.on_behalf or unit.actor.id
    row: dict[str, Any] = {
        "id": unit.new_id(),
        "object": graph.object,
        "record": record,
        "approval": graph.name,
        "graph": digest,
        "submitter": submitter,
        "submitted_at": unit.now,
        "chosen": {name: list(ids) for name, ids in chosen.items()},
        "snapshot": values_of(unit, graph.object, record),
    }
    case_rows.insert(unit, row)
    # A save that looked for a case before there was one must not go through behind it.
    records.outdate(unit, unit.model.table(graph.object), record)
    begun = Standing(
        row["id"], graph.object, record, digest, graph, Case(submitter), unit.now, None,
        row["chosen"], row["snapshot"], {},
    )  # fmt: skip
    cases.note(unit, begun, "submit", comment=comment)
    world = begun.world(unit)
    return cases.keep(unit, begun, engine.start(graph, submitter, world), world)


def running_of(unit: Unit, record: str) -> Standing | None:
    """The case a record is in just now."""
    rows = case_rows.running(unit, [record])
    return cases.of_row(unit, rows[0]) if rows else None


def require_record(unit: Unit, object_name: str, id_: str) -> None:
    """Raises AccessDenied, NotFound."""
    access.require(unit.actor, "read", unit.catalog.object(object_name))
    if not reading.stored(unit, object_name, id_):
        raise NotFound()
