"""What a kept statement is told of the present moment, each time it is run.

A part that reads nothing of the record is computed before the statement is made, and holds for as
long as it is kept: for a day, where it asks for the day. What ``now()`` says holds for an instant,
so that a statement that lives longer computes it from a parameter.
"""

from __future__ import annotations

from ...metadata.expressions.tree import Apply, Before, Context, Items, Node, Path, children, walk
from ...metadata.expressions.types import Kind
from .sql_lists import MEASURES

NOW = "@now"
COMPUTED = frozenset(
    {Kind.BOOLEAN, Kind.NUMBER, Kind.DATE, Kind.MOMENT, Kind.DURATION, Kind.TIME, Kind.TEXT}
)
"""Kinds of which SQL computes every value; an id or a list has to be known beforehand."""


def passes(node: Node) -> bool:
    """Whether the value of ``node`` is another one later on the same day."""
    match node:
        case Context(name=name):
            return name == NOW
        case Apply(arguments=(moment, *_)) if node.operation.key in ("today", "day_of"):
            return not _is_now(moment) and passes(moment)
    return any(passes(each) for each in children(node))


def computed_by_sql(node: Node) -> bool:
    """Whether SQL says ``node``, which reads nothing of the record, as Python would."""
    if not passes(node) or _is_now(node):
        return True
    if isinstance(node, Apply) and (node.operation.sql is None or node.operation.key in MEASURES):
        return False
    kind_known = isinstance(node, Items) or node.type.kind in COMPUTED
    return kind_known and all(computed_by_sql(each) for each in children(node))


def is_momentary(node: Node) -> bool:
    """Whether a statement with ``node`` holds for this moment only, whatever it is told."""
    if not passes(node):
        return False
    if any(isinstance(each, Path | Before) for each in walk(node)):
        return any(is_momentary(each) for each in children(node))
    return not computed_by_sql(node)


def _is_now(node: Node) -> bool:
    match node:
        case Context(name=name):
            return name == NOW
        case Apply():
            return node.operation.key == "now"
    return False
