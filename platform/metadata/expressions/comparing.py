"""Comparisons: what stands on both sides becomes one type, then one of three operations."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from .fitting import ORDERED, day_of, equal, is_written_text, negated
from .functions import BY_KEY
from .tree import AllOf, Apply, Constant, Items, Node
from .types import BOOLEAN, NULL, TEXT, Kind, Type

if TYPE_CHECKING:
    from .checker import Checker

UNCOMPARED = frozenset({Kind.LIST, Kind.ROWS, Kind.JSON})


def comparison(checker: Checker, node: ast.Compare) -> Node:
    places = [node.left, *node.comparators]
    values = [checker.node(place) for place in places]
    parts = tuple(
        _compared(checker, places[i : i + 2], operator, values[i], values[i + 1])
        for i, operator in enumerate(node.ops)
    )
    return parts[0] if len(parts) == 1 else AllOf(parts)


def _compared(
    checker: Checker, places: Sequence[ast.expr], operator: ast.cmpop, left: Node, right: Node
) -> Node:
    if isinstance(operator, ast.In | ast.NotIn):
        found = within(checker, places, left, right)
        return negated(found) if isinstance(operator, ast.NotIn) else found
    ordering = not isinstance(operator, ast.Eq | ast.NotEq)
    for place, value in zip(places, (left, right), strict=True):
        if ordering and value.type.kind not in ORDERED:
            raise checker.problem(
                place, "Values of type {type} have no order.", type=str(value.type)
            )
    left, right = _comparable(checker, places, left, right)
    if not ordering:
        same = equal(left, right)
        return same if isinstance(operator, ast.Eq) else negated(same)
    if isinstance(operator, ast.Gt | ast.GtE):
        left, right = right, left
    strict = isinstance(operator, ast.Lt | ast.Gt)
    return Apply(BY_KEY["less" if strict else "less_or_equal"], (left, right), BOOLEAN)


def _comparable(
    checker: Checker, places: Sequence[ast.expr], left: Node, right: Node
) -> tuple[Node, Node]:
    """Two values of one type; a moment beside a day counts as the day it falls on."""
    kinds = {left.type.kind, right.type.kind}
    if kinds & UNCOMPARED:
        _only_with_null(checker, places, left, right)
        return left, right
    if kinds == {Kind.MOMENT, Kind.DATE} or _spells_day(left, right):
        left = day_of(left) if left.type.kind is Kind.MOMENT else left
        right = day_of(right) if right.type.kind is Kind.MOMENT else right
    (left, right), _ = checker.unified(places, (left, right))
    return left, right


def _spells_day(left: Node, right: Node) -> bool:
    """``created_at >= '2026-01-01'``: a moment beside a day written out."""
    for one, other in ((left, right), (right, left)):
        if one.type.kind is Kind.MOMENT and isinstance(other, Constant):
            return is_written_text(other) and len(other.value) == 10
    return False


def within(checker: Checker, places: Sequence[ast.expr], left: Node, right: Node) -> Node:
    """``left in right``"""
    of = right.type.of
    if right.type.kind is not Kind.LIST or of is None:
        instead = " Use contains(text, part)." if right.type.kind is Kind.TEXT else ""
        raise checker.problem(
            places[1],
            "in needs a list; this is of type {type}.{hint}",
            type=str(right.type),
            hint=instead,
        )
    if isinstance(right, Items):
        right = _items_like(checker, places[1], left, right)
    else:
        left = _required(checker, places[0], left, of)
    return Apply(BY_KEY["is_one_of"], (left, right), BOOLEAN)


def _items_like(checker: Checker, place: ast.expr, left: Node, right: Items) -> Node:
    spots = getattr(place, "elts", None) or [place]
    wanted = TEXT if is_written_text(left) else left.type
    if wanted.kind is Kind.NULL:
        wanted = right.type.of or NULL
    items = tuple(
        _required(checker, spot, item, wanted)
        for spot, item in zip(spots, right.items, strict=False)
    )
    return Items(items, Type(Kind.LIST, wanted))


def _required(checker: Checker, place: ast.AST, node: Node, wanted: Type) -> Node:
    fitted = checker.fitted(place, node, wanted)
    if fitted is None:
        raise checker.unlike(place, node.type, wanted)
    return fitted


def _only_with_null(checker: Checker, places: Sequence[ast.expr], left: Node, right: Node) -> None:
    for place, one, other in ((places[0], left, right), (places[1], right, left)):
        if one.type.kind in UNCOMPARED and other.type.kind is not Kind.NULL:
            raise checker.problem(
                place,
                "This {type} cannot be compared: use includes or is_blank.",
                type=str(one.type),
            )
