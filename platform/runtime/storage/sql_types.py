"""What a compiled expression deals in: columns with their types, and numbers on SQLite.

SQLite has no exact decimal type, so a number that is computed there is text in one canonical
form (``12.5``, never ``12.50``), under a collation of its own that orders it by value.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from ...metadata.expressions import ExpressionProblem
from ...metadata.expressions.functions.numbers import plain
from ...metadata.expressions.types import Kind, Type
from .columns import Characters, Day, Exact, Id, Moment, Truth

NUMERIC_KINDS = frozenset({Kind.NUMBER, Kind.DURATION})
DECIMAL_ORDER = "tc_decimal_order"
"""The collation that orders decimal text by value."""


class DecimalText(TypeDecorator[Decimal]):
    """A computed number: canonical text on SQLite."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else plain(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


@dataclass(frozen=True, slots=True)
class SqlValue:
    """What a name means in a statement.

    ``scale``: on SQLite the column holds ``value * 10**scale`` as an integer; ``None`` is a whole
    number, or what another expression computed.
    """

    column: sa.ColumnElement[Any]
    type: Type
    scale: int | None = None


class Resolver(Protocol):
    """Gives names their columns. Raises UnknownName for what this reader may not see."""

    def __call__(self, path: tuple[str, ...]) -> SqlValue:
        """The column of ``account.level``; a LIST is an array on PostgreSQL, JSON on SQLite."""

    def children(self, path: tuple[str, ...], function: str) -> SqlValue:
        """``sum``, ``count``, ``min`` or ``max`` of ``lines.total`` as a correlated scalar
        subquery; ``("lines",)`` alone is counted."""


def bind_type(kind: Kind) -> sa.types.TypeEngine[Any]:
    """How a value of ``kind`` travels as a parameter."""
    match kind:
        case Kind.BOOLEAN:
            return Truth()
        case Kind.DATE:
            return Day()
        case Kind.MOMENT:
            return Moment()
        case Kind.REFERENCE:
            return Id()
        case _:
            return Characters()


def scale_of(value: SqlValue) -> int:
    """Digits after the point of a stored number."""
    return value.column.type.scale if isinstance(value.column.type, Exact) else value.scale or 0


def is_computed(value: SqlValue) -> bool:
    """Whether a number on SQLite is decimal text already."""
    return isinstance(value.column.type, DecimalText)


def cannot(what: str) -> ExpressionProblem:
    """The problem of what only Python computes."""
    return ExpressionProblem(
        "{what} cannot be used where many records are filtered or sorted.", what=what
    )
