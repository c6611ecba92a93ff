"""Between the rows of the filter builder and the expression language, both ways.

A filter is always an expression; the builder shows as rows what has the shape of rows, and the
rest as it was written.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from ..metadata.expressions.fitting import dotted
from ..metadata.expressions.syntax import Parsed, parse
from ..metadata.expressions.types import Kind
from ..metadata.field_types.base import Operator

WEEK, MONTH = "start_of_week(today())", "start_of_month(today())"
QUARTER, YEAR = "start_of_quarter(today())", "start_of_year(today())"


def _from(first: str, until: str) -> str:
    """From ``first`` on, before ``until``: a range, so that an index can be walked."""
    return f"{{x}} >= {first} and {{x}} < {until}"


def _months(start: str, count: int) -> str:
    return f"add_months({start}, {count})"


RELATIVE: tuple[tuple[str, str, str], ...] = (
    ("today", "Today", _from("today()", "today() + 1")),
    ("yesterday", "Yesterday", _from("today() - 1", "today()")),
    ("tomorrow", "Tomorrow", _from("today() + 1", "today() + 2")),
    ("this_week", "This week", _from(WEEK, f"{WEEK} + 7")),
    ("last_week", "Last week", _from(f"{WEEK} - 7", WEEK)),
    ("next_week", "Next week", _from(f"{WEEK} + 7", f"{WEEK} + 14")),
    ("this_month", "This month", _from(MONTH, _months(MONTH, 1))),
    ("last_month", "Last month", _from(_months(MONTH, -1), MONTH)),
    ("next_month", "Next month", _from(_months(MONTH, 1), _months(MONTH, 2))),
    ("this_quarter", "This quarter", _from(QUARTER, _months(QUARTER, 3))),
    ("last_quarter", "Last quarter", _from(_months(QUARTER, -3), QUARTER)),
    ("this_year", "This year", _from(YEAR, _months(YEAR, 12))),
    ("last_year", "Last year", _from(_months(YEAR, -12), YEAR)),
    ("last_7_days", "Last 7 days", _from("today() - 6", "today() + 1")),
    ("last_30_days", "Last 30 days", _from("today() - 29", "today() + 1")),
    ("last_90_days", "Last 90 days", _from("today() - 89", "today() + 1")),
    ("next_7_days", "Next 7 days", _from("today()", "today() + 7")),
    ("next_30_days", "Next 30 days", _from("today()", "today() + 30")),
    ("past", "In the past", "{x} < today()"),
    ("future", "In the future", "{x} > today()"),
)
"""(name, label, meaning of ``{x}``)."""

COMPARED = {
    Operator.EQUAL: "==",
    Operator.NOT_EQUAL: "!=",
    Operator.LESS: "<",
    Operator.LESS_OR_EQUAL: "<=",
    Operator.GREATER: ">",
    Operator.GREATER_OR_EQUAL: ">=",
}
CALLED = {
    Operator.CONTAINS: "contains",
    Operator.STARTS_WITH: "starts_with",
    Operator.INCLUDES: "includes",
    Operator.UNDER: "under",
}
SIGNS = {
    ast.Eq: Operator.EQUAL,
    ast.NotEq: Operator.NOT_EQUAL,
    ast.Lt: Operator.LESS,
    ast.LtE: Operator.LESS_OR_EQUAL,
    ast.Gt: Operator.GREATER,
    ast.GtE: Operator.GREATER_OR_EQUAL,
    ast.In: Operator.IN,
    ast.NotIn: Operator.NOT_IN,
}
UNQUOTED = (Kind.NUMBER, Kind.BOOLEAN)


@dataclass(frozen=True, slots=True)
class FilterRow:
    """One condition: ``values`` as their inputs hold them; ``source`` when it is no such row."""

    path: str = ""
    operator: Operator | None = None
    values: tuple[str, ...] = ()
    source: str | None = None


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of the rows must hold."""

    rows: tuple[FilterRow, ...]


Part = FilterRow | AnyOf


@dataclass(frozen=True, slots=True)
class Filter:
    """All parts must hold."""

    parts: tuple[Part, ...] = field(default=())


# Rows → expression --------------------------------------------------------------------------


def expression(filter_: Filter, kinds: dict[str, Kind]) -> str:
    """The expression of ``filter_``; ``kinds`` tells which values are written in quotes."""
    sources = [s for part in filter_.parts if (s := _part_source(part, kinds))]
    return " and ".join(sources)


def part_source(part: Part, kinds: dict[str, Kind]) -> str:
    return _part_source(part, kinds) or ""


def _part_source(part: Part, kinds: dict[str, Kind]) -> str | None:
    if isinstance(part, FilterRow):
        return _row_source(part, kinds)
    inner = [s for row in part.rows if (s := _row_source(row, kinds))]
    return f"({' or '.join(inner)})" if inner else None


def _row_source(row: FilterRow, kinds: dict[str, Kind]) -> str | None:
    """None: the row is not complete."""
    if row.source is not None:
        return f"({row.source})"
    operator, path = row.operator, row.path
    if operator is Operator.BLANK:
        return f"is_blank({path})"
    if operator is Operator.NOT_BLANK:
        return f"not is_blank({path})"
    if operator is Operator.MINE:
        return f"{path} == user"
    if operator is None or not path or not any(row.values):
        return None
    if operator is Operator.RELATIVE_DATE:
        meaning = next((m for name, _, m in RELATIVE if name == row.values[0]), None)
        return f"({meaning.format(x=path)})" if meaning else None
    literals = [_literal(v, kinds.get(path, Kind.TEXT)) for v in row.values if v]
    if operator is Operator.BETWEEN:
        return f"({path} >= {literals[0]} and {path} <= {literals[1]})" if literals[1:] else None
    if operator in (Operator.IN, Operator.NOT_IN):
        word = "in" if operator is Operator.IN else "not in"
        return f"{path} {word} [{', '.join(literals)}]"
    if operator in CALLED:
        return f"{CALLED[operator]}({path}, {literals[0]})"
    return f"{path} {COMPARED[operator]} {literals[0]}"


def _literal(value: str, kind: Kind) -> str:
    text = value.strip()
    if kind is Kind.NUMBER and _is_number(text):
        return text.replace(",", "")
    if kind is Kind.BOOLEAN and text in ("true", "false"):
        return text
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _is_number(text: str) -> bool:
    plain = text.replace(",", "").removeprefix("-")
    return plain.replace(".", "", 1).isdigit() and plain.isascii()


# Expression → rows --------------------------------------------------------------------------


def parts_of(source: str | None) -> Filter:
    """``source`` taken apart. Raises ExpressionProblem when it cannot even be read."""
    if not source or not source.strip():
        return Filter()
    parsed = parse(source)
    whole = _row(parsed, parsed.tree)
    if whole is not None:
        return Filter((whole,))
    return Filter(tuple(_part(parsed, node) for node in _operands(parsed.tree, ast.And)))


def _part(parsed: Parsed, node: ast.expr) -> Part:
    row = _row(parsed, node)
    if row is not None:
        return row
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
        rows = [_row(parsed, each) for each in _operands(node, ast.Or)]
        if all(rows):
            return AnyOf(tuple(row for row in rows if row is not None))
    return _as_written(parsed, node)


def _as_written(parsed: Parsed, node: ast.expr) -> FilterRow:
    place, length = parsed.place(node)
    return FilterRow(source=parsed.source[place : place + length])


def _operands(node: ast.expr, joiner: type[ast.boolop]) -> Sequence[ast.expr]:
    if isinstance(node, ast.BoolOp) and isinstance(node.op, joiner):
        return node.values
    return (node,)


def _row(parsed: Parsed, node: ast.expr) -> FilterRow | None:
    """The row with the meaning of ``node``; None when no row says just that."""
    for made in _attempts(parsed, node):
        if made is not None:
            return made
    return None


def _attempts(parsed: Parsed, node: ast.expr) -> Iterator[FilterRow | None]:
    yield _relative(node)
    if isinstance(node, ast.BoolOp):
        yield _between(parsed, node)
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        yield _compared(parsed, node)
    if isinstance(node, ast.Call):
        yield _called(parsed, node)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        inner = node.operand
        row = _called(parsed, inner) if isinstance(inner, ast.Call) else None
        if row is not None and row.operator is Operator.BLANK:
            yield FilterRow(row.path, Operator.NOT_BLANK)


def _path(node: ast.expr) -> str | None:
    names = dotted(node)
    return ".".join(names) if names else None


def _relative(node: ast.expr) -> FilterRow | None:
    first = node.values[0] if isinstance(node, ast.BoolOp) else node
    path = _path(first.left) if isinstance(first, ast.Compare) else None
    if path is None:
        return None
    shape = ast.dump(node)
    for name, _, meaning in RELATIVE:
        if shape == ast.dump(parse(meaning.format(x=path)).tree):
            return FilterRow(path, Operator.RELATIVE_DATE, (name,))
    return None


def _between(parsed: Parsed, node: ast.BoolOp) -> FilterRow | None:
    rows = [_row(parsed, v) for v in node.values if isinstance(v, ast.Compare)]
    if not isinstance(node.op, ast.And) or len(node.values) != 2 or len(rows) != 2:
        return None
    low, high = rows
    if low is None or high is None or low.path != high.path:
        return None
    if (low.operator, high.operator) != (Operator.GREATER_OR_EQUAL, Operator.LESS_OR_EQUAL):
        return None
    return FilterRow(low.path, Operator.BETWEEN, (*low.values, *high.values))


def _compared(parsed: Parsed, node: ast.Compare) -> FilterRow | None:
    path, operator = _path(node.left), SIGNS.get(type(node.ops[0]))
    right = node.comparators[0]
    if path is None or operator is None:
        return None
    if operator is Operator.EQUAL and _path(right) == "user":
        return FilterRow(path, Operator.MINE)
    if operator in (Operator.IN, Operator.NOT_IN):
        items = right.elts if isinstance(right, ast.List | ast.Tuple) else [right]
        values = [_value(parsed, each) for each in items]
    else:
        values = [_value(parsed, right)]
    if any(value is None for value in values):
        return None
    return FilterRow(path, operator, tuple(str(v) for v in values))


def _called(parsed: Parsed, node: ast.Call) -> FilterRow | None:
    if not isinstance(node.func, ast.Name) or not node.args:
        return None
    name, path = node.func.id.lower(), _path(node.args[0])
    if path is None:
        return None
    if name == "is_blank" and len(node.args) == 1:
        return FilterRow(path, Operator.BLANK)
    operator = next((o for o, called in CALLED.items() if called == name), None)
    if operator is None or len(node.args) != 2:
        return None
    value = _value(parsed, node.args[1])
    return None if value is None else FilterRow(path, operator, (value,))


def _value(parsed: Parsed, node: ast.expr) -> str | None:
    """The text an input would hold for a literal."""
    sign = ""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        sign, node = "-", node.operand
    if not isinstance(node, ast.Constant):
        return None
    value = parsed.literal(node)
    match value:
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{sign}{value:f}"
        case str():
            return value
        case _:
            return None
