"""The checked tree: what an expression says, every name resolved and every type known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .operations import Operation
from .types import BOOLEAN, Type


@dataclass(frozen=True, slots=True)
class Constant:
    value: Any
    type: Type


@dataclass(frozen=True, slots=True)
class Path:
    """A value of the record, or of one a lookup leads to: ``("account", "level")``."""

    path: tuple[str, ...]
    type: Type


@dataclass(frozen=True, slots=True)
class Before:
    """The value of ``path`` before this change: ``was(status)``."""

    path: tuple[str, ...]
    type: Type


@dataclass(frozen=True, slots=True)
class Context:
    """Something the surroundings know: ``@now``, ``@zone``, ``@user`` …"""

    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class Items:
    """A list written out: ``['gold', 'diamond']``."""

    items: tuple[Node, ...]
    type: Type


@dataclass(frozen=True, slots=True)
class Apply:
    """An operator or a function with its operands."""

    operation: Operation
    arguments: tuple[Node, ...]
    type: Type


@dataclass(frozen=True, slots=True)
class AllOf:
    parts: tuple[Node, ...]
    type: Type = BOOLEAN


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple[Node, ...]
    type: Type = BOOLEAN


@dataclass(frozen=True, slots=True)
class Choice:
    """``then if condition else otherwise``; only the chosen side is evaluated."""

    condition: Node
    then: Node
    otherwise: Node
    type: Type


@dataclass(frozen=True, slots=True)
class Fact:
    """``option(stage).probability``: what the definition says of the option chosen."""

    subject: Node
    facts: tuple[tuple[str, Any], ...]
    type: Type


Program = Callable[[Mapping[str, Any], Mapping[str, Any]], Any]
"""What a tree comes to, of the values of a record and of what surrounds it."""

Node = Constant | Path | Before | Context | Items | Apply | AllOf | AnyOf | Choice | Fact


def children(node: Node) -> tuple[Node, ...]:
    match node:
        case Items(items=parts) | Apply(arguments=parts) | AllOf(parts=parts) | AnyOf(parts=parts):
            return parts
        case Choice(condition=condition, then=then, otherwise=otherwise):
            return (condition, then, otherwise)
        case Fact(subject=subject):
            return (subject,)
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """``node`` and everything below it."""
    yield node
    for child in children(node):
        yield from walk(child)


@dataclass(frozen=True)
class Checked:
    """An expression that may be evaluated or compiled: its types fit and its names exist."""

    source: str
    tree: Node
    type: Type
    paths: frozenset[tuple[str, ...]]
    """What it reads, with present names: ``("account", "level")``."""
    before: frozenset[tuple[str, ...]]
    """Of these also the value before the change: ``was``, ``changed``."""
    settings: frozenset[str]
    functions: frozenset[str]
    context: frozenset[str]
    """What it asks of the surroundings: ``@now``, ``@user``, ``@zone`` …"""
    not_in_sql: frozenset[str]
    """Functions of values that only Python computes; empty: lists may filter and sort by it."""
    program: Program = field(repr=False, compare=False)
    """The same tree as a function."""

    @property
    def depends_on_now(self) -> bool:
        return "@now" in self.context

    @property
    def depends_on_user(self) -> bool:
        return bool(self.context & USER_CONTEXT) or any(p[0] == "user" for p in self.paths)

    @property
    def needs_before(self) -> bool:
        """It asks for the change under way: ``changed``, ``was``, ``is_new``."""
        return bool(self.before or self.context & {"@changing", "@new"})


USER_CONTEXT = frozenset({"@user", "@roles", "@permissions", "@managers"})
