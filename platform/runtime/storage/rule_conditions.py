"""Conditions of sharing rules that speak of nothing but the record's own stored values.

They are the same for every reader on every day, so an index may hold the rows of one
(``indexes``). They are compiled here for the index and for each statement alike, so that both say
the same words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import sqlalchemy as sa

from ...metadata.catalog import Catalog
from ...metadata.expressions import Checked, ExpressionProblem, Surroundings
from ...metadata.expressions.tree import AllOf, AnyOf, Apply, Constant, Items, Node, Path, walk
from ...metadata.field_types import type_of
from ...metadata.field_types.base import StorageKind
from .names import SYSTEM_TYPES
from .sql_expressions import compile_sql
from .sql_types import SqlValue
from .tables import ObjectTable
from .written import written

COMPARING = frozenset({"equal", "less", "less_or_equal", "is_one_of", "is_blank", "not", "truth"})
"""Operations that SQL has signs for: what calls functions stays out of an index."""

PLAIN = (StorageKind.TEXT, StorageKind.INTEGER, StorageKind.DECIMAL, StorageKind.MONEY,
         StorageKind.BOOLEAN, StorageKind.DATE, StorageKind.ID)  # fmt: skip

NO_TIME = Surroundings(now=datetime(1, 1, 1, tzinfo=UTC))
"""What is asked here does not ask for it."""


def stands_alone(checked: Checked, of: ObjectTable) -> bool:
    """Whether the condition compares values stored in the record with values written in it."""
    return all(_is_plain(node, of) for node in walk(checked.tree))


def _is_plain(node: Node, of: ObjectTable) -> bool:
    match node:
        case Constant(value=value):
            return all(_may_be_written(each) for each in _each(value))
        case Path(path=path):
            return len(path) == 1 and _is_stored(of, path[0])
        case Apply(operation=operation):
            return operation.key in COMPARING
        case AllOf() | AnyOf() | Items():
            return True
    return False


def _each(value: object) -> tuple[object, ...]:
    return tuple(value) if isinstance(value, list | tuple) else (value,)


def _may_be_written(value: object) -> bool:
    """Moments are left out, since their text hangs on a zone, and what SQL cannot spell."""
    if isinstance(value, str):
        return value.isprintable()
    return value is None or (
        isinstance(value, bool | int | Decimal | date) and not isinstance(value, datetime)
    )


def _is_stored(of: ObjectTable, name: str) -> bool:
    if name in SYSTEM_TYPES:
        return name in of.columns
    return name in of.object.by_name and name in of.columns and of.storages[name].kind in PLAIN


def compiled(
    checked: Checked, of: ObjectTable, table: sa.FromClause, dialect: str
) -> sa.ColumnElement[bool]:
    """A condition that stands alone, over ``table``: that of ``of`` or an alias of it."""
    return written(compile_sql(checked, _Stored(of, table), NO_TIME, dialect))


@dataclass(frozen=True, slots=True)
class _Stored:
    """The record's own columns by name."""

    of: ObjectTable
    table: sa.FromClause

    def __call__(self, path: tuple[str, ...]) -> SqlValue:
        (name,) = path
        column = self.table.c[self.of.columns[name].name]
        if name in SYSTEM_TYPES:
            return SqlValue(column, SYSTEM_TYPES[name])
        field, storage = self.of.object.by_name[name], self.of.storages[name]
        is_scaled = storage.kind in (StorageKind.DECIMAL, StorageKind.MONEY)
        type_, scale = type_of(field).expression_type(field), storage.scale if is_scaled else None
        return SqlValue(column, type_, scale)

    def children(self, path: tuple[str, ...], function: str) -> SqlValue:
        raise AssertionError("a condition that stands alone has no children")


def of_rules(catalog: Catalog, of: ObjectTable) -> Iterator[Checked]:
    """The conditions of the object's sharing rules that stand alone, each once."""
    seen = set()
    for rule in of.object.access.sharing:
        if rule.when is None or rule.when in seen:
            continue
        seen.add(rule.when)
        try:
            checked = catalog.expression(of.object.name, rule.when, "condition")
        except ExpressionProblem:  # it names what is gone, and opens nothing
            continue
        if stands_alone(checked, of):
            yield checked
