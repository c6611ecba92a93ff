"""Which values fit where, and what is done silently so that they do.

Text that is written out becomes the date, option or id it spells; a moment becomes its day where
a day is asked for; null fits everywhere. Everything else has to be said by the author.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from ...texts import Phrase
from .functions import BY_KEY
from .tree import Apply, Before, Choice, Constant, Context, Fact, Items, Node, Path
from .types import BOOLEAN, DATE, MOMENT, NULL, NUMBER, TEXT, Kind, Type

USER = Type(Kind.REFERENCE, targets=("user",))
ZONE = Context("@zone", TEXT)
ORDERED = frozenset(
    {Kind.NUMBER, Kind.TEXT, Kind.DATE, Kind.MOMENT, Kind.TIME, Kind.DURATION, Kind.NULL}
)


class Misfit(ValueError):
    """A value that does not fit, where more can be said than its type."""

    def __init__(self, message: str, **data: Any) -> None:
        super().__init__(message)
        self.message, self.data = message, data


def is_written_text(node: Node) -> bool:
    return isinstance(node, Constant) and node.type.kind is Kind.TEXT


def fit(node: Node, wanted: Type) -> Node | None:
    """``node`` as a value of ``wanted``, or None. Raises Misfit for a wrong option or date."""
    have, kind = node.type.kind, wanted.kind
    if have is Kind.NULL:
        return Constant(None, wanted) if isinstance(node, Constant) else replace(node, type=wanted)
    if isinstance(node, Constant) and have is Kind.TEXT and kind is not Kind.TEXT:
        return written(node.value, wanted)
    if isinstance(node, Items) and kind is Kind.LIST and wanted.of is not None:
        items = [fit(item, wanted.of) for item in node.items]
        return Items(tuple(i for i in items if i), wanted) if all(items) else None
    if have is kind:
        return node if _compatible(node.type, wanted) else None
    if kind is Kind.TEXT and have is Kind.OPTION:
        return node
    if kind is Kind.OPTION and have is Kind.TEXT:
        return node
    if kind is Kind.DATE and have is Kind.MOMENT:
        return day_of(node)
    return None


def _compatible(have: Type, wanted: Type) -> bool:
    if wanted.kind is Kind.REFERENCE and have.targets and wanted.targets:
        return not set(have.targets).isdisjoint(wanted.targets)
    if wanted.kind is Kind.LIST and have.of and wanted.of:
        texts = {Kind.TEXT, Kind.OPTION}
        return have.of.kind is wanted.of.kind or {have.of.kind, wanted.of.kind} <= texts
    return True


def written(text: str, wanted: Type) -> Constant | None:
    """What ``text`` spells as a ``wanted``."""
    match wanted.kind:
        case Kind.OPTION:
            return Constant(_option(text, wanted), wanted)
        case Kind.REFERENCE | Kind.JSON:
            return Constant(text, wanted)
        case Kind.DATE | Kind.MOMENT | Kind.TIME:
            return Constant(_moment(text, wanted.kind), wanted)
    return None


def _option(text: str, wanted: Type) -> str:
    if not wanted.options:
        return text
    for option in wanted.options:
        if text == option.name or text in option.was:
            return option.name
    names = [option.name for option in wanted.options]
    labels = {option.label: option.name for option in wanted.options}
    close = [labels[text]] if text in labels else get_close_matches(text, names, 1, 0.5)
    if close:
        hint = Phrase(" Did you mean '{name}'?", {"name": close[0]})
    else:
        hint = Phrase(" Choose from: {names}.", {"names": ", ".join(names)})
    raise Misfit("There is no option '{option}'.{hint}", option=text, hint=hint)


def _moment(text: str, kind: Kind) -> date | datetime | time:
    try:
        if kind is Kind.DATE:
            return date.fromisoformat(text)
        if kind is Kind.TIME:
            return time.fromisoformat(text)
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Misfit("'{text}' is not a {type}.", text=text, type=kind.value) from None
    if moment.tzinfo is None:
        raise Misfit("'{text}' needs a zone: end it with Z or +08:00.", text=text)
    return moment.astimezone(UTC)


def spelt_day(node: Node) -> Constant | None:
    """The day that written text spells, if it does."""
    if not is_written_text(node) or not isinstance(node, Constant):
        return None
    try:
        return written(node.value, DATE)
    except Misfit:
        return None


def day_of(node: Node) -> Node:
    return Apply(BY_KEY["day_of"], (node, ZONE), DATE)


def start_of_day(node: Node) -> Node:
    return Apply(BY_KEY["start_of_day"], (node, ZONE), MOMENT)


def truth(node: Node) -> Node:
    """A boolean that is never null: a null one is false."""
    may_be_null = isinstance(node, Path | Before | Choice | Context | Fact) or (
        isinstance(node, Apply) and node.operation.gives in ("same", "element", "any")
    )
    if isinstance(node, Constant):
        return Constant(bool(node.value), BOOLEAN)
    return Apply(BY_KEY["truth"], (node,), BOOLEAN) if may_be_null else node


def as_text(node: Node) -> Node | None:
    """Any value as text, the way ``&`` and ``text()`` write it."""
    match node.type.kind:
        case Kind.TEXT | Kind.OPTION:
            return node
        case Kind.NULL:
            return Constant(None, TEXT)
        case Kind.NUMBER | Kind.BOOLEAN | Kind.DATE as kind:
            return Apply(BY_KEY[f"text_of_{kind.value}"], (node,), TEXT)
        case Kind.MOMENT:
            return Apply(BY_KEY["text_of_moment"], (node, ZONE), TEXT)
    return None


def unify(nodes: Sequence[Node]) -> tuple[tuple[Node, ...], Type] | None:
    """The nodes as values of one type, and that type; None when they have none in common."""
    wanted = _leading(nodes)
    fitted: list[Node] = []
    for node in nodes:
        mixed = {node.type.kind, wanted.kind} == {Kind.MOMENT, Kind.DATE}
        each = None if mixed else fit(node, wanted)
        if each is None:
            return None
        fitted.append(each)
    return tuple(fitted), _merged([each.type for each in fitted], wanted)


def _leading(nodes: Sequence[Node]) -> Type:
    """What the others must become: plain text wins over options, written text gives way."""
    told = [n.type for n in nodes if n.type.kind is not Kind.NULL and not is_written_text(n)]
    if not told:
        return TEXT if any(map(is_written_text, nodes)) else NULL
    return TEXT if any(t.kind is Kind.TEXT for t in told) else told[0]


def _merged(types: Sequence[Type], wanted: Type) -> Type:
    if all(each == wanted for each in types):
        return wanted
    match wanted.kind:
        case Kind.NUMBER:
            return NUMBER
        case Kind.REFERENCE:
            targets = dict.fromkeys(target for each in types for target in each.targets)
            return replace(wanted, targets=tuple(targets))
        case Kind.OPTION:
            same = all(each.options == wanted.options for each in types)
            return wanted if same else TEXT
    return wanted


def has_places(node: Node, places: int) -> bool:
    """Whether ``node`` surely has at most so many digits after the point."""
    if isinstance(node, Constant) and isinstance(node.value, Decimal):
        return int(node.value.as_tuple().exponent) >= -places
    return node.type.scale is not None and node.type.scale <= places


def dotted(node: ast.expr) -> tuple[str, ...] | None:
    """``account.level`` as a path; None when there is more than names in it."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    return (node.id, *reversed(names))


def equal(left: Node, right: Node) -> Node:
    """Null-safe equality, in its simplest form."""
    for one, other in ((left, right), (right, left)):
        if isinstance(other, Constant) and other.value is None:
            return Apply(BY_KEY["is_blank"], (one,), BOOLEAN)
    if left.type.kind is Kind.BOOLEAN:
        left, right = truth(left), truth(right)
    return Apply(BY_KEY["equal"], (left, right), BOOLEAN)


def negated(node: Node) -> Node:
    return Apply(BY_KEY["not"], (node,), BOOLEAN)


def hint(wanted: Type, have: Type) -> str:
    """What the author may do about a ``have`` where a ``wanted`` is needed."""
    match (wanted.kind, have.kind):
        case (Kind.TEXT, Kind.NUMBER | Kind.DATE | Kind.MOMENT | Kind.BOOLEAN):
            return " Use text(…)."
        case (Kind.TEXT | Kind.NUMBER, Kind.REFERENCE):
            return " Name a field of the other record, as in account.name."
        case (Kind.NUMBER, Kind.TEXT):
            return " Use value(…)."
        case (Kind.NUMBER, Kind.DURATION):
            return " Use days(…), hours(…) or seconds(…)."
        case (Kind.REFERENCE, Kind.TEXT | Kind.OPTION):
            return " Compare the id, or a field of the other record, as in account.name."
    return ""
