"""A database that is locked, full, or gone: told as such, nothing half kept, then all is well."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from tests.databases import Run, start_cluster, stop_cluster
from tests.runtime.shop import Shop
from tests.web.api.conftest import Client
from typecase.runtime import checking, sessions, tokens
from typecase.runtime.actors import SYSTEM
from typecase.web.app import create_app
from typecase.web.cookies import SESSION_COOKIE

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]

ACCOUNTS = "/objects/account/records"


class Site:
    def __init__(self, database: str, folder: Path) -> None:
        self.shop = Shop(database, folder)
        self.app = create_app(self.shop.platform)
        user = self.shop.ada.id
        run = self.shop.workspace.run
        issued = run(SYSTEM, lambda unit: tokens.create(unit, "test", user=user))
        self.api = Client(self.app.test_client(), issued.secret)
        cookie = run(SYSTEM, lambda unit: sessions.begin(unit, user, None, None))
        self.browser = self.app.test_client()
        self.browser.set_cookie(SESSION_COOKIE, cookie)

    def save(self) -> TestResponse:
        return self.api.post(ACCOUNTS, {"name": "Acme"})

    def count(self) -> int:
        return int(self.api.get(ACCOUNTS, query_string={"count": "exact"}).json["count"])

    def require_sound(self) -> None:
        found = checking.check(self.shop.workspace, [])
        assert [f for f in found if not f.is_harmless] == []


@pytest.fixture
def site(database: str, tmp_path: Path) -> Iterator[Site]:
    built = Site(database, tmp_path)
    yield built
    built.shop.close()


HOLDER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""
"""SQLite's locks are a process' own: only another one can be in the way."""


@contextmanager
def locked(url: str) -> Iterator[None]:
    """Another process' transaction holds what every save needs."""
    if url.startswith("sqlite"):
        command = [sys.executable, "-c", HOLDER, url.removeprefix("sqlite:///")]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        with subprocess.Popen(command, **pipes) as other:  # type: ignore[call-overload]
            assert other.stdout.readline() == b"held\n"
            yield
            other.stdin.close()
        return
    with psycopg.connect(url) as other:
        other.execute("LOCK TABLE o_account, tc_session IN EXCLUSIVE MODE")
        yield
        other.rollback()


def unavailable(answer: TestResponse) -> bool:
    told = answer.status_code == 503 and int(answer.headers["Retry-After"]) > 0
    return told and answer.json["error"]["code"] == "unavailable"


def test_a_locked_database_is_said_to_be_busy(site: Site, database: str) -> None:
    assert site.save().status_code == 201
    with locked(database):
        began = time.monotonic()
        assert unavailable(site.save())
        assert 5 < time.monotonic() - began < 25
        assert site.count() == 1
    assert site.save().status_code == 201
    assert site.count() == 2
    site.require_sound()


def test_a_page_is_shown_though_its_session_cannot_be_kept(site: Site, database: str) -> None:
    """Reading goes on while nobody can write; only the session's last use is not noted."""
    assert site.browser.get("/o/account").status_code == 200
    site.shop.clock.advance(sessions.SEEN_EVERY * 3)
    with locked(database):
        assert site.browser.get("/o/account").status_code == 200


def test_a_full_disk_is_told_and_then_recovers(sqlite_database: str, tmp_path: Path) -> None:
    site = Site(sqlite_database, tmp_path)
    engine = site.shop.workspace.database.engine
    limit = {"pages": 0}

    def bound(connection: Any, record: Any, proxy: Any) -> None:
        connection.execute(f"PRAGMA max_page_count={limit['pages']}")

    with engine.connect() as connection:
        pages = int(connection.exec_driver_sql("PRAGMA page_count").scalar_one())
    limit["pages"] = pages + 6
    sa.event.listen(engine, "checkout", bound)
    kept = 0
    for _ in range(400):
        answer = site.save()
        if answer.status_code != 201:
            break
        kept += 1
    assert unavailable(answer)
    assert site.count() == kept
    limit["pages"] = 1_000_000
    assert site.save().status_code == 201
    assert site.count() == kept + 1
    site.require_sound()
    site.shop.close()


def within(seconds: float, ready: Callable[[], bool]) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if ready():
            return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_a_database_that_goes_and_comes_back(
    own_cluster: Run, own_postgres: str, tmp_path: Path, mode: str
) -> None:
    site = Site(own_postgres, tmp_path)
    engine = site.shop.workspace.database.engine
    pooled = [engine.connect() for _ in range(4)]
    for each in pooled:
        each.close()
    assert site.save().status_code == 201
    stop_cluster(own_cluster, mode)
    for _ in range(3):
        assert unavailable(site.save())
        assert unavailable(site.api.get(ACCOUNTS))
        page = site.browser.get("/o/account")
        assert (page.status_code, page.headers["Retry-After"]) == (503, "2")
    start_cluster(own_cluster)
    assert within(10, lambda: site.save().status_code == 201)
    answers = {site.api.get(ACCOUNTS).status_code for _ in range(8)}
    assert answers == {200}
    site.require_sound()
    site.shop.close()
