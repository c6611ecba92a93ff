"""The functions whose types no signature can say: IF, case, option, was, setting …"""

from __future__ import annotations

import ast
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ...errors import UnknownName
from ..definitions import Option
from ..spelling import nearest
from .fitting import USER, equal, fit, negated
from .functions import BY_KEY
from .tree import AllOf, AnyOf, Apply, Before, Choice, Constant, Context, Fact, Node, Path
from .types import BOOLEAN, INTEGER, NULL, TEXT, Kind, Type

if TYPE_CHECKING:
    from .checker import Checker

OWN_FACTS = ("label", "name", "color", "closed", "position")


def given(name: str) -> Type:
    """The type an operation says it gives."""
    if name == "integer":
        return INTEGER
    if name == "reference":
        return USER
    return NULL if name in ("same", "element", "any") else Type(Kind(name))


def _count(checker: Checker, node: ast.Call, name: str, least: int, most: int) -> None:
    if not least <= len(node.args) <= most:
        text = str(least) if least == most else f"{least} to {most}"
        raise checker.problem(
            node,
            "{name} takes {count} {count:value|values}; this has {given}.",
            name=name,
            count=text,
            given=len(node.args),
        )


def _if(checker: Checker, node: ast.Call) -> Node:
    _count(checker, node, "IF", 2, 3)
    condition = checker.condition(node.args[0])
    values = [checker.node(argument) for argument in node.args[1:]]
    fitted, type_ = checker.unified(node.args[1:], values)
    otherwise = fitted[1] if len(fitted) == 2 else Constant(None, type_)
    return Choice(condition, fitted[0], otherwise, type_)


def _and(checker: Checker, node: ast.Call) -> Node:
    _count(checker, node, "AND", 1, 100)
    return AllOf(tuple(checker.condition(argument) for argument in node.args))


def _or(checker: Checker, node: ast.Call) -> Node:
    _count(checker, node, "OR", 1, 100)
    return AnyOf(tuple(checker.condition(argument) for argument in node.args))


def _not(checker: Checker, node: ast.Call) -> Node:
    _count(checker, node, "NOT", 1, 1)
    return negated(checker.condition(node.args[0]))


def _case(checker: Checker, node: ast.Call) -> Node:
    _count(checker, node, "case", 3, 100)
    subject_at, *rest = node.args
    otherwise_at = rest.pop() if len(rest) % 2 else None
    whens_at, thens_at = rest[::2], rest[1::2]
    subject = checker.node(subject_at)
    places = [*thens_at, *([otherwise_at] if otherwise_at is not None else [])]
    values, type_ = checker.unified(places, [checker.node(place) for place in places])
    result = values[-1] if otherwise_at is not None else Constant(None, type_)
    for when_at, then in reversed(list(zip(whens_at, values, strict=False))):
        (left, right), _ = checker.unified((subject_at, when_at), (subject, checker.node(when_at)))
        result = Choice(equal(left, right), then, result, type_)
    return result


def _option(checker: Checker, node: ast.Call) -> Node:
    raise checker.problem(node, "Say which fact of the option: option(stage).label.")


def fact(checker: Checker, node: ast.Attribute, subject: ast.Call) -> Node:
    """``option(stage).probability``, known from the definition."""
    called = subject.func.id.lower() if isinstance(subject.func, ast.Name) else ""
    if called != "option":
        raise checker.problem(node, "Only option(…) has a dot behind it.")
    checker.functions.add("option")
    _count(checker, subject, "option", 1, 1)
    chosen = checker.node(subject.args[0])
    if chosen.type.kind is not Kind.OPTION:
        raise checker.problem(
            subject.args[0],
            "option takes a picklist; this is of type {type}.",
            type=str(chosen.type),
        )
    options = chosen.type.options
    known = dict.fromkeys([*OWN_FACTS, *(key for option in options for key in option.extra)])
    if node.attr not in known:
        raise checker.problem(
            node,
            "The options have no {name}.{hint}",
            name=node.attr,
            hint=nearest(node.attr, known),
        )
    facts = [(option.name, _fact(option, node.attr, at)) for at, option in enumerate(options, 1)]
    former = [(old, value) for o, (_, value) in zip(options, facts, strict=True) for old in o.was]
    return Fact(chosen, tuple(dict([*former, *facts]).items()), _type_of_facts(facts))


def _fact(option: Option, name: str, position: int) -> Any:
    value = position if name == "position" else option.extra.get(name)
    if name in OWN_FACTS and name != "position":
        value = getattr(option, name)
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value or None if isinstance(value, str) else value
    return Decimal(str(value))


def _type_of_facts(facts: list[tuple[str, Any]]) -> Type:
    values = [value for _, value in facts if value is not None]
    for kind, type_ in ((bool, Kind.BOOLEAN), (Decimal, Kind.NUMBER), (str, Kind.TEXT)):
        if values and all(isinstance(value, kind) for value in values):
            return Type(type_)
    return TEXT if values else NULL


def _field(checker: Checker, node: ast.Call, name: str) -> Path:
    _count(checker, node, name, 1, 1)
    field = checker.node(node.args[0])
    if not isinstance(field, Path) or field.type.kind is Kind.ROWS:
        raise checker.problem(node.args[0], "{name} takes a field.", name=name)
    return field


def _was(checker: Checker, node: ast.Call) -> Node:
    field = _field(checker, node, "was")
    return Before(field.path, field.type)


def _changed(checker: Checker, node: ast.Call) -> Node:
    field = _field(checker, node, "changed")
    before = Before(field.path, field.type)
    return Apply(BY_KEY["changed"], (field, before, Context("@changing", BOOLEAN)), BOOLEAN)


def _written(checker: Checker, node: ast.Call, name: str) -> str:
    _count(checker, node, name, 1, 1)
    argument = checker.node(node.args[0])
    if not isinstance(argument, Constant) or not isinstance(argument.value, str):
        raise checker.problem(node.args[0], "{name} takes a name in quotes.", name=name)
    return argument.value


def _setting(checker: Checker, node: ast.Call) -> Node:
    name = _written(checker, node, "setting")
    try:
        type_ = checker.scope.setting_type(name)
    except UnknownName as unknown:
        raise checker.problem(node.args[0], unknown.message, **unknown.data) from None
    checker.settings.add(name)
    return Context(f"@setting {name}", type_)


def _has_tag(checker: Checker, node: ast.Call) -> Node:
    tag = _written(checker, node, "has_tag")
    tags = checker.path(node, ("tags",))
    wanted = fit(Constant(tag, TEXT), tags.type.of or TEXT)
    assert wanted is not None
    return Apply(BY_KEY["includes"], (tags, wanted), BOOLEAN)


MEANINGS: dict[str, Callable[[Checker, ast.Call], Node]] = {
    "IF": _if,
    "AND": _and,
    "OR": _or,
    "NOT": _not,
    "case": _case,
    "option": _option,
    "was": _was,
    "changed": _changed,
    "setting": _setting,
    "has_tag": _has_tag,
}
