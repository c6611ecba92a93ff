"""Calls of functions: which of the meanings of a name takes the arguments given."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from ..spelling import nearest
from . import special
from .fitting import Misfit, fit, truth, unify
from .functions import NAMES, OVERLOADS
from .functions.numbers import MOST_PLACES
from .functions.texts import PATTERNS
from .operations import Operation, Parameter
from .tree import Apply, Constant, Context, Node
from .types import BOOLEAN, NULL, TEXT, Kind, Type

if TYPE_CHECKING:
    from .checker import Checker

SPELLINGS = {name.lower(): name for name in NAMES}


@dataclass(frozen=True, slots=True)
class Binding:
    """A meaning that takes the arguments; ``cost`` counts those that had to be converted."""

    operation: Operation
    arguments: tuple[Node, ...]
    type: Type
    cost: int


def call(checker: Checker, node: ast.Call, written: str) -> Node:
    """The meaning of ``written(…)``. Raises ExpressionProblem."""
    name = SPELLINGS.get(written.lower())
    if name is None:
        raise checker.problem(
            node.func,
            "There is no function {name}.{hint}",
            name=written,
            hint=nearest(written, NAMES),
        )
    checker.functions.add(name)
    if name in special.MEANINGS:
        return special.MEANINGS[name](checker, node)
    return _best(checker, node, name)


def _best(checker: Checker, node: ast.Call, name: str) -> Node:
    arguments = [checker.node(argument) for argument in node.args]
    bindings: list[Binding] = []
    misfit: Misfit | None = None
    for operation in OVERLOADS[name]:
        try:
            binding = bind(operation, arguments)
        except Misfit as error:
            misfit = misfit or error
            continue
        if binding is not None:
            bindings.append(binding)
    if not bindings:
        raise _no_meaning(checker, node, name, arguments, misfit)
    best = min(bindings, key=lambda each: each.cost)
    context = tuple(Context(each, TEXT) for each in best.operation.context)
    return Apply(best.operation, (*best.arguments, *context), best.type)


def _no_meaning(
    checker: Checker, node: ast.Call, name: str, arguments: Sequence[Node], misfit: Misfit | None
) -> Exception:
    if misfit is not None:
        return checker.problem(node, misfit.message, **misfit.data)
    given = ", ".join(str(argument.type) for argument in arguments) or "nothing"
    return checker.problem(
        node,
        "{name} takes ({expected}); this is ({given}).",
        name=name,
        expected=") or (".join(map(signature, OVERLOADS[name])),
        given=given,
    )


def signature(operation: Operation) -> str:
    return ", ".join(map(str, operation.takes))


def bind(operation: Operation, arguments: Sequence[Node]) -> Binding | None:
    """``operation`` with ``arguments``, or None where they do not fit. Raises Misfit."""
    expected = _spread(operation.takes, len(arguments))
    if expected is None:
        return None
    fitted: list[Node] = []
    for parameter, argument in zip(expected, arguments, strict=True):
        one = _bound(parameter, argument, fitted)
        if one is None:
            return None
        fitted.append(one)
    type_ = special.given(operation.gives)
    same = [i for i, parameter in enumerate(expected) if parameter.kind == "same"]
    if same:
        unified = unify([fitted[i] for i in same])
        if unified is None or unified[1].kind in (Kind.LIST, Kind.ROWS):
            return None
        if unified[1].kind is Kind.JSON and operation.key != "coalesce":
            return None  # an address has no order, but there may be a first one
        for i, each in zip(same, unified[0], strict=True):
            fitted[i] = each
        type_ = unified[1]
    if operation.gives == "element":
        type_ = fitted[0].type.of or NULL
    cost = sum(_changed(a, b) for a, b in zip(arguments, fitted, strict=True))
    return Binding(operation, tuple(fitted), type_, cost)


def _changed(before: Node, after: Node) -> bool:
    return before.type.kind is not after.type.kind


def _spread(takes: tuple[Parameter, ...], count: int) -> tuple[Parameter, ...] | None:
    """One parameter per argument; None when there are too few or too many."""
    if takes and takes[-1].repeated:
        return takes[:-1] + (takes[-1],) * (count - len(takes) + 1) if count >= len(takes) else None
    needed = sum(not parameter.optional for parameter in takes)
    return takes[:count] if needed <= count <= len(takes) else None


def _bound(parameter: Parameter, argument: Node, before: Sequence[Node]) -> Node | None:
    if parameter.literal and not isinstance(argument, Constant):
        return None
    match parameter.kind:
        case "any" | "same":
            return None if argument.type.kind is Kind.ROWS else argument
        case "list":
            return argument if argument.type.kind in (Kind.LIST, Kind.ROWS) else None
        case "numbers":
            of = argument.type.of
            return argument if of is not None and of.kind is Kind.NUMBER else None
        case "element":
            return fit(argument, before[0].type.of or NULL)
        case "pattern":
            return _pattern(argument)
        case "places":
            return _places(argument)
        case "boolean":
            fitted = fit(argument, BOOLEAN)
            return None if fitted is None else truth(fitted)
        case kind:
            return fit(argument, Type(Kind(kind)))


def _pattern(argument: Node) -> Node:
    name = argument.value if isinstance(argument, Constant) else None
    if name not in PATTERNS:
        raise Misfit(
            "There is no pattern '{name}'. Choose from: {known}.",
            name=str(name),
            known=", ".join(PATTERNS),
        )
    return argument


def _places(argument: Node) -> Node:
    places = argument.value if isinstance(argument, Constant) else None
    if not isinstance(places, Decimal) or places != int(places) or abs(places) > MOST_PLACES:
        raise Misfit("Places are a whole number from -{most} to {most}.", most=MOST_PLACES)
    return argument
