"""A second opinion on one record's value: simpleeval walks what our programs made functions of.

The checked tree is written as the five kinds of Python nodes that are left of simpleeval here; a
name is a value, a call one of our operations. Nothing of ``program.py`` is used.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from simpleeval import SimpleEval

from typecase.metadata.expressions.functions import ALL_OPERATIONS
from typecase.metadata.expressions.operations import Operation
from typecase.metadata.expressions.tree import (
    AllOf,
    AnyOf,
    Apply,
    Before,
    Checked,
    Choice,
    Constant,
    Context,
    Fact,
    Items,
    Node,
    Path,
)
from typecase.metadata.expressions.types import Surroundings


class Judge(SimpleEval):  # type: ignore[misc]
    """Our operations by their keys, names with dots in them, and no more syntax than needed."""

    def __init__(self, names: Mapping[str, Any]) -> None:
        super().__init__(operators={}, names=names)
        self.functions = MEANINGS
        self.nodes = {
            kind: self.nodes[kind]
            for kind in (ast.Constant, ast.Name, ast.Call, ast.BoolOp, ast.IfExp)
        }


def value(checked: Checked, row: Mapping[str, Any], around: Surroundings) -> Any:
    """What ``checked`` is for ``row``, where values are named as in ``checked.paths``."""
    before = {f"was {name}": each for name, each in (around.before or {}).items()}
    context = {f"@{each.name}": getattr(around, each.name) for each in fields(around)}
    context |= {"@new": around.is_new, "@changing": around.is_new or around.before is not None}
    context |= {f"@setting {name}": each for name, each in around.settings.items()}
    judge = Judge({**row, **before, **context})
    return judge.eval("", previously_parsed=written(checked.tree))


def _null_safe(operation: Operation) -> Callable[..., Any]:
    def meaning(*arguments: Any) -> Any:
        if not operation.nulls and any(argument is None for argument in arguments):
            return operation.of_nulls
        return operation.python(*arguments)

    return meaning


MEANINGS = {f"{each.key}()": _null_safe(each) for each in ALL_OPERATIONS}
MEANINGS["items()"] = lambda *items: items
MEANINGS["fact()"] = lambda name, facts: dict(facts).get(name)


def written(node: Node) -> ast.expr:
    match node:
        case Constant(value=told):
            return ast.Constant(told)
        case Path(path=path):
            return ast.Name(".".join(path))
        case Before(path=path):
            return ast.Name("was " + ".".join(path))
        case Context(name=name):
            return ast.Name(name)
        case Items(items=items):
            return _call("items", [written(item) for item in items])
        case Apply(operation=operation, arguments=arguments):
            return _call(operation.key, [written(argument) for argument in arguments])
        case AllOf(parts=parts):
            return ast.BoolOp(ast.And(), [written(part) for part in parts])
        case AnyOf(parts=parts):
            return ast.BoolOp(ast.Or(), [written(part) for part in parts])
        case Choice(condition=condition, then=then, otherwise=otherwise):
            return ast.IfExp(written(condition), written(then), written(otherwise))
        case Fact(subject=subject, facts=facts):
            return _call("fact", [written(subject), ast.Constant(facts)])


def _call(key: str, arguments: list[ast.expr]) -> ast.Call:
    return ast.Call(ast.Name(key + "()"), arguments, [])
