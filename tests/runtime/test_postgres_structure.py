"""A schema of PostgreSQL, taken down and built again elsewhere, is the same schema."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from typecase.runtime.storage import postgres_copy
from typecase.runtime.storage.postgres_structure import (
    create_rest,
    create_tables,
    is_empty,
    structure_of,
)

WITH_EVERYTHING = """
CREATE TABLE owner_table (id uuid PRIMARY KEY, login text COLLATE "C" UNIQUE);
CREATE TABLE "order" (
  id uuid PRIMARY KEY, owner uuid NOT NULL REFERENCES owner_table (id) ON DELETE CASCADE,
  amount numeric(16, 2) DEFAULT 1.50, "on" date, at timestamptz, flags jsonb, done boolean,
  words text, "from" text,
  twice numeric GENERATED ALWAYS AS (amount * 2) STORED,
  CONSTRAINT positive CHECK (amount >= 0 AND "on" IS NOT NULL));
CREATE UNIQUE INDEX ux_order ON "order" (owner, lower(words)) WHERE done IS NOT TRUE;
CREATE INDEX ix_order ON "order" USING gin (to_tsvector('simple', words));
CREATE INDEX ix_sorted ON "order" (amount DESC NULLS LAST, id);
CREATE VIEW v_order AS SELECT o.id, l.login AS "log-in", o.words LIKE '50%' AS half
  FROM "order" o JOIN owner_table l ON l.id = o.owner;
CREATE VIEW a_view AS SELECT * FROM v_order;
"""

ROWS = """
INSERT INTO owner_table VALUES ('00000000-0000-7000-8000-000000000001', 'ada');
INSERT INTO "order" VALUES (
  '00000000-0000-7000-8000-000000000002', '00000000-0000-7000-8000-000000000001', 12.50,
  '2026-02-28', '2026-11-21T08:00:00Z',
  '{"a": ["\\"", null]}', NULL, E'tab\\tnew\\nline \\\\ 客户', '');
"""


@pytest.fixture
def engine(postgres_database: str) -> Iterator[Engine]:
    engine = sa.create_engine(postgres_database.replace("postgresql", "postgresql+psycopg", 1))
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE SCHEMA one")
        connection.exec_driver_sql("SET LOCAL search_path TO one")
        driver = connection.connection.driver_connection
        driver.execute(WITH_EVERYTHING)
        driver.execute(ROWS)
    yield engine
    engine.dispose()


def in_schema(engine: Engine, schema: str) -> Engine:
    return engine.execution_options(schema_translate_map={None: schema})


def move(engine: Engine, source: Connection, target: Connection) -> None:
    structure = structure_of(source)
    create_tables(target, structure)
    for table, columns in postgres_copy.tables_of(source).items():
        chunks: list[bytes] = []
        postgres_copy.read_rows(source, table, columns, chunks.append)
        postgres_copy.write_rows(target, table, columns, chunks)
    create_rest(target, structure)


def test_structure_and_rows_arrive_in_another_schema(engine: Engine) -> None:
    with in_schema(engine, "one").begin() as one, in_schema(engine, "other one").begin() as other:
        assert is_empty(other)
        move(engine, one, other)
        assert structure_of(other) == structure_of(one)
        assert not is_empty(other)
        rows = [c.exec_driver_sql('SELECT * FROM "order"').all() for c in (one, other)]
        views = [c.exec_driver_sql("SELECT * FROM a_view").all() for c in (one, other)]
    assert rows[0] == rows[1] != []
    assert views[0] == views[1] != []


def test_rows_that_break_a_rule_are_refused(engine: Engine) -> None:
    """Constraints come after the rows, and they come."""
    with in_schema(engine, "one").begin() as one:
        structure = structure_of(one)
        driver = one.connection.driver_connection
    other = in_schema(engine, "other")
    with pytest.raises(Exception, match="positive"), other.begin() as connection:
        create_tables(connection, structure)
        driver = connection.connection.driver_connection
        driver.execute(ROWS.replace("12.50", "-1"))
        create_rest(connection, structure)
    with other.begin() as connection:
        assert is_empty(connection)
