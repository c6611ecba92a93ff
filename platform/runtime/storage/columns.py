"""Storage kinds → column types. The one table that knows both databases' types.

SQLite tables are STRICT, so only INTEGER and TEXT occur there: decimals are scaled integers
(NUMERIC would silently lose digits), dates and moments are fixed-width text that sorts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeDecorator, TypeEngine

from ...errors import NotFound
from ...metadata.field_types.base import Storage, StorageKind

AS_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class _PerDatabase(TypeDecorator[Any]):
    """One type here, another there; ``to_text`` and ``from_text`` are SQLite's half."""

    impl: TypeEngine[Any] | type[TypeEngine[Any]] = sa.Text
    cache_ok = True
    postgres: TypeEngine[Any] = sa.Text()
    sqlite: TypeEngine[Any] = sa.Text()

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        chosen = self.postgres if dialect.name == "postgresql" else self.sqlite
        return dialect.type_descriptor(chosen)

    def bind_processor(self, dialect: Dialect) -> Any:
        if dialect.name == "postgresql":
            return self.load_dialect_impl(dialect).bind_processor(dialect)
        if type(self).inward is _PerDatabase.inward:
            return None
        return lambda value: None if value is None else self.inward(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        if dialect.name == "postgresql":
            return self.load_dialect_impl(dialect).result_processor(dialect, coltype)
        if type(self).outward is _PerDatabase.outward:
            return None
        return lambda value: None if value is None else self.outward(value)

    def inward(self, value: Any) -> Any:
        return value

    def outward(self, value: Any) -> Any:
        return value


class Characters(_PerDatabase):
    """Text compared by code point on both databases, whatever PostgreSQL's locale is."""

    cache_ok = True
    postgres = sa.Text(collation="C")


class Id(_PerDatabase):
    """An id as text. What is not shaped like one is the id of nothing: NotFound."""

    cache_ok = True
    postgres = postgresql.UUID(as_uuid=False)

    def bind_processor(self, dialect: Dialect) -> Any:
        inner = super().bind_processor(dialect)

        def process(value: Any) -> Any:
            if value is not None:
                self.checked(value)
            return inner(value) if inner else value

        return process

    @staticmethod
    def checked(value: str) -> str:
        if not ID.fullmatch(value):
            raise NotFound()
        return value


class Whole(_PerDatabase):
    impl = sa.BigInteger
    """Decides what ``+`` means: with Text it would join."""
    cache_ok = True
    postgres = sa.BigInteger()
    sqlite = sa.Integer()


class Truth(_PerDatabase):
    impl = sa.Boolean
    cache_ok = True
    postgres = sa.Boolean()
    sqlite = sa.Integer()

    def inward(self, value: Any) -> int:
        return int(value)

    def outward(self, value: Any) -> bool:
        return bool(value)


class Day(_PerDatabase):
    cache_ok = True
    postgres = sa.Date()

    def inward(self, value: date) -> str:
        return value if isinstance(value, str) else value.isoformat()

    def outward(self, value: str) -> date:
        return date.fromisoformat(value)


class Moment(_PerDatabase):
    """A moment in UTC. On SQLite always 27 characters, so that text order is time order."""

    cache_ok = True
    postgres = sa.TIMESTAMP(timezone=True)

    def inward(self, value: datetime) -> str:
        if isinstance(value, str):
            return value
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0")

    def outward(self, value: str) -> datetime:
        return datetime.fromisoformat(value)


class Written(str):
    """JSON as text already: of what is large, and stored while others wait."""

    __slots__ = ()


def to_json(value: Any) -> str:
    if isinstance(value, Written):
        return value
    return AS_JSON(value)


class Json(_PerDatabase):
    cache_ok = True
    postgres = postgresql.JSONB(none_as_null=True)

    def inward(self, value: Any) -> str:
        return to_json(value)

    def outward(self, value: str) -> Any:
        return json.loads(value)


class Texts(_PerDatabase):
    """Several texts bound as one value (see ``one_of``)."""

    cache_ok = True
    postgres = postgresql.ARRAY(sa.Text())

    def inward(self, value: Sequence[str]) -> str:
        return json.dumps(value)


class one_of(sa.sql.functions.FunctionElement[bool]):  # noqa: N801 - it is called like a function
    """``one_of(column, texts)``: whether it is among them. One value is bound however many there
    are, so the statement is the same and soon written."""

    type = sa.Boolean()
    inherit_cache = True

    def __init__(self, column: sa.ColumnElement[str], texts: Sequence[str]) -> None:
        super().__init__(column, sa.literal(list(texts), Texts()))

    def self_group(self, against: Any = None) -> one_of:
        """It is a comparison, not a value to compare with true."""
        return self


class found_one_of(one_of):  # noqa: N801
    """The same of rows that something else finds: SQLite would look each of the texts up in an
    index, which takes longer than reading the few rows there are."""

    inherit_cache = True


@compiles(one_of, "sqlite")
def _among_json(element: one_of, compiler: SQLCompiler, **keywords: Any) -> str:
    column, texts = (compiler.process(each, **keywords) for each in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({texts}))"


@compiles(found_one_of, "sqlite")
def _found_among_json(element: found_one_of, compiler: SQLCompiler, **keywords: Any) -> str:
    return f"+{_among_json(element, compiler, **keywords)}"


@compiles(one_of, "postgresql")
def _among_array(element: one_of, compiler: SQLCompiler, **keywords: Any) -> str:
    column, texts = (compiler.process(each, **keywords) for each in element.clauses)
    return f"{column} = ANY ({texts})"


class Exact(_PerDatabase):
    """A decimal of ``precision`` digits, ``scale`` of them after the point."""

    impl = sa.Numeric
    cache_ok = True
    sqlite = sa.Integer()

    def __init__(self, precision: int, scale: int) -> None:
        super().__init__()
        self.precision, self.scale = precision, scale
        self.postgres = sa.Numeric(precision, scale)

    def inward(self, value: Decimal | int) -> int:
        return int(Decimal(value).scaleb(self.scale).to_integral_value())

    def outward(self, value: int) -> Decimal:
        return Decimal(value).scaleb(-self.scale)


def column_type(storage: Storage, kind: StorageKind | None = None) -> TypeEngine[Any]:
    """The column type for one value of ``storage`` (or for ``kind``, where it has several)."""
    match kind or storage.kind:
        case StorageKind.TEXT:
            return Characters()
        case StorageKind.INTEGER:
            return Whole()
        case StorageKind.DECIMAL | StorageKind.MONEY:
            return Exact(storage.precision, storage.scale)
        case StorageKind.BOOLEAN:
            return Truth()
        case StorageKind.DATE:
            return Day()
        case StorageKind.MOMENT:
            return Moment()
        case StorageKind.ID | StorageKind.LINK:
            return Id()
        case StorageKind.JSON:
            return Json()
        case StorageKind.SET | StorageKind.NONE as other:
            raise AssertionError(f"{other} has no column of its own")
