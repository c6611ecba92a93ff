"""A PostgreSQL of one's own, as safe as a real one, that a test may crash."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import psycopg
import pytest

from tests.databases import (
    NoPostgres,
    Run,
    close_run,
    ensure_cluster,
    make_durable,
    open_run,
)


@pytest.fixture(scope="session")
def own_cluster() -> Iterator[Run]:
    run = open_run()
    try:
        ensure_cluster(run)
        make_durable(run)
        yield run
    except NoPostgres as missing:
        pytest.skip(str(missing))
    finally:
        close_run(run)


@pytest.fixture
def own_postgres(own_cluster: Run) -> str:
    """A database in it, gone with it: nobody keeps a connection to drop it by."""
    name = f"t_{secrets.token_hex(6)}"
    with psycopg.connect(own_cluster.url("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
    return own_cluster.url(name)
