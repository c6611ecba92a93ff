"""A column written into SQLite's schema: there at once, strict, and undone like all else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from typecase.runtime.storage.engine import WRITE_OPTION, open_engine
from typecase.runtime.storage.sqlite_columns import add_column

THINGS = sa.Table(
    "things", sa.MetaData(), sa.Column("id", sa.Text, primary_key=True), sqlite_strict=True
)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = open_engine(f"sqlite:///{tmp_path / 'things.sqlite'}")
    with made.connect() as connection, connection.begin():
        THINGS.create(connection)
        connection.execute(sa.insert(THINGS), [{"id": "old"}])
    yield made
    made.dispose()


def test_another_connection_sees_the_column_once_it_is_committed(engine: Engine) -> None:
    with engine.connect() as other, writing(engine) as connection:
        assert names(other) == ["id"]
        with connection.begin():
            add_column(connection, "things", sa.Column("note", sa.Text))
            connection.execute(sa.text("UPDATE things SET note = 'x' WHERE id = 'old'"))
            assert names(other) == ["id"]
        assert names(other) == ["id", "note"]
        assert other.execute(sa.text("SELECT note FROM things")).scalar_one() == "x"
        assert other.execute(sa.text("PRAGMA integrity_check")).scalars().all() == ["ok"]


def test_a_transaction_undone_takes_the_column_with_it(engine: Engine) -> None:
    with writing(engine) as connection:
        with pytest.raises(ZeroDivisionError), connection.begin():
            add_column(connection, "things", sa.Column("note", sa.Text))
            raise ZeroDivisionError
        assert names(connection) == ["id"]
        add_column(connection, "things", sa.Column("note", sa.Text))
        assert names(connection) == ["id", "note"]


def test_what_is_there_has_the_default_and_types_are_still_held(engine: Engine) -> None:
    with writing(engine) as connection:
        column = sa.Column("days", sa.Integer, server_default=sa.literal(7))
        add_column(connection, "things", column)
        add_column(connection, "things", sa.Column("weeks", sa.Integer))
        rows = connection.execute(sa.text("SELECT days, weeks FROM things")).all()
        assert rows == [(7, None)]
        with pytest.raises(sa.exc.IntegrityError, match="cannot store TEXT"):
            connection.execute(sa.text("UPDATE things SET weeks = 'many'"))


def test_a_line_that_makes_no_sense_is_noticed_before_it_is_kept(engine: Engine) -> None:
    with writing(engine) as connection:
        with pytest.raises(sa.exc.DatabaseError), connection.begin():
            add_column(connection, "things", sa.Column("id", sa.Text))
        assert names(connection) == ["id"]


def writing(engine: Engine) -> sa.Connection:
    return engine.connect().execution_options(**{WRITE_OPTION: True})


def names(connection: sa.Connection) -> list[str]:
    found = connection.execute(sa.text("SELECT name FROM pragma_table_info('things')"))
    columns = list(found.scalars())
    if not connection.get_execution_options().get(WRITE_OPTION):
        connection.rollback()
    return columns
