"""The order in which the formulas of one record can be computed."""

from __future__ import annotations

from collections.abc import Callable

import networkx as nx

from .definitions import Field, Object
from .expressions import Checked


def ordered_formulas(of: Object, checked: Callable[[Field], Checked]) -> tuple[Field, ...]:
    """Each formula after those it reads. There is no cycle: the checks have refused it."""
    formulas = {each.name: each for each in of.fields if each.type == "formula"}
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(formulas)
    for name, each in formulas.items():
        read = {path[0] for path in checked(each).paths}
        graph.add_edges_from((other, name) for other in read & set(formulas))
    return tuple(formulas[name] for name in nx.lexicographical_topological_sort(graph))
