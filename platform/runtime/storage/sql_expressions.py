"""Compiles a checked expression to SQL with the same result that Python would give.

What does not depend on the record is computed beforehand and bound; every value is a bound
parameter. A condition that compares a column with such a value keeps the column bare, so that an
index serves. Operations have their SQL in ``postgres_functions``; on SQLite they are ``tc_…``
functions, which are the Python ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import func
from sqlalchemy.sql.elements import Grouping

from ...metadata.definitions import EMPTY
from ...metadata.expressions import Checked, Surroundings
from ...metadata.expressions.checker import reads_record
from ...metadata.expressions.evaluate import evaluate_part
from ...metadata.expressions.program import path_key
from ...metadata.expressions.tree import (
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
from ...metadata.expressions.types import BOOLEAN, MOMENT, NUMBER, Kind, Type
from . import sql_comparisons as comparisons
from . import sql_lists, sql_now
from . import sql_texts as texts
from .columns import Exact
from .postgres_functions import MEANINGS as POSTGRES
from .postgres_functions import null_of, own_type
from .sql_comparisons import FLIPPED, Sign, known, with_constant
from .sql_types import (
    DECIMAL_ORDER,
    NUMERIC_KINDS,
    DecimalText,
    Resolver,
    SqlValue,
    bind_type,
    cannot,
    is_computed,
    scale_of,
)  # fmt: skip
from .sqlite_functions import function_name
from .sqlite_functions import register_functions as register_functions

Column = sa.ColumnElement[Any]
Condition = sa.ColumnElement[bool]
TIMES = frozenset({Kind.DATE, Kind.MOMENT})
SIGNS: dict[str, Sign] = {"equal": "==", "less": "<", "less_or_equal": "<="}


def compile_sql(
    checked: Checked,
    resolve: Resolver,
    surroundings: Surroundings,
    dialect_name: str,
    known_values: Mapping[str, Any] = EMPTY,
    now: Column | None = None,
) -> Column:
    """``checked`` as a column; a boolean one may stand in WHERE and under NOT, it is never null.

    ``known_values`` are the values of paths that are the same for every row, by ``user.region``.
    ``now``: the present moment, where the statement is told of it when it is run. Raises
    ExpressionProblem for what only Python computes, UnknownName from ``resolve``.
    """
    if checked.not_in_sql:
        raise cannot(", ".join(sorted(checked.not_in_sql)))
    compiler = Compiler(resolve, surroundings, dialect_name, known_values, now)
    if checked.type.kind is Kind.BOOLEAN:
        return compiler.condition(checked.tree)
    return compiler.result(checked.tree)


class Compiler:
    """One expression on its way to one statement."""

    def __init__(
        self,
        resolve: Resolver,
        surroundings: Surroundings,
        dialect: str,
        known_values: Mapping[str, Any] = EMPTY,
        now: Column | None = None,
    ) -> None:
        self.resolve, self.surroundings, self.dialect = resolve, surroundings, dialect
        self.known_values, self.now = known_values, now
        self.postgres = dialect == "postgresql"

    # what is known beforehand ----------------------------------------------------------------

    def folded(self, node: Node) -> Node:
        """``node`` as a Constant when it is the same for every record, whenever it is asked."""
        if isinstance(node, Constant):
            return node
        if isinstance(node, Path) and path_key(node.path) in self.known_values:
            return Constant(self.known_values[path_key(node.path)], node.type)
        if reads_record(node) or self._is_told(node):
            return node
        return Constant(evaluate_part(node, self.surroundings), node.type)

    def _is_told(self, node: Node) -> bool:
        return self.now is not None and sql_now.passes(node) and sql_now.computed_by_sql(node)

    # values ----------------------------------------------------------------------------------

    def result(self, node: Node) -> Column:
        """The value as a statement selects it: a number on SQLite sorts by value, too."""
        column = self.plain(node)
        if node.type.kind in NUMERIC_KINDS and not self.postgres:
            return sa.type_coerce(column.collate(DECIMAL_ORDER), DecimalText())
        settled = comparisons.ordered(column, node.type.kind, "==", self.dialect)
        return settled if settled is column else sa.type_coerce(settled, column.type)

    def plain(self, node: Node) -> Column:
        """The value in the one form that operations take.

        Numbers and durations (in seconds): numeric, canonical text on SQLite. All else as stored.
        """
        value = self.value(node)
        return self.number(value) if value.type.kind in NUMERIC_KINDS else value.column

    def value(self, node: Node) -> SqlValue:
        """The value as it is stored or computed."""
        node = self.folded(node)
        match node:
            case Constant(value=value, type=type_):
                return SqlValue(self.literal(value, type_), type_)
            case Path(path=path, type=type_):
                return self.stored(path, type_)
            case Choice():
                return self._choice(node)
            case Fact():
                return self._fact(node)
            case Context(name=sql_now.NOW) if self.now is not None:
                return SqlValue(Grouping(self.now), MOMENT)
            case Apply(arguments=(told,)) if node.operation.key == "now":
                return self.value(told)
            case Apply() if node.type.kind is not Kind.BOOLEAN or node.operation.gives == "same":
                return SqlValue(self._applied(node), node.type)
            case Items() | Before() | Context():
                raise cannot("A list" if isinstance(node, Items) else "was")
        # In brackets: what follows (IS NULL, IS true) binds no weaker than what is inside.
        return SqlValue(Grouping(self.condition(node)), BOOLEAN)

    def stored(self, path: tuple[str, ...], type_: Type) -> SqlValue:
        if type_.kind is Kind.ROWS or (type_.kind is Kind.LIST and type_.targets):
            raise cannot(path_key(path))
        found = self.resolve(path)
        unreadable = found.type.kind is Kind.NULL
        return SqlValue(self.literal(None, type_), type_) if unreadable else found

    def literal(self, value: Any, type_: Type) -> Column:
        if value is None and self.postgres:
            return null_of(type_.kind)
        if isinstance(value, ZoneInfo):
            return sa.literal(value.key, sa.Text())
        if type_.kind not in NUMERIC_KINDS:
            return comparisons.bound(SqlValue(sa.null(), type_), value)
        number = None if value is None else comparisons.as_number(value)
        if self.postgres:
            return sa.cast(sa.literal(number, sa.Numeric()), sa.Numeric)
        return sa.literal(number, DecimalText())

    def number(self, value: SqlValue) -> Column:
        """A number in the form that operations take."""
        if self.postgres:
            exact = isinstance(value.column.type, Exact | sa.Numeric)
            return value.column if exact else sa.cast(value.column, sa.Numeric)
        if is_computed(value):
            return value.column
        return func.tc_decimal(value.column, scale_of(value), type_=DecimalText())

    def _choice(self, node: Choice) -> SqlValue:
        """A chain of choices is one CASE."""
        whens: list[tuple[Condition, Column]] = []
        rest: Node = node
        while isinstance(rest, Choice):
            whens.append((self.condition(rest.condition), self._branch(rest.then, node.type)))
            rest = rest.otherwise
        chosen = sa.case(*whens, else_=self._branch(rest, node.type))
        return SqlValue(sa.type_coerce(chosen, self.type_of(node.type)), node.type)

    def _branch(self, node: Node, wanted: Type) -> Column:
        node = self.folded(node)
        if isinstance(node, Constant):
            return self.literal(node.value, wanted)
        return self.plain(node)

    def type_of(self, type_: Type) -> sa.types.TypeEngine[Any]:
        """The type of a computed column."""
        if type_.kind in NUMERIC_KINDS:
            return sa.Numeric() if self.postgres else DecimalText()
        return bind_type(type_.kind)

    def _fact(self, node: Fact) -> SqlValue:
        facts = {name: self.literal(value, node.type) for name, value in node.facts}
        if not facts:
            return SqlValue(self.literal(None, node.type), node.type)
        subject = comparisons.ordered(self.plain(node.subject), Kind.OPTION, "==", self.dialect)
        chosen = sa.case(facts, value=subject, else_=self.literal(None, node.type))
        return SqlValue(sa.type_coerce(chosen, self.type_of(node.type)), node.type)

    # operations ------------------------------------------------------------------------------

    def _applied(self, node: Apply) -> Column:
        key, meaning = node.operation.key, node.operation.sql
        if key in sql_lists.MEASURES:
            return sql_lists.over_children(self, key, node.arguments[0])
        arguments = [self._branch(each, each.type) for each in node.arguments]
        if key == "coalesce":
            return func.coalesce(*arguments, type_=self.type_of(node.type))
        if key in ("smallest", "largest"):
            return self._extreme(key, arguments, node.type)
        if meaning is None:
            raise cannot(node.operation.name)
        if meaning == "same":
            return arguments[0]
        if self.postgres:
            kinds = [each.type.kind for each in node.arguments]
            arguments = [own_type(each, kind) for each, kind in zip(arguments, kinds, strict=True)]
        made = self.operation(meaning, arguments)
        return sa.type_coerce(made, self.type_of(node.type))

    def operation(self, meaning: str, arguments: list[Column]) -> Column:
        if self.postgres:
            return POSTGRES[meaning](*arguments)
        made: Column = getattr(func, function_name(meaning))(*arguments)
        return made

    def _extreme(self, key: str, arguments: list[Column], type_: Type) -> Column:
        if self.postgres:
            textual = type_.kind in (Kind.TEXT, Kind.OPTION)
            columns = [each.collate("C") for each in arguments] if textual else arguments
            choose = func.least if key == "smallest" else func.greatest
            return choose(*columns, type_=self.type_of(type_))
        form = "number" if type_.kind in NUMERIC_KINDS else "text"
        made: Column = getattr(func, f"tc_{key}_{form}")(*arguments, type_=self.type_of(type_))
        return made

    # conditions ------------------------------------------------------------------------------

    def condition(self, node: Node) -> Condition:
        """A condition that is true or false, never null."""
        node = self.folded(node)
        match node:
            case Constant(value=value):
                return sa.true() if value else sa.false()
            case AllOf(parts=parts):
                return sa.and_(sa.true(), *map(self.condition, parts))
            case AnyOf(parts=parts):
                return sa.or_(sa.false(), *map(self.condition, parts))
            case Apply() if node.operation.gives != "same":
                return self._predicate(node)
        return self.value(node).column.is_(sa.true())

    def _predicate(self, node: Apply) -> Condition:
        key, arguments = node.operation.key, node.arguments
        match key:
            case "not":
                return sa.not_(self.condition(arguments[0]))
            case "truth":
                return self.value(arguments[0]).column.is_(sa.true())
            case "is_blank":
                return self._blank(arguments[0])
            case "equal" | "less" | "less_or_equal":
                return self.compared(SIGNS[key], *arguments)
            case "is_one_of":
                return sql_lists.one_of(self, *arguments)
            case "includes":
                return sql_lists.one_of(self, arguments[1], arguments[0])
            case "contains" | "starts_with" | "ends_with":
                text, part = arguments
                return texts.search(self, key, text, part)
            case "matches":
                return texts.matches(self, *arguments)
            case "under":
                return sql_lists.under(self, *arguments)
        raise cannot(node.operation.name)

    def _blank(self, node: Node) -> Condition:
        if node.type.kind is Kind.ROWS or (node.type.kind is Kind.LIST and node.type.targets):
            return sql_lists.over_children(self, "count", node) == self.literal(0, NUMBER)
        if node.type.kind is Kind.LIST:
            return sql_lists.size(self, node) == self.literal(0, NUMBER)
        return self.value(node).column.is_(None)

    def compared(self, sign: Sign, left: Node, right: Node) -> Condition:
        left, right = self.folded(left), self.folded(right)
        if left.type.kind is Kind.BOOLEAN:
            return self._same_truth(left, right)
        if isinstance(left, Constant):
            left, right, sign = right, left, FLIPPED[sign]
        if isinstance(right, Constant):
            return self._against(left, sign, right)
        one, other = self.value(left), self.value(right)
        if sign != "==" and self._is_of_time(left, right):
            return self._with_time(one.column, sign, other.column)
        if not self._alike(one, other):
            one = SqlValue(self._sortable(left), left.type)
            other = SqlValue(self._sortable(right), right.type)
        kind = left.type.kind
        column = comparisons.ordered(one.column, kind, sign, self.dialect, other.column)
        if sign == "==":
            return column.is_not_distinct_from(other.column)
        return known(comparisons.sided(column, sign, other.column))

    def _is_of_time(self, left: Node, right: Node) -> bool:
        """Whether a value as it is stored stands beside what the statement is told of the time."""
        one, other = (left, right) if isinstance(left, Path) else (right, left)
        return isinstance(one, Path) and one.type.kind in TIMES and not reads_record(other)

    def _with_time(self, left: Column, sign: Sign, right: Column) -> Condition:
        """Both bare, so that an index serves; what is told may have come to nothing."""
        there = (left.is_not(None), right.is_not(None))
        return sa.and_(comparisons.sided(left, sign, right), *there)

    def _alike(self, one: SqlValue, other: SqlValue) -> bool:
        """Whether two values compare as they are stored."""
        if self.postgres or one.type.kind not in NUMERIC_KINDS:
            return True
        stored = not is_computed(one) and not is_computed(other)
        return stored and scale_of(one) == scale_of(other)

    def _sortable(self, node: Node) -> Column:
        column = self.plain(node)
        text = node.type.kind in NUMERIC_KINDS and not self.postgres
        return column.collate(DECIMAL_ORDER) if text else column

    def _same_truth(self, left: Node, right: Node) -> Condition:
        one, other = self.condition(left), self.condition(right)
        return sa.or_(sa.and_(one, other), sa.and_(sa.not_(one), sa.not_(other)))

    def _against(self, node: Node, sign: Sign, constant: Constant) -> Condition:
        """``node <sign> constant``: the form that filters have, and that indexes answer."""
        if isinstance(node, Constant):
            raise AssertionError("folding leaves no comparison of two constants")
        if constant.value is None:
            return self._blank(node) if sign == "==" else sa.false()
        match node:
            case Apply(arguments=(Path(path=path, type=type_), _)) if (
                node.operation.key == "day_of"
            ):
                moment, zone = self.stored(path, type_), self.surroundings.zone
                return comparisons.on_day(moment, sign, constant.value, zone, self.dialect)
        value = self.value(node)
        if is_computed(value):
            computed = value.column.collate(DECIMAL_ORDER)
            bound = self.literal(constant.value, node.type)
            return known(comparisons.sided(computed, sign, bound))
        if isinstance(node, Path):
            return with_constant(value, sign, constant.value, self.dialect)
        if node.type.kind is Kind.REFERENCE and not comparisons.is_id(constant.value):
            return sa.false()
        column = comparisons.ordered(self.plain(node), node.type.kind, sign, self.dialect)
        return known(comparisons.sided(column, sign, self.literal(constant.value, node.type)))
