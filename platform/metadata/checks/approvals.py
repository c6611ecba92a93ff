"""Approval graphs: that every case comes to an end, and that somebody can be asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ..approvals import WAITS, Edge, Graph, Node
from ..approvals_parser import read_graph
from ..layers import Layered
from ..steps.compiling import Path
from .checking import Checking

ONE_WAY = ("start", "acknowledge", "notify", "join", "action", "wait")
ASKING = ("assignees", "mode", "percent", "self_approval", "fallback", "due", "overdue", "editable")
FORMS: Mapping[str, frozenset[str]] = {
    "start": frozenset(),
    "approve": frozenset((*ASKING, "skip_if_already_approved")),
    "acknowledge": frozenset(ASKING),
    "notify": frozenset(("to", "template")),
    "exclusive": frozenset(),
    "parallel": frozenset(),
    "join": frozenset(),
    "action": frozenset(("do",)),
    "wait": frozenset(("for", "until")),
    "end": frozenset(("outcome", "set")),
}
"""What each type of node is told, beside name, label, help and position."""

ANYWHERE = frozenset(("name", "label", "was", "help", "type", "position"))


class Wrong(NamedTuple):
    path: Path
    message: str
    data: Mapping[str, Any] = {}


def check_approvals(checking: Checking) -> None:
    for document in checking.stack.of("approvals"):
        if document.name in checking.catalog.objects:
            for each in document.content.get("approvals", ()):
                _check(checking, document, each)


def _check(checking: Checking, document: Layered, written: Mapping[str, Any]) -> None:
    def report(path: Path, message: str, data: Mapping[str, Any]) -> None:
        checking.at(document, path, message, **data)

    here = ("approvals", written["name"])
    if ("review" in written) == bool(written.get("nodes")):
        checking.at(document, here, "An approval is either nodes with edges, or a review.")
        return
    graph = read_graph(checking.catalog, document.name, written, report)
    for wrong in _written_so(written):
        report((*here, *wrong.path), wrong.message, wrong.data)
    known = [e for e in graph.edges if {e.source, e.target} <= graph.nodes.keys()]
    if len(known) < len(graph.edges):
        return  # told by the references; what follows would only repeat it
    for wrong in problems_of(graph):
        report((*here, *wrong.path), wrong.message, wrong.data)


def _written_so(written: Mapping[str, Any]) -> Iterator[Wrong]:
    for node in written.get("nodes", ()):
        path = ("nodes", node["name"])
        for key in node.keys() - ANYWHERE - FORMS[node["type"]]:
            data = {"key": key, "kind": node["type"]}
            yield Wrong((*path, key), "{key} means nothing to “{kind}”.", data)
        if (node.get("mode") == "percent") != ("percent" in node):
            yield Wrong(path, "“percent” needs the mode percent, and the mode the percent.")
        if node["type"] == "wait" and not {"for", "until"} & node.keys():
            yield Wrong(path, "Say how long to wait, or until what holds.")


def problems_of(graph: Graph) -> Iterator[Wrong]:
    """Everything wrong with the graph as a graph; the paths begin below it."""
    starts = [node for node in graph.nodes.values() if node.type == "start"]
    if len(starts) != 1:
        yield Wrong(("nodes",), "A graph has one start; here are {count}.", {"count": len(starts)})
        return
    for node in graph.nodes.values():
        yield from (
            Wrong(("nodes", node.name), message, {"name": node.name, **data})
            for message, data in (*_ways(graph, node), *_people(node), *_place(graph, node))
        )
    for index, edge in enumerate(graph.edges):
        yield from _edge(graph, edge, ("edges", index))
    yield from _loops(graph)
    yield from _branches(graph)


Said = tuple[str, Mapping[str, Any]]


def _ways(graph: Graph, node: Node) -> Iterator[Said]:
    ways = graph.after(node.name)
    if node.type == "approve":
        for decision in ("approve", "reject"):
            if sum(edge.on == decision for edge in ways) != 1:
                yield "{name} needs one way on “{decision}”.", {"decision": decision}
    elif node.type in ONE_WAY and len(ways) != 1:
        yield "{name} needs one way out; it has {count}.", {"count": len(ways)}
    elif node.type == "exclusive":
        if sum(edge.is_else for edge in ways) != 1:
            yield "{name} needs one way for “else”.", {}
        if len(ways) < 2:
            yield "{name} has nothing to choose between.", {}
    elif node.type == "parallel" and len(ways) < 2:
        yield "{name} has nothing that could run side by side.", {}
    elif node.type == "end" and ways:
        yield "{name} is an end: nothing comes after it.", {}


def _people(node: Node) -> Iterator[Said]:
    if node.asks and not node.assignees:
        yield "Nobody is asked at {name}.", {}


def _place(graph: Graph, node: Node) -> Iterator[Said]:
    if node.name != graph.start and node.name not in graph.reached(graph.start):
        yield "No way leads to {name}.", {}
    ends = (n for n in graph.reached(node.name) if graph.nodes[n].type == "end")
    if node.type != "end" and next(ends, None) is None:
        yield "No way leads from {name} to an end.", {}
    entering = sum(edge.target == node.name for edge in graph.edges)
    if node.type == "join" and entering < 2:
        yield "{name} joins nothing: fewer than two ways lead to it.", {}
    if node.type == "start" and entering:
        yield "{name} is the start: no way leads to it. A return needs none.", {}


def _edge(graph: Graph, edge: Edge, path: Path) -> Iterator[Wrong]:
    type_ = graph.nodes[edge.source].type
    fits = {"approve": ("approve", "reject"), "acknowledge": (None, "acknowledge")}
    if edge.on not in fits.get(type_, (None,)):
        data = {"kind": type_, "decision": edge.on or "–"}
        yield Wrong(path, "A way from “{kind}” cannot wait for “{decision}”.", data)
    if (edge.when is not None or edge.is_else) and type_ != "exclusive":
        yield Wrong(path, "Conditions belong to ways from an exclusive node.")
    if type_ == "exclusive" and (edge.when is None) == (not edge.is_else):
        yield Wrong(path, "A way from an exclusive node says “when”, or is the “else”.")


def _loops(graph: Graph) -> Iterator[Wrong]:
    """A case that goes round without anybody being asked would go round for ever."""
    for node in graph.nodes.values():
        if node.type not in WAITS and node.name in _without_people(graph, node.name):
            data = {"name": node.name}
            yield Wrong(("nodes", node.name), "{name} is in a circle where nobody is asked.", data)


def _without_people(graph: Graph, name: str) -> set[str]:
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        for edge in graph.after(waiting.pop()):
            if edge.target not in seen and graph.nodes[edge.target].type not in WAITS:
                seen.add(edge.target)
                waiting.append(edge.target)
    return seen


def _branches(graph: Graph) -> Iterator[Wrong]:
    """Branches that run side by side meet again before the record counts as approved."""
    opened = [node.name for node in graph.nodes.values() if node.type == "parallel"]
    for name in opened:
        ways = [edge.target for edge in graph.after(name)]
        joins = [{n for n in (way, *graph.reached(way)) if _is_join(graph, n)} for way in ways]
        data = {"name": name}
        if not joins or not set.intersection(*joins):
            yield Wrong(("nodes", name), "The branches of {name} never meet in one join.", data)
        elif any(_slips_out(graph, way) for way in ways):
            message = "A branch of {name} comes to an approved end without meeting the others."
            yield Wrong(("nodes", name), message, data)
    for node in graph.nodes.values():
        if node.type == "join" and not any(node.name in graph.reached(name) for name in opened):
            message = "{name} joins nothing: no parallel stands before it."
            yield Wrong(("nodes", node.name), message, {"name": node.name})


def _is_join(graph: Graph, name: str) -> bool:
    return graph.nodes[name].type == "join"


def _slips_out(graph: Graph, name: str) -> bool:
    """Whether an end that approves is reached without going through a join."""
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        here = waiting.pop()
        node = graph.nodes[here]
        if here in seen or node.type == "join":
            continue
        if node.type == "end" and node.outcome == "approved":
            return True
        seen.add(here)
        waiting += [edge.target for edge in graph.after(here)]
    return False
