"""Who uses what: one graph over all definitions, and the questions asked of it.

An edge leads from what uses to what is used. Where a name leads nowhere there is a problem instead
of an edge, so nothing dangles.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import networkx as nx

from ..errors import TypecaseError
from .catalog import Catalog
from .layers import Layered, Path, Stack
from .resolving import Node, Nodes, Resolver, nodes_on
from .scoping import Reading, read
from .walking import Mention, Written, walk


@dataclass(frozen=True, slots=True)
class Reference:
    """``user`` names ``used``, at ``path`` of ``document``."""

    user: Node
    used: Node
    document: Layered
    path: Path


class Unresolved(NamedTuple):
    """A name or an expression without a meaning, and why."""

    document: Layered
    path: Path
    message: str
    data: Mapping[str, Any]


@dataclass(frozen=True)
class References:
    """All references of a workspace. ``unresolved`` is empty in a catalog that was handed out."""

    references: tuple[Reference, ...]
    unresolved: tuple[Unresolved, ...]
    readings: tuple[Reading, ...]
    """Every expression that was understood."""

    @cached_property
    def graph(self) -> nx.DiGraph[Node]:
        graph: nx.DiGraph[Node] = nx.DiGraph()
        graph.add_edges_from((each.user, each.used) for each in self.references)
        return graph

    def uses_of(self, kind: str, name: str) -> tuple[Reference, ...]:
        """Where a thing or a part of it is used from outside (an object: its fields, too)."""

        def is_part(node: Node) -> bool:
            return node == (kind, name) or node.name.startswith(f"{name}.")

        return tuple(e for e in self.references if is_part(e.used) and not is_part(e.user))

    def depending_on(self, kind: str, name: str) -> frozenset[Node]:
        """Everything that uses the thing, or uses what uses it: what would go along with it."""
        node = Node(kind, name)
        return frozenset(nx.ancestors(self.graph, node)) if node in self.graph else frozenset()

    def needed_by(self, kind: str, name: str) -> frozenset[Node]:
        """Everything the thing uses, directly or not: what has to be published with it."""
        node = Node(kind, name)
        return frozenset(nx.descendants(self.graph, node)) if node in self.graph else frozenset()


def references_of(stack: Stack, catalog: Catalog) -> References:
    """Walks every document once."""
    found: list[Reference] = []
    unresolved: list[Unresolved] = []
    readings: list[Reading] = []
    resolver = Resolver(catalog)
    for document in stack.documents.values():
        for each in walk(document, catalog):
            try:
                used = tuple(_used(each, resolver, readings))
            except TypecaseError as problem:
                unresolved.append(Unresolved(document, each.path, problem.message, problem.data))
                continue
            user = user_of(document, each.path)
            found.extend(Reference(user, node, document, each.path) for node in used)
    return References(tuple(found), tuple(unresolved), tuple(readings))


def _used(each: Mention | Written, resolver: Resolver, readings: list[Reading]) -> Nodes:
    if isinstance(each, Mention):
        return resolver.resolve(each)
    understood = list(read(each, resolver.catalog))
    readings += understood
    return tuple(node for reading in understood for node in used_by(reading, resolver.catalog))


def used_by(reading: Reading, catalog: Catalog) -> Iterator[Node]:
    """The fields and settings an expression reads."""
    for path in sorted(reading.checked.paths):
        start, rest = reading.object, path
        if path[0] == "record":
            start, rest = reading.written.document.name, path[1:]
        yield from nodes_on(catalog, start, rest)
    for name in sorted(reading.checked.settings):
        yield Node("setting", name)


PARTS: Mapping[tuple[str, str], str] = {
    ("object", "fields"): "field",
    ("object", "validations"): "validation",
    ("object", "record_types"): "record_type",
    ("object", "duplicates"): "duplicate_rule",
    ("views", "views"): "view",
    ("process", "actions"): "action",
    ("process", "automations"): "automation",
    ("process", "sla"): "sla",
    ("approvals", "approvals"): "approval",
    ("roles", "roles"): "role",
    ("permissions", "permission_sets"): "permission_set",
    ("permissions", "permissions"): "permission",
    ("menus", "apps"): "app",
    ("numbering", "numbers"): "number",
    ("queues", "queues"): "queue",
    ("calendars", "calendars"): "calendar",
    ("plugins", "plugins"): "plugin",
    ("archives", "archives"): "archive",
}
"""Which lists hold things of their own: document kind and key → kind of the thing."""


def user_of(document: Layered, path: Path) -> Node:
    """The thing a place in a document belongs to."""
    part = PARTS.get((document.kind, str(path[0]))) if path else None
    if part is None or len(path) < 2:
        return Node(document.kind, document.name)
    name = f"{document.name}.{path[1]}" if document.name else str(path[1])
    return Node(part, name)
