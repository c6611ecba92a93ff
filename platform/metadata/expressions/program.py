"""The checked tree as the few Python nodes that the evaluator knows.

Every operator and function becomes a call by key, every field a name like ``account.level``:
what is left are names, constants, calls, and the three that decide what is evaluated at all.
"""

from __future__ import annotations

import ast
from typing import Any

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
)  # fmt: skip

LOAD = ast.Load()


def path_key(path: tuple[str, ...]) -> str:
    """The key of ``path`` in the values of an evaluation: ``account.level``."""
    return ".".join(path)


def before_key(path: tuple[str, ...]) -> str:
    return "was " + path_key(path)


def call_key(key: str) -> str:
    """No field is called so: a function never stands in for a value that is missing."""
    return key + "()"


def lower(node: Node) -> ast.expr:
    match node:
        case Constant(value=value):
            return ast.Constant(value)
        case Path(path=path):
            return _name(path_key(path))
        case Before(path=path):
            return _name(before_key(path))
        case Context(name=name):
            return _name(name)
        case Items(items=items):
            written = tuple(item.value for item in items if isinstance(item, Constant))
            return _constant(written) if len(written) == len(items) else _call("items", items)
        case Apply(operation=operation, arguments=arguments):
            return _call(operation.key, arguments)
        case AllOf(parts=parts):
            return ast.BoolOp(ast.And(), [lower(part) for part in parts])
        case AnyOf(parts=parts):
            return ast.BoolOp(ast.Or(), [lower(part) for part in parts])
        case Choice(condition=condition, then=then, otherwise=otherwise):
            return ast.IfExp(lower(condition), lower(then), lower(otherwise))
        case Fact(subject=subject, facts=facts):
            names, values = zip(*facts, strict=True) if facts else ((), ())
            return ast.Call(
                _name(call_key("fact")), [lower(subject), _constant(names), _constant(values)], []
            )


def _name(text: str) -> ast.Name:
    return ast.Name(text, LOAD)


def _constant(value: Any) -> ast.Constant:
    return ast.Constant(value)


def _call(key: str, arguments: tuple[Node, ...]) -> ast.Call:
    return ast.Call(_name(call_key(key)), [lower(argument) for argument in arguments], [])
