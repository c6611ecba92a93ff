"""Gives every node of the syntax tree its meaning and its type, or says what is wrong with it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from ...errors import UnknownName
from . import special
from .calls import call
from .fitting import (
    ORDERED,
    USER,
    Misfit,
    as_text,
    day_of,
    dotted,
    equal,
    fit,
    has_places,
    hint,
    is_written_text,
    negated,
    spelt_day,
    start_of_day,
    truth,
    unify,
)  # fmt: skip
from .functions import BY_KEY
from .functions.numbers import negative
from .problems import ExpressionProblem
from .program import lower
from .syntax import Parsed, parse
from .tree import (
    AllOf,
    AnyOf,
    Apply,
    Before,
    Checked,
    Choice,
    Constant,
    Context,
    Items,
    Node,
    Path,
    walk,
)  # fmt: skip
from .types import BOOLEAN, DATE, NULL, NUMBER, TEXT, Kind, Scope, Type

SIGNS: dict[type[ast.operator], tuple[str, tuple[str, ...]]] = {
    ast.Add: ("+", ("add", "add_days_sign", "add_days_to_moment_sign", "add_duration",
                    "add_durations")),
    ast.Sub: ("-", ("subtract", "days_between", "time_between", "subtract_days",
                    "subtract_days_from_moment", "subtract_durations")),
    ast.Mult: ("*", ("multiply",)),
    ast.Div: ("/", ("divide",)),
    ast.FloorDiv: ("//", ("divide_whole",)),
    ast.Mod: ("%", ("remainder",)),
}  # fmt: skip

UNLIKE = "This is a value of type {type}, beside one of type {other}.{hint}"
NOT_COMPARABLE = "This {type} cannot be compared: use includes or is_blank."


def check(source: str, scope: Scope, expect: Type | None = None, where: str = "") -> Checked:
    """``source`` understood in ``scope``, as a value of ``expect`` when that is given.

    ``expect=BOOLEAN`` makes it a condition. A number is rounded to the places ``expect`` has.
    Raises ExpressionProblem with the place in ``source``; ``where`` is passed on in it.
    """
    try:
        parsed = parse(source)
        checker = Checker(parsed, scope)
        tree = checker.result(expect)
    except ExpressionProblem as problem:
        problem.where = where
        raise
    return _checked(source, tree, checker)


def _checked(source: str, tree: Node, checker: Checker) -> Checked:
    nodes = tuple(walk(tree))
    return Checked(
        source=source,
        tree=tree,
        type=tree.type,
        paths=frozenset(node.path for node in nodes if isinstance(node, Path | Before)),
        before=frozenset(node.path for node in nodes if isinstance(node, Before)),
        settings=frozenset(checker.settings),
        functions=frozenset(checker.functions),
        context=frozenset(node.name for node in nodes if isinstance(node, Context)),
        not_in_sql=frozenset(_not_in_sql(tree)),
        program=lower(tree),
    )


def _not_in_sql(tree: Node) -> set[str]:
    """Operations that SQL would have to compute for each row and cannot."""
    found = {"was" for node in walk(tree) if isinstance(node, Before)}
    for node in walk(tree):
        if isinstance(node, Apply) and node.operation.sql is None and reads_record(node):
            found.add(node.operation.name)
    return found


def reads_record(node: Node) -> bool:
    """Whether the value of ``node`` differs from record to record."""
    return any(isinstance(each, Path | Before) for each in walk(node))


class Checker:
    """One expression on its way from syntax to meaning."""

    def __init__(self, parsed: Parsed, scope: Scope) -> None:
        self.parsed, self.scope = parsed, scope
        self.settings: set[str] = set()
        self.functions: set[str] = set()

    def problem(self, node: ast.AST, message: str, **data: Any) -> ExpressionProblem:
        return ExpressionProblem(message, *self.parsed.place(node), **data)

    def text_of(self, node: ast.AST) -> str:
        """The author's own text of ``node``."""
        position, length = self.parsed.place(node)
        return self.parsed.source[position : position + length]

    def node(self, node: ast.expr) -> Node:
        return MEANINGS[type(node)](self, node)

    def fitted(self, place: ast.AST, node: Node, wanted: Type) -> Node | None:
        try:
            return fit(node, wanted)
        except Misfit as misfit:
            raise self.problem(place, misfit.message, **misfit.data) from None

    def unified(
        self, places: Sequence[ast.AST], nodes: Sequence[Node]
    ) -> tuple[tuple[Node, ...], Type]:
        """The nodes made one type; the problem names the first that differs."""
        for end in range(2, len(nodes) + 1):
            try:
                found = unify(nodes[:end])
            except Misfit as misfit:
                raise self.problem(places[end - 1], misfit.message, **misfit.data) from None
            if found is None:
                raise self.problem(
                    places[end - 1], UNLIKE,
                    type=str(nodes[end - 1].type), other=str(nodes[0].type),
                    hint=hint(nodes[0].type, nodes[end - 1].type),
                )  # fmt: skip
        return unify(nodes) or ((), NULL)

    def condition(self, node: ast.expr) -> Node:
        """``node`` as something that holds or does not."""
        value = self.node(node)
        if value.type.kind not in (Kind.BOOLEAN, Kind.NULL):
            raise self.problem(
                node, "This {type} is no condition: use is_blank({text}) or compare it.",
                type=str(value.type), text=self.text_of(node),
            )  # fmt: skip
        return truth(value) if value.type.kind is Kind.BOOLEAN else Constant(False, BOOLEAN)

    # the result -------------------------------------------------------------

    def result(self, expect: Type | None) -> Node:
        root = self.parsed.tree
        if expect is None:
            value = self.node(root)
            return truth(value) if value.type.kind is Kind.BOOLEAN else self.finished(root, value)
        if expect.kind is Kind.BOOLEAN:
            return self.condition(root)
        bare = _bare_option(root, expect)
        return bare or self._expected(root, self.node(root), expect)

    def finished(self, root: ast.expr, value: Node) -> Node:
        if value.type.kind is Kind.ROWS:
            raise self.problem(root, "Related records are no value: use count, sum, min or max.")
        return value

    def _expected(self, root: ast.expr, value: Node, expect: Type) -> Node:
        if expect.kind is Kind.MOMENT and value.type.kind is Kind.DATE:
            return start_of_day(value)
        if expect.kind is Kind.JSON:
            return self.finished(root, value)
        fitted = self.fitted(root, value, expect)
        if fitted is None or value.type.kind is Kind.ROWS:
            raise self.problem(
                root, "The result is of type {type}; type {expected} is needed.{hint}",
                type=str(value.type), expected=str(expect), hint=hint(expect, value.type),
            )  # fmt: skip
        if expect.kind is Kind.NUMBER and expect.scale is not None:
            if has_places(fitted, expect.scale):
                return fitted
            places = Constant(Decimal(expect.scale), NUMBER)
            return Apply(BY_KEY["round"], (fitted, places), expect)
        return fitted

    # names and literals -----------------------------------------------------

    def constant(self, node: ast.Constant) -> Node:
        value = self.parsed.literal(node)
        match value:
            case None | "":
                return Constant(None, NULL)
            case bool():
                return Constant(value, BOOLEAN)
            case Decimal():
                return Constant(value, NUMBER)
        return Constant(value, TEXT)

    def name(self, node: ast.Name) -> Node:
        if node.id == "user":
            self.functions.add("user")
            return Apply(BY_KEY["user"], (Context("@user", USER),), USER)
        return self.path(node, (node.id,))

    def attribute(self, node: ast.Attribute) -> Node:
        path = dotted(node)
        if path is not None:
            return self.path(node, path)
        if isinstance(node.value, ast.Call):
            return special.fact(self, node, node.value)
        raise self.problem(node, "Only fields have a dot: account.name.")

    def path(self, node: ast.expr, path: tuple[str, ...]) -> Node:
        try:
            return Path(self.scope.present(path), self.scope.type_of(path))
        except UnknownName as unknown:
            raise self.problem(node, unknown.message, **unknown.data) from None

    def items(self, node: ast.List | ast.Tuple) -> Node:
        if not node.elts:
            return Items((), Type(Kind.LIST, NULL))
        fitted, of = self.unified(node.elts, [self.node(each) for each in node.elts])
        if of.kind in (Kind.LIST, Kind.ROWS):
            raise self.problem(node, "A list holds single values.")
        return Items(fitted, Type(Kind.LIST, of))

    # operators --------------------------------------------------------------

    def both(self, node: ast.BoolOp) -> Node:
        parts = tuple(self.condition(value) for value in node.values)
        return AllOf(parts) if isinstance(node.op, ast.And) else AnyOf(parts)

    def unary(self, node: ast.UnaryOp) -> Node:
        if isinstance(node.op, ast.Not):
            return negated(self.condition(node.operand))
        value = self.node(node.operand)
        if value.type.kind not in (Kind.NUMBER, Kind.NULL):
            raise self.problem(node, "Only a number has a sign; this is of type {type}.",
                               type=str(value.type))  # fmt: skip
        if isinstance(value, Constant) and value.value is not None:
            return Constant(negative(value.value), NUMBER)
        return Apply(BY_KEY["negative"], (value,), NUMBER)

    def binary(self, node: ast.BinOp) -> Node:
        left, right = self.node(node.left), self.node(node.right)
        if isinstance(node.op, ast.BitAnd):
            return self._joined(node, left, right)
        sign, keys = SIGNS[type(node.op)]
        for key in keys:
            found = self._signed(key, left, right)
            if found is not None:
                return found
        texts = isinstance(node.op, ast.Add) and Kind.TEXT in (left.type.kind, right.type.kind)
        raise self.problem(
            node, "{sign} has no meaning between the types {left} and {right}.{hint}",
            sign=sign, left=str(left.type), right=str(right.type),
            hint=" Join text with &." if texts else "",
        )  # fmt: skip

    def _signed(self, key: str, left: Node, right: Node) -> Node | None:
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

    def _joined(self, node: ast.BinOp, left: Node, right: Node) -> Node:
        texts = []
        for place, value in ((node.left, left), (node.right, right)):
            text = as_text(value)
            if text is None:
                raise self.problem(place, "This {type} cannot be joined as text.{hint}",
                                   type=str(value.type), hint=hint(TEXT, value.type))  # fmt: skip
            texts.append(text)
        if isinstance(left, Apply) and left.operation.key == "join":
            return Apply(left.operation, (*left.arguments, texts[1]), TEXT)
        return Apply(BY_KEY["join"], tuple(texts), TEXT)

    def comparison(self, node: ast.Compare) -> Node:
        places = [node.left, *node.comparators]
        values = [self.node(place) for place in places]
        parts = tuple(
            self._compared(places[i : i + 2], operator, values[i], values[i + 1])
            for i, operator in enumerate(node.ops)
        )
        return parts[0] if len(parts) == 1 else AllOf(parts)

    def _compared(
        self, places: Sequence[ast.expr], operator: ast.cmpop, left: Node, right: Node
    ) -> Node:
        if isinstance(operator, ast.In | ast.NotIn):
            found = self.within(places, left, right)
            return negated(found) if isinstance(operator, ast.NotIn) else found
        ordering = not isinstance(operator, ast.Eq | ast.NotEq)
        for place, value in zip(places, (left, right), strict=True):
            if ordering and value.type.kind not in ORDERED:
                raise self.problem(place, "Values of type {type} have no order.",
                                   type=str(value.type))  # fmt: skip
        left, right = self._comparable(places, left, right)
        if not ordering:
            same = equal(left, right)
            return same if isinstance(operator, ast.Eq) else negated(same)
        if isinstance(operator, ast.Gt | ast.GtE):
            left, right = right, left
        strict = isinstance(operator, ast.Lt | ast.Gt)
        return Apply(BY_KEY["less" if strict else "less_or_equal"], (left, right), BOOLEAN)

    def _comparable(self, places: Sequence[ast.expr], left: Node, right: Node) -> tuple[Node, Node]:
        """Two values of one type; a moment beside a day counts as the day it falls on."""
        kinds = {left.type.kind, right.type.kind}
        if kinds & {Kind.LIST, Kind.ROWS, Kind.JSON}:
            place = places[0] if left.type.kind in (Kind.LIST, Kind.ROWS, Kind.JSON) else places[1]
            if Kind.NULL not in kinds:
                raise self.problem(place, NOT_COMPARABLE,
                                   type=str(self.node(place).type))  # fmt: skip
            return left, right
        if kinds == {Kind.MOMENT, Kind.DATE} or self._spells_day(left, right):
            left = day_of(left) if left.type.kind is Kind.MOMENT else left
            right = day_of(right) if right.type.kind is Kind.MOMENT else right
        (left, right), _ = self.unified(places, (left, right))
        return left, right

    @staticmethod
    def _spells_day(left: Node, right: Node) -> bool:
        """``created_at >= '2026-01-01'``: a moment beside a day written out."""
        for one, other in ((left, right), (right, left)):
            if one.type.kind is Kind.MOMENT and isinstance(other, Constant):
                return is_written_text(other) and len(other.value) == 10
        return False

    def within(self, places: Sequence[ast.expr], left: Node, right: Node) -> Node:
        """``left in right``"""
        of = right.type.of
        if right.type.kind is not Kind.LIST or of is None:
            instead = " Use contains(text, part)." if right.type.kind is Kind.TEXT else ""
            raise self.problem(places[1], "in needs a list; this is of type {type}.{hint}",
                               type=str(right.type), hint=instead)  # fmt: skip
        if isinstance(right, Items):
            right = self._items_like(places[1], left, right)
        else:
            left = self._required(places[0], left, of)
        return Apply(BY_KEY["is_one_of"], (left, right), BOOLEAN)

    def _items_like(self, place: ast.expr, left: Node, right: Items) -> Node:
        spots = getattr(place, "elts", None) or [place]
        wanted = TEXT if is_written_text(left) else left.type
        if wanted.kind is Kind.NULL:
            wanted = right.type.of or NULL
        items = tuple(
            self._required(spot, item, wanted)
            for spot, item in zip(spots, right.items, strict=False)
        )
        return Items(items, Type(Kind.LIST, wanted))

    def _required(self, place: ast.AST, node: Node, wanted: Type) -> Node:
        fitted = self.fitted(place, node, wanted)
        if fitted is None:
            raise self.problem(place, UNLIKE,
                               type=str(node.type), other=str(wanted),
                               hint=hint(wanted, node.type))  # fmt: skip
        return fitted

    def choice(self, node: ast.IfExp) -> Node:
        condition = self.condition(node.test)
        places = (node.body, node.orelse)
        (then, otherwise), type_ = self.unified(places, [self.node(place) for place in places])
        return Choice(condition, then, otherwise, type_)

    def called(self, node: ast.Call) -> Node:
        if not isinstance(node.func, ast.Name):
            raise self.problem(node, "Only functions can be called: there are no methods.")
        return call(self, node, node.func.id)


def _bare_option(root: ast.expr, expect: Type) -> Node | None:
    """``prospecting`` where an option is expected stands for ``'prospecting'``."""
    if not isinstance(root, ast.Name) or expect.kind is not Kind.OPTION:
        return None
    named = (o.name for o in expect.options if root.id == o.name or root.id in o.was)
    name = next(named, None)
    return None if name is None else Constant(name, expect)


MEANINGS: dict[type[ast.expr], Callable[[Checker, Any], Node]] = {
    ast.Constant: Checker.constant,
    ast.Name: Checker.name,
    ast.Attribute: Checker.attribute,
    ast.List: Checker.items,
    ast.Tuple: Checker.items,
    ast.BoolOp: Checker.both,
    ast.UnaryOp: Checker.unary,
    ast.BinOp: Checker.binary,
    ast.Compare: Checker.comparison,
    ast.IfExp: Checker.choice,
    ast.Call: Checker.called,
}
