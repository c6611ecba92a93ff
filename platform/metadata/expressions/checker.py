"""Gives every node of the syntax tree its meaning and its type, or says what is wrong with it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from ...errors import UnknownName
from . import arithmetic, comparing, special
from .calls import call
from .fitting import (
    USER,
    Misfit,
    dotted,
    fit,
    has_places,
    hint,
    start_of_day,
    truth,
    unify,
)  # fmt: skip
from .functions import BY_KEY
from .problems import ExpressionProblem
from .program import program
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
from .types import BOOLEAN, NULL, NUMBER, TEXT, Kind, Scope, Type


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
        not_in_sql=frozenset(_not_in_sql(tree)) | (checker.functions & {"was"}),
        program=program(tree),
    )


def _not_in_sql(tree: Node) -> set[str]:
    """Operations that SQL would have to compute for each row and cannot."""
    applied = [node for node in walk(tree) if isinstance(node, Apply)]
    return {n.operation.name for n in applied if n.operation.sql is None and reads_record(n)}


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
                raise self.unlike(places[end - 1], nodes[end - 1].type, nodes[0].type)
        return unify(nodes) or ((), NULL)

    def unlike(self, place: ast.AST, type_: Type, other: Type) -> ExpressionProblem:
        """A value of ``type_`` stands where ``other`` is needed."""
        return self.problem(
            place,
            "This is a value of type {type}, beside one of type {other}.{hint}",
            type=str(type_),
            other=str(other),
            hint=hint(other, type_),
        )

    def condition(self, node: ast.expr) -> Node:
        """``node`` as something that holds or does not."""
        value = self.node(node)
        if value.type.kind not in (Kind.BOOLEAN, Kind.NULL):
            raise self.problem(
                node,
                "This {type} is no condition: use is_blank({text}) or compare it.",
                type=str(value.type),
                text=self.text_of(node),
            )
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
                root,
                "The result is of type {type}; type {expected} is needed.{hint}",
                type=str(value.type),
                expected=str(expect),
                hint=hint(expect, value.type),
            )
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
    ast.UnaryOp: arithmetic.unary,
    ast.BinOp: arithmetic.binary,
    ast.Compare: comparing.comparison,
    ast.IfExp: Checker.choice,
    ast.Call: Checker.called,
}
