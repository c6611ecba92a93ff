"""Approval graphs: who is asked for what, in which order, and how a record comes out of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from .definitions import EMPTY, Condition
from .expressions import Checked
from .steps.compiling import Steps, Value

NodeType = Literal[
    "start", "approve", "acknowledge", "notify", "exclusive",
    "parallel", "join", "action", "wait", "end",
]  # fmt: skip
Mode = Literal["any", "all", "sequence", "percent"]
Outcome = Literal["approved", "rejected", "withdrawn"]
PersonKind = Literal[
    "user", "role", "permission", "manager_of", "field", "queue", "chosen_by", "expression"
]
ASKS: tuple[NodeType, ...] = ("approve", "acknowledge")
"""Where people decide."""

WAITS: tuple[NodeType, ...] = ("start", *ASKS, "wait")
"""Where a case may stand; the others are gone through at once."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who is meant. ``name``: of the user, role, right, queue or field, or whose manager."""

    kind: PersonKind
    name: str = ""
    of: str | None = None
    """Roles: a field that names the branch they have to belong to."""
    levels: int = 1
    checked: Checked | None = None


@dataclass(frozen=True, slots=True)
class Overdue:
    """What happens when the time is over."""

    escalate: Person | None = None
    remind: bool = False
    decide: Literal["approve", "reject"] | None = None


@dataclass(frozen=True, slots=True)
class Node:
    name: str
    type: NodeType
    id: str = ""
    """Under which translations know its label."""
    label: str = ""
    assignees: tuple[Person, ...] = ()
    """Who decides; ``notify``: who is told."""
    mode: Mode = "any"
    percent: int = 100
    self_approval: bool = False
    skip_if_already_approved: bool = False
    fallback: tuple[Person, ...] = ()
    due: str | None = None
    """A length of time, as ``8 business hours``; ``wait``: how long."""
    overdue: Overdue = Overdue()
    editable: tuple[str, ...] = ()
    steps: Steps = ()
    until: Checked | None = None
    outcome: Outcome = "approved"
    values: tuple[Value, ...] = ()
    """``end``: what is written into the record."""
    text: str | None = None

    @property
    def asks(self) -> bool:
        return self.type in ASKS


@dataclass(frozen=True, slots=True)
class Edge:
    source: str
    target: str
    on: str | None = None
    """After which decision: ``approve reject``; ``acknowledge`` nodes need none."""
    when: Checked | None = None
    is_else: bool = False
    label: str = ""


@dataclass(frozen=True, slots=True)
class Lock:
    """The record while a case runs. ``fields``: only these; empty: all of them."""

    fields: frozenset[str] = frozenset()
    permission: str | None = None
    """Holders of this right may change it all the same; people in ``role`` too."""
    role: str | None = None
    stays: bool = False
    """It stays locked after it was approved."""
    parts: bool = True
    """Its parts, records with it as their master, are locked too."""


@dataclass(frozen=True)
class Graph:
    """One approval. The first node is where a case begins."""

    id: str
    object: str
    name: str
    label: str
    nodes: Mapping[str, Node] = EMPTY
    edges: tuple[Edge, ...] = ()
    entry: Condition = True
    order: int = 100
    submit: tuple[Person, ...] = ()
    """Who may submit; empty: whoever may edit."""
    lock: Lock | None = Lock()
    restores: bool = False
    """Whether withdrawing puts back what the process itself wrote."""
    feature: str | None = None
    calendar: str | None = None
    """Whose hours business time counts by; None: the default calendar's."""

    @cached_property
    def start(self) -> str:
        return next(node.name for node in self.nodes.values() if node.type == "start")

    def after(self, name: str, on: str | None = None) -> tuple[Edge, ...]:
        """The ways out of a node; ``on``: those a decision may take."""
        found = (edge for edge in self.edges if edge.source == name)
        return tuple(e for e in found if on is None or e.on in (None, on))

    def reached(self, name: str) -> frozenset[str]:
        """Every node that can come after ``name``, itself only where a way leads back to it."""
        return self._reached[name]

    @cached_property
    def _reached(self) -> Mapping[str, frozenset[str]]:
        return {name: frozenset(self._walk(name)) for name in self.nodes}

    def _walk(self, name: str) -> Iterator[str]:
        seen: set[str] = set()
        waiting = [edge.target for edge in self.after(name)]
        while waiting:
            here = waiting.pop()
            if here not in seen:
                seen.add(here)
                yield here
                waiting += [edge.target for edge in self.after(here)]

    @property
    def choices(self) -> tuple[Node, ...]:
        """Nodes whose people the submitter picks."""
        return tuple(
            node
            for node in self.nodes.values()
            if any(each.kind == "chosen_by" for each in node.assignees)
        )
