"""Computed fields: none may depend on itself, and no chain may be too long to recompute."""

from __future__ import annotations

import networkx as nx

from ..resolving import Node
from .checking import Checking

LONGEST_CHAIN = 12
"""Computed fields reading one another, one after the other."""

COMPUTED = frozenset({"formula", "rollup"})


def check_cycles(checking: Checking) -> None:
    graph = computed_graph(checking)
    cyclic = [part for part in nx.strongly_connected_components(graph) if len(part) > 1]
    cyclic += [{node} for node in nx.nodes_with_selfloops(graph)]
    for part in sorted(cyclic, key=min):
        circle = _circle(graph, part)
        message = "These fields are computed from each other in a circle: {circle}."
        _tell(checking, circle[0], message, circle=" → ".join(n.name for n in circle))
    if not cyclic:
        _check_length(checking, graph)


def computed_graph(checking: Checking) -> nx.DiGraph[Node]:
    """Edges lead from a computed field to the computed fields it reads, on any record."""
    computed = {
        Node("field", f"{of.name}.{field.name}")
        for of in checking.catalog.objects.values()
        for field in of.fields
        if field.type in COMPUTED
    }
    graph: nx.DiGraph[Node] = nx.DiGraph()
    graph.add_nodes_from(computed)
    graph.add_edges_from(
        (each.user, each.used)
        for each in checking.references.references
        if each.user in computed and each.used in computed and _computes(each.path)
    )
    return graph


def _computes(path: tuple[str | int, ...]) -> bool:
    """Whether a place in a field's definition is part of the computation (not its visibility)."""
    return len(path) > 2 and path[2] in ("expression", "of", "filter", "where", "value", "object")


def _circle(graph: nx.DiGraph[Node], part: set[Node]) -> list[Node]:
    edges = nx.find_cycle(graph.subgraph(part), min(part))
    return [*(edge[0] for edge in edges), edges[0][0]]


def _check_length(checking: Checking, graph: nx.DiGraph[Node]) -> None:
    chain = nx.dag_longest_path(graph)
    if len(chain) > LONGEST_CHAIN:
        message = (
            "A chain of {count} computed fields; at most {limit} may build on one another: {chain}."
        )
        names = " → ".join(node.name for node in chain)
        _tell(checking, chain[0], message, count=len(chain), limit=LONGEST_CHAIN, chain=names)


def _tell(checking: Checking, node: Node, message: str, **data: object) -> None:
    object_name, _, field = node.name.partition(".")
    document = checking.stack.documents["object", object_name]
    checking.at(document, ("fields", field), message, **data)
