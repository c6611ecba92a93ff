"""Compiled conditions: indexes serve them, values are bound, and nothing overflows."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles

from tests.properties.sample_rows import AROUND, SAMPLE, SampleResolver, SampleScope, store
from tests.properties.sample_rows import sample_rows as rows
from typecase.metadata.expressions import ExpressionProblem, check
from typecase.metadata.expressions.types import BOOLEAN, TEXT, Kind, Type
from typecase.runtime.storage.columns import Exact
from typecase.runtime.storage.engine import open_engine
from typecase.runtime.storage.row_rights import NOW, now_parameter
from typecase.runtime.storage.sql_expressions import SqlValue, compile_sql
from typecase.runtime.storage.sql_types import DecimalText

INDEXED = ("amount", "quantity", "name", "stage", "active", "close_date", "created_at", "account")


@pytest.fixture
def connection(database: str) -> Iterator[sa.Connection]:
    engine = open_engine(database)
    with engine.connect() as connection:
        store(connection, rows())
        for name in INDEXED:
            sa.Index(f"ix_{name}", SAMPLE.c[name], _table=SAMPLE).create(connection)
        connection.commit()
        yield connection
    SAMPLE.indexes.clear()
    engine.dispose()


def condition(
    source: str, connection: sa.Connection, now: sa.ColumnElement[Any] | None = None
) -> sa.ColumnElement[bool]:
    dialect = connection.dialect.name
    checked = check(source, SampleScope(), BOOLEAN)
    return compile_sql(checked, SampleResolver(dialect), AROUND, dialect, now=now)


class Explain(sa.Executable, sa.ClauseElement):
    """How the database would run ``statement``."""

    inherit_cache = False

    def __init__(self, statement: sa.Select[Any]) -> None:
        self.statement = statement


@compiles(Explain)
def _explained(element: Explain, compiler: Any, **keywords: Any) -> str:
    verb = "EXPLAIN QUERY PLAN" if compiler.dialect.name == "sqlite" else "EXPLAIN"
    return f"{verb} {compiler.process(element.statement, **keywords)}"


def plan(condition: sa.ColumnElement[bool], connection: sa.Connection) -> str:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    explained = Explain(sa.select(SAMPLE.c.id).where(condition))
    lines = connection.execute(explained, {NOW: AROUND.now})
    return "\n".join(" ".join(map(str, line)) for line in lines)


@pytest.mark.parametrize(("source", "index"), [
    ("amount > 1000", "ix_amount"),
    ("amount == 1000.5", "ix_amount"),
    ("amount >= 10.005", "ix_amount"),
    ("1000 < amount", "ix_amount"),
    ("quantity <= 7", "ix_quantity"),
    ("quantity < 6.5", "ix_quantity"),
    ("name == '中文'", "ix_name"),
    ("name > 'm'", "ix_name"),
    ("stage in ['won', 'talk']", "ix_stage"),
    ("active", "ix_active"),
    ("close_date < today() - 30", "ix_close_date"),
    ("close_date >= start_of_month(today())", "ix_close_date"),
    ("created_at >= '2026-11-01'", "ix_created_at"),
    ("date(created_at) == today()", "ix_created_at"),
    ("account == user", "ix_account"),
    ("is_blank(account)", "ix_account"),
    ("amount > 1000 and contains(name, 'x')", "ix_amount"),
])  # fmt: skip
def test_an_index_serves(connection: sa.Connection, source: str, index: str) -> None:
    """The column stays bare and the value has the column's own type."""
    found = plan(condition(source, connection), connection)
    assert index in found, found
    if connection.dialect.name == "postgresql":
        assert "Index Cond" in found, found


@pytest.mark.parametrize(
    "source", ["created_at < now()", "now() <= created_at", "created_at > add_hours(now(), -24)"]
)
def test_an_index_serves_what_is_told_of_the_moment(connection: sa.Connection, source: str) -> None:
    found = plan(condition(source, connection, now_parameter()), connection)
    assert "ix_created_at" in found, found
    served = "Index Cond" if connection.dialect.name == "postgresql" else "SEARCH"
    assert served in found, found


def test_every_value_is_bound(connection: sa.Connection) -> None:
    canary = "cänary'; DROP TABLE sample; --"
    source = f"contains(name, \"{canary}\") or name & '!' == \"{canary}\" or stage in ['won']"
    text = str(condition(source, connection).compile(connection))
    assert "nary" not in text
    assert "won" not in text


@pytest.mark.parametrize("wanted", ["100%", "a_b", "back\\slash", "%", "_", "\\"])
def test_signs_of_like_are_only_letters(connection: sa.Connection, wanted: str) -> None:
    quoted = wanted.replace("\\", "\\\\")
    chosen = sa.select(SAMPLE.c.id).where(condition(f"contains(name, '{quoted}')", connection))
    expected = {row["id"] for row in rows() if row["name"] and wanted in row["name"]}
    assert set(connection.scalars(chosen)) == expected


def test_sums_beyond_64_bits_are_exact(connection: sa.Connection) -> None:
    """Where SQLite's own SUM would stop, and its REAL would lose digits."""
    huge = Decimal("9999999999999999.99")
    amounts = sa.Table("amounts", sa.MetaData(), sa.Column("amount", Exact(18, 2)))
    amounts.create(connection)
    connection.execute(amounts.insert(), [{"amount": huge}] * 200)
    if connection.dialect.name == "sqlite":
        total = connection.scalar(sa.select(sa.func.tc_sum(amounts.c.amount)))
        assert Decimal(total).scaleb(-2) == huge * 200
        average = connection.scalar(
            sa.select(sa.func.tc_avg(amounts.c.amount, 2, type_=DecimalText()))
        )
        assert average == huge
    checked = check("amount * amount * amount", SampleScope())
    column = compile_sql(checked, only(amounts.c.amount), AROUND, connection.dialect.name)
    assert set(connection.scalars(sa.select(column).limit(1))) == {None}
    checked = check("amount * amount / amount + 0.01", SampleScope())
    column = compile_sql(checked, only(amounts.c.amount), AROUND, connection.dialect.name)
    assert connection.scalar(sa.select(column).limit(1)) is None


def only(column: sa.ColumnElement[Any]) -> Any:
    class One(SampleResolver):
        def __call__(self, path: tuple[str, ...]) -> SqlValue:
            return SqlValue(column, Type(Kind.NUMBER, scale=2), 2)

    return One("")


def test_computed_numbers_sort_by_value(connection: sa.Connection) -> None:
    dialect = connection.dialect.name
    checked = check("coalesce(amount, 0) * 1.5", SampleScope())
    column = compile_sql(checked, SampleResolver(dialect), AROUND, dialect)
    found = list(connection.scalars(sa.select(column.label("value")).order_by(column)))
    assert found == sorted(found)
    assert len(set(found)) > 10


def test_known_values_are_the_same_for_every_row(connection: sa.Connection) -> None:
    dialect = connection.dialect.name

    class WithUser(SampleScope):
        def type_of(self, path: tuple[str, ...]) -> Type:
            return TEXT if path == ("user", "role") else super().type_of(path)

    checked = check("stage == user.role", WithUser())
    compiled = compile_sql(checked, SampleResolver(dialect), AROUND, dialect, {"user.role": "won"})
    found = set(connection.scalars(sa.select(SAMPLE.c.stage).where(compiled)))
    assert found == {"won"}


def test_what_cannot_be_read_is_null(connection: sa.Connection) -> None:
    class Hidden(SampleResolver):
        def __call__(self, path: tuple[str, ...]) -> SqlValue:
            hidden = path == ("amount",)
            return SqlValue(sa.null(), Type(Kind.NULL)) if hidden else super().__call__(path)

    dialect = connection.dialect.name
    for source, holds in (
        ("amount > 0", False),
        ("is_blank(amount * 2 + round(amount))", True),
    ):
        compiled = compile_sql(check(source, SampleScope()), Hidden(dialect), AROUND, dialect)
        found = list(connection.scalars(sa.select(SAMPLE.c.id).where(compiled)))
        assert len(found) == (50 if holds else 0)


@pytest.mark.parametrize("source", ["power(amount, 2) > 4", "changed(stage)", "was(amount) > 1",
                                    "work_days(close_date, today()) > 3"])  # fmt: skip
def test_what_only_python_computes_is_refused(source: str) -> None:
    with pytest.raises(ExpressionProblem, match="cannot be used where many records"):
        compile_sql(check(source, SampleScope(), BOOLEAN), SampleResolver(""), AROUND, "sqlite")
