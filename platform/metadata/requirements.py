"""Packages need packages: which versions fit, and in what order they come."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import networkx as nx

from ..errors import Problem
from .customer import LAYER
from .sources import PackageSource
from .spelling import nearest

COMPARISONS: Mapping[str, Callable[[tuple[int, ...], tuple[int, ...]], bool]] = MappingProxyType(
    {
        ">=": operator.ge,
        "<=": operator.le,
        "==": operator.eq,
        ">": operator.gt,
        "<": operator.lt,
    }
)
PART = re.compile(r"(>=|<=|==|<|>) *([\d.]+)", re.ASCII)


def version_tuple(text: str) -> tuple[int, ...]:
    """``1.4`` as (1, 4, 0): comparable."""
    numbers = [int(part) for part in text.split(".")]
    return tuple([*numbers, 0, 0][:3])


def fits(version: str, wanted: str) -> bool:
    """Whether ``version`` lies in the range ``>=1.0,<2`` (``*``: any)."""
    return all(
        COMPARISONS[sign](version_tuple(version), version_tuple(bound))
        for sign, bound in PART.findall(wanted)
    )


def problems_of_requirements(packages: Sequence[PackageSource]) -> list[Problem]:
    """Packages twice, packages missing, versions that do not fit, circles, two bases."""
    found: list[Problem] = []
    versions: dict[str, str] = {}
    for each in packages:
        if each.name in versions:
            found.append(_problem(each, "/name", "The package {name} is here twice."))
        if each.name == LAYER:
            found.append(
                _problem(each, "/name", "The name {name} means the customer's own changes.")
            )
        versions[each.name] = each.version
    for each in packages:
        for name, wanted in each.requires.items():
            found += _requirement(each, name, wanted, versions)
    found += [
        _problem(each, "/base", "Only one package may go without a prefix.")
        for each in [p for p in packages if p.manifest.get("base")][1:]
    ]
    return found + _prefixes(packages) + _circle(packages)


def _prefixes(packages: Sequence[PackageSource]) -> list[Problem]:
    """Every name a package gives begins with its prefix, so a prefix has one owner."""
    owners: dict[str, str] = {}
    found = []
    for each in packages:
        prefix = each.manifest.get("prefix")
        if prefix is not None and owners.setdefault(prefix, each.name) != each.name:
            message = "The prefix {prefix} belongs to the package {other}."
            data = {"prefix": prefix, "other": owners[prefix]}
            found.append(_problem(each, "/prefix", message, **data))
    return found


def _requirement(
    of: PackageSource, name: str, wanted: str, versions: Mapping[str, str]
) -> list[Problem]:
    at = f"/requires/{name}"
    if name not in versions:
        hint = nearest(name, versions)
        return [_problem(of, at, "The package {other} is not there.{hint}", other=name, hint=hint)]
    if not fits(versions[name], wanted):
        message = "{other} {version} is there; {wanted} is needed."
        return [_problem(of, at, message, other=name, version=versions[name], wanted=wanted)]
    return []


def _circle(packages: Sequence[PackageSource]) -> list[Problem]:
    try:
        cycle = nx.find_cycle(_graph(packages))
    except nx.NetworkXNoCycle:
        return []
    names = [edge[0] for edge in cycle]
    start = names.index(min(names))
    names = [*names[start:], *names[:start]]
    first = next(each for each in packages if each.name == names[0])
    message = "These packages need each other in a circle: {circle}."
    return [_problem(first, "/requires", message, circle=" → ".join([*names, names[0]]))]


def install_order(packages: Sequence[PackageSource]) -> list[PackageSource]:
    """Each package after those it requires; otherwise the base first, then by name."""
    by_name = {each.name: each for each in packages}

    def key(name: str) -> tuple[bool, str]:
        return not by_name[name].manifest.get("base", False), name

    graph = _graph(packages).reverse()
    return [by_name[name] for name in nx.lexicographical_topological_sort(graph, key=key)]


def _graph(packages: Sequence[PackageSource]) -> nx.DiGraph[str]:
    """Edges lead from a package to what it requires."""
    names = {each.name for each in packages}
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(sorted(names))
    graph.add_edges_from(
        (each.name, other) for each in packages for other in each.requires if other in names
    )
    return graph


def _problem(of: PackageSource, pointer: str, message: str, **data: object) -> Problem:
    return Problem(f"{of.name}/package.json", pointer, message, {"name": of.name, **data})
