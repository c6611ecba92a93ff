"""The checked tree as one Python function, made of a function for each node.

The tree is walked once, when the expression is checked; what is left for a record is to call. The
functions see the values they are given and the table of operations: there is no name to look up
and no syntax left, so an expression reaches nothing else, whatever its author wrote.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, assert_never

from .operations import Operation
from .tree import (
    AllOf,
    AnyOf,
    Apply,
    Before,
    Choice,
    Constant,
    Context,
    Fact,
    Items,
    Node,
    Path,
    Program,
)  # fmt: skip
from .types import Kind

PLAIN = frozenset({str, int, Decimal, bool, date, datetime, time, timedelta, type(None)})
LISTS = frozenset({list, tuple})

Values = Mapping[str, Any]


def path_key(path: tuple[str, ...]) -> str:
    """The key of ``path`` in the values of an evaluation: ``account.level``."""
    return ".".join(path)


def before_key(path: tuple[str, ...]) -> str:
    return "was " + path_key(path)


def program(node: Node) -> Program:
    """A function of the values of a record, and of what surrounds it."""
    match node:
        case Constant(value=value):
            return lambda values, around: value
        case Path(path=path, type=type_):
            return _value(path_key(path), type_.kind is Kind.JSON)
        case Before(path=path, type=type_):
            return _before(before_key(path), type_.kind is Kind.JSON)
        case Context(name=name):
            return lambda values, around: around[name]
        case Items(items=items):
            return _items(items)
        case Apply(operation=operation, arguments=arguments):
            return _apply(operation, [program(argument) for argument in arguments])
        case AllOf(parts=parts):
            return _all_of([program(part) for part in parts])
        case AnyOf(parts=parts):
            return _any_of([program(part) for part in parts])
        case Choice():
            return _choice(program(node.condition), program(node.then), program(node.otherwise))
        case Fact(subject=subject, facts=facts):
            return _fact(program(subject), dict(facts))
        case _:
            assert_never(node)


# Values -------------------------------------------------------------------------------------


def _value(key: str, is_json: bool) -> Program:
    """A value by its key. Raises LookupError for one not given, TypeError for one not plain."""

    def read(values: Values, around: Values) -> Any:
        try:
            value = values[key]
        except KeyError:
            raise LookupError(f"no value was given for {key}") from None
        if type(value) not in PLAIN:
            _check_list(key, value, is_json)
        return value

    return read


def _before(key: str, is_json: bool) -> Program:
    read = _value(key, is_json)
    return lambda values, around: read(around, values)


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


def _items(items: tuple[Node, ...]) -> Program:
    written = tuple(item.value for item in items if isinstance(item, Constant))
    if len(written) == len(items):
        return lambda values, around: written
    parts = [program(item) for item in items]
    return lambda values, around: tuple([part(values, around) for part in parts])


def _fact(subject: Program, facts: Mapping[str, Any]) -> Program:
    return lambda values, around: facts.get(subject(values, around))


# What is done with them ---------------------------------------------------------------------


def _apply(operation: Operation, parts: list[Program]) -> Program:
    """Unless it sees nulls itself, the operation is not asked when an argument is null."""
    python, of_nulls = operation.python, operation.of_nulls
    if not operation.nulls:

        def unless_null(values: Values, around: Values) -> Any:
            arguments = [part(values, around) for part in parts]
            return of_nulls if None in arguments else python(*arguments)

        return unless_null
    if len(parts) == 2:
        left, right = parts
        return lambda values, around: python(left(values, around), right(values, around))
    return lambda values, around: python(*[part(values, around) for part in parts])


def _all_of(parts: list[Program]) -> Program:
    def all_of(values: Values, around: Values) -> Any:
        found = True
        for part in parts:
            found = part(values, around)
            if not found:
                break
        return found

    return all_of


def _any_of(parts: list[Program]) -> Program:
    def any_of(values: Values, around: Values) -> Any:
        found = False
        for part in parts:
            found = part(values, around)
            if found:
                break
        return found

    return any_of


def _choice(condition: Program, then: Program, otherwise: Program) -> Program:
    """Only the chosen side is computed."""
    return lambda values, around: (
        then(values, around) if condition(values, around) else otherwise(values, around)
    )
