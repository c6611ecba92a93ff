"""A PostgreSQL of one's own, as safe as a real one, that a test may crash."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.databases import (
    NoPostgres,
    Run,
    close_run,
    ensure_cluster,
    fresh_database,
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
def own_postgres(own_cluster: Run) -> Iterator[str]:
    """A database in it."""
    with fresh_database(own_cluster) as url:
        yield url
