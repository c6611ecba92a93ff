"""The signs: what + - * / // % and & mean between two types."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from . import special
from .fitting import as_text, day_of, hint, negated, spelt_day
from .functions import BY_KEY
from .functions.numbers import negative
from .tree import Apply, Constant, Node
from .types import DATE, NUMBER, TEXT, Kind

if TYPE_CHECKING:
    from .checker import Checker

SIGNS: Mapping[type[ast.operator], tuple[str, tuple[str, ...]]] = MappingProxyType({
    ast.Add: ("+", ("add", "add_days_sign", "add_days_to_moment_sign", "add_duration",
                    "add_durations")),
    ast.Sub: ("-", ("subtract", "days_between", "time_between", "subtract_days",
                    "subtract_days_from_moment", "subtract_durations")),
    ast.Mult: ("*", ("multiply",)),
    ast.Div: ("/", ("divide",)),
    ast.FloorDiv: ("//", ("divide_whole",)),
    ast.Mod: ("%", ("remainder",)),
})  # fmt: skip


def unary(checker: Checker, node: ast.UnaryOp) -> Node:
    if isinstance(node.op, ast.Not):
        return negated(checker.condition(node.operand))
    value = checker.node(node.operand)
    if value.type.kind not in (Kind.NUMBER, Kind.NULL):
        raise checker.problem(
            node, "Only a number has a sign; this is of type {type}.", type=str(value.type)
        )
    if isinstance(value, Constant) and value.value is not None:
        return Constant(negative(value.value), NUMBER)
    return Apply(BY_KEY["negative"], (value,), NUMBER)


def binary(checker: Checker, node: ast.BinOp) -> Node:
    left, right = checker.node(node.left), checker.node(node.right)
    if isinstance(node.op, ast.BitAnd):
        return _joined(checker, node, left, right)
    sign, keys = SIGNS[type(node.op)]
    for key in keys:
        found = _signed(checker, key, left, right)
        if found is not None:
            return found
    texts = isinstance(node.op, ast.Add) and Kind.TEXT in (left.type.kind, right.type.kind)
    raise checker.problem(
        node,
        "{sign} has no meaning between the types {left} and {right}.{hint}",
        sign=sign,
        left=str(left.type),
        right=str(right.type),
        hint=" Join text with &." if texts else "",
    )


def _signed(checker: Checker, key: str, left: Node, right: Node) -> Node | None:
    operation = BY_KEY[key]
    fitted: list[Node] = []
    for value, parameter in zip((left, right), operation.takes, strict=True):
        kind = value.type.kind
        mixed = kind is Kind.MOMENT and parameter.kind == "date" and key == "days_between"
        if mixed and DATE.kind in (left.type.kind, right.type.kind):
            fitted.append(day_of(value))
        elif kind.value == parameter.kind or kind is Kind.NULL:
            fitted.append(value)
        elif parameter.kind == "date" and (day := spelt_day(value)) is not None:
            fitted.append(day)
        else:
            return None
    return Apply(operation, tuple(fitted), special.given(operation.gives))


def _joined(checker: Checker, node: ast.BinOp, left: Node, right: Node) -> Node:
    texts = []
    for place, value in ((node.left, left), (node.right, right)):
        text = as_text(value)
        if text is None:
            raise checker.problem(
                place,
                "This {type} cannot be joined as text.{hint}",
                type=str(value.type),
                hint=hint(TEXT, value.type),
            )
        texts.append(text)
    if isinstance(left, Apply) and left.operation.key == "join":
        return Apply(left.operation, (*left.arguments, texts[1]), TEXT)
    return Apply(BY_KEY["join"], tuple(texts), TEXT)
