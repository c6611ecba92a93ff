"""Computes a checked expression for one record: simpleeval, cut down to what is left to do.

The checker has replaced every operator by a call of ours, so of simpleeval's node types only five
remain, no operator, no attribute; and only plain values come in. What an expression can reach is
therefore this file and the function table, whatever its author wrote.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from simpleeval import FeatureNotAvailable, FunctionNotDefined, SimpleEval

from .functions import ALL_OPERATIONS
from .operations import Operation
from .program import before_key, call_key, lower, path_key
from .tree import Checked, Context, Node, walk
from .types import Surroundings

PLAIN = frozenset({str, int, Decimal, bool, date, datetime, time, timedelta, type(None)})
LISTS = frozenset({list, tuple})


def _null_safe(operation: Operation) -> Callable[..., Any]:
    """The meaning of ``operation``, not asked when an argument is null."""
    if operation.nulls:
        return operation.python
    python, of_nulls = operation.python, operation.of_nulls

    def meaning(*arguments: Any) -> Any:
        for argument in arguments:
            if argument is None:
                return of_nulls
        return python(*arguments)

    return meaning


def _fact(name: str | None, names: tuple[str, ...], values: tuple[Any, ...]) -> Any:
    return values[names.index(name)] if name in names else None


MEANINGS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {call_key(each.key): _null_safe(each) for each in ALL_OPERATIONS}
    | {call_key("items"): lambda *items: items, call_key("fact"): _fact}
)


class Evaluator(SimpleEval):  # type: ignore[misc]
    """simpleeval with five kinds of nodes, our functions, and plain values only."""

    def __init__(self) -> None:
        # Not the inherited one: it would bring all the nodes, operators and functions back.
        self.expr = ""
        self.names: Mapping[str, Any] = {}
        self.json: frozenset[str] = frozenset()
        self.operators: Mapping[type[ast.AST], Any] = MappingProxyType({})
        self.functions = MEANINGS
        self.nodes = {
            ast.Name: self._eval_name,
            ast.Constant: self._eval_constant,
            ast.Call: self._eval_call,
            ast.BoolOp: self._eval_boolop,
            ast.IfExp: self._eval_ifexp,
        }

    def _eval(self, node: ast.expr) -> Any:
        """Not the inherited one, which looks every value over: only plain ones come in, and our
        functions make plain ones of them. Raises FeatureNotAvailable."""
        handler = self.nodes.get(type(node))
        if handler is None:
            raise FeatureNotAvailable(f"{type(node).__name__} is not available here")
        return handler(node)

    def _eval_call(self, node: ast.Call) -> Any:
        """A function of ours, by its key. Raises FunctionNotDefined, FeatureNotAvailable."""
        name = node.func
        if not isinstance(name, ast.Name) or node.keywords:
            raise FeatureNotAvailable("only functions by name are called here")
        meaning = self.functions.get(name.id)
        if meaning is None:
            raise FunctionNotDefined(name.id, self.expr)
        return meaning(*[self._eval(argument) for argument in node.args])

    def _eval_name(self, node: ast.Name) -> Any:
        """A value by its key. Raises LookupError for one not given, TypeError for one not plain."""
        try:
            value = self.names[node.id]
        except KeyError:
            raise LookupError(f"no value was given for {node.id}") from None
        if type(value) not in PLAIN and not node.id.startswith("@"):
            _check_list(node.id, value, node.id in self.json)
        return value


def _check_list(name: str, value: Any, is_json: bool) -> None:
    """A list of plain values; for a field that holds JSON (an address) what JSON is made of."""
    plain = type(value) in LISTS and all(type(each) in PLAIN for each in value)
    if not plain and not (is_json and _is_made_of_plain(value)):
        raise TypeError(f"{name} is no plain value: {type(value).__name__}")


def _is_made_of_plain(value: Any) -> bool:
    if type(value) in LISTS:
        return all(type(each) in PLAIN or _is_made_of_plain(each) for each in value)
    if type(value) is dict:
        return _is_made_of_plain([*value, *value.values()])
    return False


def evaluator(checked: Checked, surroundings: Surroundings) -> Callable[[Mapping[str, Any]], Any]:
    """A function of the values of one record; make it once to compute many records.

    It is not shared between threads.
    """
    engine = Evaluator()
    engine.json = checked.json
    program = checked.program
    extra = _extra(checked.context, checked.before, surroundings)

    def compute(values: Mapping[str, Any]) -> Any:
        engine.names = {**values, **extra} if extra else values
        return engine._eval(program)

    return compute


def evaluate(checked: Checked, values: Mapping[str, Any], surroundings: Surroundings) -> Any:
    """The value of ``checked`` where ``values`` maps ``account.level`` to a plain value.

    Every one of ``checked.paths`` must be there, ``None`` when empty or not to be read. Never
    fails on values: what cannot be computed is null.
    """
    return evaluator(checked, surroundings)(values)


def evaluate_part(node: Node, surroundings: Surroundings) -> Any:
    """The value of a part of a checked tree that reads nothing of the record."""
    engine = Evaluator()
    context = frozenset(each.name for each in walk(node) if isinstance(each, Context))
    engine.names = _extra(context, frozenset(), surroundings)
    return engine._eval(lower(node))


def _extra(
    context: frozenset[str], before: frozenset[tuple[str, ...]], surroundings: Surroundings
) -> dict[str, Any]:
    """What the expression asks for beside the record's values, and no more."""
    extra = {name: _surrounding(name, surroundings) for name in context}
    earlier = surroundings.before or {}
    return extra | {before_key(path): earlier.get(path_key(path)) for path in before}


def _surrounding(name: str, surroundings: Surroundings) -> Any:
    if name.startswith("@setting "):
        return surroundings.settings.get(name.removeprefix("@setting "))
    match name:
        case "@changing":
            return surroundings.before is not None or surroundings.is_new
        case "@new":
            return surroundings.is_new
    return getattr(surroundings, name.removeprefix("@"))
