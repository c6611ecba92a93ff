"""Approval graphs at a glance, for whoever looks after them: what runs, and what is amiss."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ...errors import NotFound
from ...metadata.approvals import Graph, Node, Person
from ...metadata.approvals_parser import graphs_of
from ...metadata.checks.approvals import problems_of
from ...runtime.storage.unit_of_work import Unit
from ..jobs import require_right
from ..storage import asked_rows, case_rows, told_rows
from . import versions, viewing


@dataclass(frozen=True, slots=True)
class Mark:
    """Something amiss at a node (None: with the graph); a template with its data."""

    node: str | None
    message: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class GraphSeen:
    """``running``: cases under way, by whatever version of the graph they began with; ``older``: of
    these, by one that is not the published one, where that was asked for."""

    graph: Graph
    label: str
    running: int
    ended: int
    marks: tuple[Mark, ...]
    older: int = 0


def all_graphs(unit: Unit) -> list[GraphSeen]:
    """Every approval of every object. Needs the right ``designer``."""
    require_right(unit)
    counts = case_rows.counts(unit)
    return [
        _seen(unit, graph, counts)
        for name in unit.catalog.documents.get("approvals", {})
        if name in unit.catalog.objects
        for graph in graphs_of(unit.catalog, name)
    ]


def one(unit: Unit, object_name: str, name: str) -> GraphSeen:
    """Raises AccessDenied, NotFound."""
    require_right(unit)
    if object_name in unit.catalog.objects:
        for graph in graphs_of(unit.catalog, unit.catalog.object(object_name).name):
            if graph.name == name:
                seen = _seen(unit, graph, case_rows.counts(unit))
                return replace(seen, older=versions.count(unit, graph))
    raise NotFound()


def marks(unit: Unit, graph: Graph) -> tuple[Mark, ...]:
    """What the checks of a publication say of the graph, and where nobody is there to be asked
    just now: people come and go without a publication."""
    found = [Mark(_node(wrong.path), wrong.message, wrong.data) for wrong in problems_of(graph)]
    for node in graph.nodes.values():
        found += _people(unit, node)
    return tuple(found)


# Inside -------------------------------------------------------------------------------------


def _seen(unit: Unit, graph: Graph, counts: Mapping[tuple[str, str, str], int]) -> GraphSeen:
    running = counts.get((graph.object, graph.name, "running"), 0)
    every = sum(
        n for (of, name, _), n in counts.items() if (of, name) == (graph.object, graph.name)
    )
    label = viewing.label_of(unit, graph)
    return GraphSeen(graph, label, running, every - running, marks(unit, graph))


def _node(path: tuple[str | int, ...]) -> str | None:
    return str(path[1]) if len(path) > 1 and path[0] == "nodes" else None


def _people(unit: Unit, node: Node) -> list[Mark]:
    """Where those whom a node names are nobody, whatever the record."""
    if not node.assignees:
        return []
    empty = [each for each in node.assignees if _is_nobody(unit, each)]
    found = [
        Mark(node.name, "Nobody is there for “{who}”.", {"who": viewing.of_person(unit, each)})
        for each in empty
    ]
    if len(empty) == len(node.assignees) and node.asks and not node.fallback:
        message = "Nobody is there to be asked; it would go to whoever looks after approvals."
        found.append(Mark(node.name, message, {}))
    return found


def _is_nobody(unit: Unit, person: Person) -> bool:
    match person.kind:
        case "user":
            return not asked_rows.active(unit, asked_rows.with_login(unit, person.name))
        case "role":
            return not told_rows.with_roles(unit, [person.name])
        case "permission":
            return not asked_rows.with_right(unit, person.name)
        case "queue":
            return not asked_rows.of_queue(unit, unit.catalog.queues[person.name].id)
    return False  # depends on the record
