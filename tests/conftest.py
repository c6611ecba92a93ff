"""What every test may ask for: a fresh database, a browser's program.

What is missing on this machine skips its tests aloud; under CI a skip is a failure, so that
a green run there means that everything ran.
"""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from tests.databases import NoPostgres, Run, close_run, ensure_cluster, fresh_database, open_run
from typecase.runtime import passwords

IN_CI = os.environ.get("CI", "").lower() in ("1", "true", "yes")
RUN_FOLDER = "TYPECASE_TEST_RUN"
"""Environment variable that tells the worker processes the folder of the run."""


SLOW_MARKS = ("slow", "browser", "faults")


def pytest_addoption(parser: pytest.Parser) -> None:
    message = "for `make check`: without PostgreSQL, properties, and what is marked slow"
    parser.addoption("--quick", action="store_true", help=message)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--quick"):
        left_out = [item for item in items if _takes_long(item)]
        config.hook.pytest_deselected(items=left_out)
        gone = set(left_out)
        items[:] = [item for item in items if item not in gone]


def _takes_long(item: pytest.Item) -> bool:
    """Marked so, a search for counterexamples, or on PostgreSQL (SQLite has the same test)."""
    if any(item.get_closest_marker(mark) for mark in SLOW_MARKS) or "properties" in item.path.parts:
        return True
    chosen = getattr(item, "callspec", None)
    if chosen is not None and {"sqlite", "postgres"} & _texts(chosen.params.values()):
        return "postgres" in _texts(chosen.params.values())
    return "postgres" in getattr(item, "fixturenames", ())


def _texts(values: Iterable[object]) -> set[str]:
    return {value for value in values if isinstance(value, str)}


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        os.environ[RUN_FOLDER] = str(open_run().folder)


def pytest_collection_finish(session: pytest.Session) -> None:
    """What has been imported and collected stays; nobody need look through it for garbage."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        close_run(Run(Path(os.environ.pop(RUN_FOLDER))))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    return _skip_is_failure(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    report = yield
    return _skip_is_failure(report)


def _skip_is_failure(report):
    if IN_CI and report.outcome == "skipped" and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI does not accept: {report.longrepr}"
    return report


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a fresh, empty database; the test runs once on each kind."""
    yield request.getfixturevalue(f"{request.param}_database")


@pytest.fixture
def other_database(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A second empty database of the same kind as ``database``."""
    if database.startswith("sqlite"):
        yield f"sqlite:///{tmp_path / 'other.sqlite'}"
        return
    with fresh_database(request.getfixturevalue("postgres")) as url:
        yield url


@pytest.fixture
def sqlite_database(tmp_path: Path) -> str:
    """For tests of what only SQLite does."""
    return f"sqlite:///{tmp_path / 'test.sqlite'}"


@pytest.fixture
def postgres_database(postgres: Run) -> Iterator[str]:
    """For tests of what only PostgreSQL does."""
    with fresh_database(postgres) as url:
        yield url


@pytest.fixture
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same algorithm with hardly any effort."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_HASHER", quick)


@pytest.fixture(scope="session")
def postgres() -> Run:
    """The run's PostgreSQL cluster; most tests want ``database`` instead."""
    run = Run(Path(os.environ[RUN_FOLDER]))
    try:
        ensure_cluster(run)
    except NoPostgres as missing:
        pytest.skip(str(missing))
    return run


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium or Chrome."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        pytest.skip("no Chromium on the PATH")
    return found
