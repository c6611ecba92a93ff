"""An expression has one value: Python, SQLite and PostgreSQL agree on it for every record, and for
every tenth simpleeval is asked too.

Conditions are asked for three times: as a value, as WHERE, and as WHERE NOT.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.databases import Run, fresh_database
from tests.properties import simple_judge
from tests.properties.expression_sources import ANY
from tests.properties.sample_rows import (
    AROUND,
    SAMPLE,
    SampleResolver,
    SampleScope,
    sample_rows,
    store,
)
from typecase.metadata.expressions import Checked, ExpressionProblem, check, evaluator
from typecase.metadata.expressions.types import Kind
from typecase.runtime.storage.engine import open_engine
from typecase.runtime.storage.row_rights import NOW, now_parameter
from typecase.runtime.storage.sql_expressions import compile_sql
from typecase.runtime.storage.sql_now import is_momentary

# The strategies are large, and hypothesis says so whenever it prints them.
pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")
ROWS = sample_rows()
QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


@pytest.fixture(scope="module")
def databases(
    postgres: Run, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[sa.Connection, ...]]:
    file = tmp_path_factory.mktemp("agree") / "sample.sqlite"
    with fresh_database(postgres) as url:
        engines = [open_engine(f"sqlite:///{file}"), open_engine(url)]
        connections = [engine.connect() for engine in engines]
        for connection in connections:
            store(connection, ROWS)
            connection.commit()
        yield tuple(connections)
        for connection, engine in zip(connections, engines, strict=True):
            connection.close()
            engine.dispose()


@given(source=ANY)
@settings(max_examples=150, deadline=None, suppress_health_check=QUIET)
def test_three_agree(databases: tuple[sa.Connection, ...], source: str) -> None:
    agree(databases, source)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@given(source=ANY)
@settings(max_examples=2000, deadline=None, suppress_health_check=QUIET)
def test_three_agree_at_length(databases: tuple[sa.Connection, ...], source: str) -> None:
    agree(databases, source)


WHOLE = st.sampled_from(("quantity", "count(lines)", "(quantity + 1)", "length(name)", "-7", "3"))
DECIMAL = st.sampled_from(
    ("amount", "rate", "sum(lines.total)", "(amount - 0.01)", "(quantity * 0.5)", "0.07", "-2.50")
)
DIVISIONS = st.builds(
    lambda left, sign, right, more: f"{left} {sign} {right}{more}",
    st.one_of(WHOLE, DECIMAL),
    st.sampled_from(("/", "//", "%")),
    st.one_of(WHOLE, DECIMAL),
    st.sampled_from(("", " * 3", " / 7", " + quantity", " > 0.5", " == amount / quantity")),
)


@given(source=DIVISIONS)
@settings(max_examples=120, deadline=None, suppress_health_check=QUIET)
def test_whole_numbers_and_decimals_divide_exactly(
    databases: tuple[sa.Connection, ...], source: str
) -> None:
    """SQLite keeps decimals as scaled integers and would divide whole numbers by cutting off."""
    check(source, SampleScope())
    agree(databases, source)


@pytest.mark.parametrize("source", [
    "amount / 3 * 3 == amount",
    "created_at + (created_at - (closed_at + -89924))",
    "created_at + (now() - '0001-01-01T00:00:00Z') + (now() - '0001-01-01T00:00:00Z') + 1",
    "amount / 7",
    "amount * 1000000000000 / 7",
    "amount / (rate * 1000000000000)",
    "(amount + 0.0000000000049999) / 1000",
    "amount * rate * rate * 1000000000000",
    "sum(lines.total) / count(lines)",
    "created_at >= '2026-03-08'",
    "date(created_at) = '2026-11-21'",
    "date(created_at) & weekday(closed_at)",
    "year(created_at) & '/' & hour(created_at)",
    "not (close_date < today() - 7)",
    "name < '中'",
    "upper(name) & lower(note)",
    "quantity * quantity * quantity",
    "-5 // 2 + -5 % 2",
    "(null if active else null) and true",
    "text(active and stage == 'won') & (created_at >= now())",
    "concat(name, note, stage) & 1 & active",
    "text(count(lines.total) >= 2.5) >= text(-amount, 3)",
    "left(text(sum(lines.total) > 1) & '1.50', 9) == 'true1.5'",
    "name == text(sum(lines.total) > 1)",
    "text(is_blank(close_date != signed_on)) & text(name == note) & text(not active)",
    "case(text(sum(lines.total) > 1), 'true', 1, 0)",
    "hour(coalesce(created_at + (now() - now()), now()))",
    "option(stage).closed == active",
    "round(rate, 2) - round(-rate, 2)",
    "mod(-amount, 3)",
])  # fmt: skip
def test_the_old_traps(databases: tuple[sa.Connection, ...], source: str) -> None:
    agree(databases, source)


TOLD = st.sampled_from(("now()", "(now() - 7)", "add_hours(now(), -30)", "max(now(), created_at)"))
BESIDE = st.sampled_from(("created_at", "closed_at", "now()", "add_days(now(), 9999999)"))
PASSING = st.one_of(
    ANY,
    st.builds("{} {} {}".format, BESIDE, st.sampled_from(("<", "<=", ">", "==", "!=")), TOLD),
    st.builds("{} {} {}".format, TOLD, st.sampled_from((">=", "<", "==")), BESIDE),
    st.builds("not ({} in [{}, {}])".format, BESIDE, TOLD, TOLD),
    st.builds("IF(hour({}) < {}, 'early', name)".format, TOLD, st.integers(0, 23)),
    st.builds("date({}) {} close_date".format, TOLD, st.sampled_from(("<", "=="))),
    st.builds("text(hours({} - created_at)) & weekday(date({}))".format, TOLD, TOLD),
    st.builds("stage == IF(hour({}) < 18, 'won', 'talk')".format, TOLD),
)


@given(source=PASSING)
@settings(max_examples=150, deadline=None, suppress_health_check=QUIET)
def test_a_statement_told_of_the_moment_agrees_at_another_one(
    databases: tuple[sa.Connection, ...], source: str
) -> None:
    """Compiled at one moment and run at another of the same day, as kept statements are."""
    try:
        checked = check(source, SampleScope())
    except ExpressionProblem:
        return
    if checked.not_in_sql or is_momentary(checked.tree):
        return
    for connection in databases:
        column = compile_sql(
            checked, SampleResolver(connection.dialect.name), AROUND, connection.dialect.name,
            now=now_parameter(),
        )  # fmt: skip
        rows = sa.select(SAMPLE.c.id, column.label("value"))
        for now in (AROUND.now, AROUND.now - timedelta(hours=11, microseconds=7)):
            compute = evaluator(checked, replace(AROUND, now=now))
            expected = {row["id"]: plain(compute(row)) for row in ROWS}
            with connection.begin():
                found = connection.execute(rows, {NOW: now})
                told = {row.id: of_kind(row.value, checked.type.kind) for row in found}
            assert told == expected, (source, now, connection.dialect.name)


def agree(databases: tuple[sa.Connection, ...], source: str) -> None:
    try:
        checked = check(source, SampleScope())
    except ExpressionProblem:
        return
    compute = evaluator(checked, AROUND)
    expected = {row["id"]: plain(compute(row)) for row in ROWS}
    for row in ROWS[::10]:  # simpleeval walks slowly
        assert plain(simple_judge.value(checked, row, AROUND)) == expected[row["id"]], source
    for connection in databases:
        if checked.not_in_sql:
            with pytest.raises(ExpressionProblem):
                compiled(checked, connection)
            continue
        with connection.begin():
            agrees(checked, expected, connection)


def agrees(checked: Checked, expected: dict[str, Any], connection: sa.Connection) -> None:
    dialect = connection.dialect.name
    assert selected(checked, connection) == expected, (checked.source, dialect)
    if checked.type.kind is Kind.BOOLEAN:
        for wanted in (True, False):
            chosen = {id_ for id_, value in expected.items() if value is wanted}
            assert where(checked, connection, wanted) == chosen, (checked.source, dialect)


def compiled(checked: Checked, connection: sa.Connection) -> sa.ColumnElement[Any]:
    dialect = connection.dialect.name
    return compile_sql(checked, SampleResolver(dialect), AROUND, dialect)


def selected(checked: Checked, connection: sa.Connection) -> dict[str, Any]:
    column = compiled(checked, connection).label("value")
    rows = connection.execute(sa.select(SAMPLE.c.id, column))
    kind = checked.type.kind
    return {row.id: of_kind(row.value, kind) for row in rows}


def where(checked: Checked, connection: sa.Connection, wanted: bool) -> set[str]:
    condition = compiled(checked, connection)
    chosen = sa.select(SAMPLE.c.id).where(condition if wanted else sa.not_(condition))
    return set(connection.scalars(chosen))


def of_kind(value: Any, kind: Kind) -> Any:
    if kind is Kind.BOOLEAN:
        assert value is not None, "a condition is never null"
        return bool(value)
    return plain(value)


def plain(value: Any) -> Any:
    """Numbers as Decimal, lengths of time in seconds."""
    if isinstance(value, timedelta):
        return Decimal(value // timedelta(microseconds=1)) / 1_000_000
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value
