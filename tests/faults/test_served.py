"""``typecase serve`` and ``typecase install`` killed as the power cut kills them, and the database
server under a running ``serve``: what a client was told is true, and nothing is half there."""

from __future__ import annotations

import random
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.builders import a_field, a_lookup, a_permission_set, an_object, package_files
from tests.databases import Run, start_cluster, stop_cluster
from tests.faults.serving import GONE, Server, command, place, run_until, token, write
from tests.runtime.shop import Shop
from typecase.runtime import checking, reading
from typecase.runtime.actors import SYSTEM
from typecase.runtime.queries import Query, Row
from typecase.runtime.storage.unit_of_work import Unit

pytestmark = [pytest.mark.faults, pytest.mark.slow, pytest.mark.timeout(300)]

ROUNDS = 3
WRITERS = 3
ACCOUNTS, DEALS = "/objects/account/records", "/objects/deal/bulk"


@pytest.fixture
def shop(database: str, tmp_path: Path) -> Iterator[Shop]:
    built = Shop(database, tmp_path)
    yield built
    built.close()


class Writers:
    """Clients that save an account and then three deals of it in one call, for ever.

    ``told`` are the accounts whose three deals were acknowledged; ``statuses`` all answers.
    """

    def __init__(self, server: Server, secret: str, mark: str) -> None:
        self.server, self.secret, self.mark = server, secret, mark
        self.told: set[str] = set()
        self.statuses: set[int] = set()
        self._end = threading.Event()
        self._threads = [threading.Thread(target=self._write, args=(n,)) for n in range(WRITERS)]

    def _write(self, writer: int) -> None:
        number = 0
        while not self._end.is_set():
            number += 1
            try:
                self._one(f"{self.mark}.{writer}.{number}")
            except GONE:
                time.sleep(0.05)

    def _one(self, name: str) -> None:
        status, made = self.server.call("POST", ACCOUNTS, self.secret, {"name": name})
        self.statuses.add(status)
        if status != 201:
            time.sleep(0.05)
            return
        deals = [{"name": f"D{n}", "account": made["id"], "amount": "1.50"} for n in range(3)]
        body = {"operation": "create", "records": deals}
        status, _ = self.server.call("POST", DEALS, self.secret, body)
        self.statuses.add(status)
        if status == 200:
            self.told.add(name)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        for thread in self._threads:
            thread.start()
        try:
            yield
        finally:
            self._end.set()
            for thread in self._threads:
                thread.join()


def all_rows(unit: Unit, name: str, *fields: str) -> list[Row]:
    found, cursor = [], None
    while True:
        page = reading.find(unit, Query(name, fields, limit=500, cursor=cursor))
        found += page.rows
        cursor = page.next
        if cursor is None:
            return found


def require_whole(shop: Shop, told: set[str]) -> None:
    """All that was acknowledged is there; of the rest each call wholly or not at all."""
    with shop.workspace.read(SYSTEM) as unit:
        accounts = all_rows(unit, "account", "name", "deal_count", "open_amount")
        deals = all_rows(unit, "deal", "account")
    counts = {row["name"]: row["deal_count"] for row in accounts}
    assert told <= {name for name, count in counts.items() if count == 3}
    assert set(counts.values()) <= {0, 3}
    assert {(r["deal_count"], str(r["open_amount"])) for r in accounts} <= {
        (0, "0.00"),
        (3, "4.50"),
        (0, "0"),
    }
    assert len(deals) == sum(counts.values())
    assert [f for f in checking.check(shop.workspace, []) if not f.is_harmless] == []


def until(told: set[str], enough: int, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while len(told) < enough:
        assert time.monotonic() < end, "nothing is saved any more"
        time.sleep(0.01)


def test_a_server_killed_while_people_save(shop: Shop) -> None:
    """C1: SIGKILL at a moment of its own, again and again, over the same database."""
    secret, chance = token(shop, "ada"), random.Random(3)
    told: set[str] = set()
    first = 0.0
    for round_ in range(ROUNDS):
        server = Server(shop)
        first = first or server.seconds
        assert server.seconds < 5 + 2 * first, "it starts after a crash as after anything"
        writers = Writers(server, secret, f"R{round_}")
        with writers.at_work():
            until(writers.told, chance.randint(3, 10))
            time.sleep(chance.random() / 10)
            server.kill()
        assert writers.statuses <= {200, 201}
        told |= writers.told
        require_whole(shop, told)


def test_the_database_server_crashes_under_a_running_server(
    own_cluster: Run, own_postgres: str, tmp_path: Path
) -> None:
    """C2: 503 while it is away, never a false success, and the server finds back by itself."""
    shop = Shop(own_postgres, tmp_path)
    secret, chance = token(shop, "ada"), random.Random(4)
    server = Server(shop)
    told: set[str] = set()
    try:
        for round_ in range(ROUNDS):
            writers = Writers(server, secret, f"R{round_}")
            with writers.at_work():
                until(writers.told, chance.randint(3, 10))
                time.sleep(chance.random() / 10)
                stop_cluster(own_cluster, "immediate")
                time.sleep(0.5)
                status, said = server.call("GET", ACCOUNTS, secret)
                assert (status, said["error"]["code"]) == (503, "unavailable")
                start_cluster(own_cluster)
                began, before = time.monotonic(), len(writers.told)
                until(writers.told, before + 3, 10)
                assert time.monotonic() - began < 10
            assert writers.statuses <= {200, 201, 503}
            told |= writers.told
            shop.workspace.database.engine.dispose()
            require_whole(shop, told)
    finally:
        server.kill()
        shop.close()


THINGS, ROWS = 5, 60


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """Objects that point to each other, with an index each and rows of their own."""
    objects = []
    for n in range(THINGS):
        fields = [a_field("size", "integer"), a_field("code")]
        if n:
            fields.append(a_lookup("before", f"xb_thing{n - 1}", "after"))
        objects.append(an_object(f"xb_thing{n}", *fields, indexes=[["size", "code"]], owner="none"))
    rows: Any = {
        "object": "xb_thing0",
        "rows": [{"key": f"r{i}", "name": f"R{i}"} for i in range(ROWS)],
    }
    files = package_files(
        *objects,
        {"data/things.json": rows},
        permissions=[a_permission_set("xb_all", xb_thing0=["read"])],
        name="xb",
        prefix="xb",
    )
    return write(tmp_path / "xb", files)


def things(shop: Shop) -> tuple[int, int]:
    """How many objects of the package there are, and how many rows it brought."""
    shop.workspace.forget()
    objects = [name for name in shop.workspace.catalog.objects if name.startswith("xb_")]
    if not objects:
        return 0, 0
    with shop.workspace.read(SYSTEM) as unit:
        return len(objects), len(all_rows(unit, "xb_thing0", "name"))


@pytest.mark.parametrize("lines", [1, 2, 4, 6])
def test_an_install_command_killed(shop: Shop, package: Path, lines: int) -> None:
    """After so many lines of its progress; whatever it was at, it happened or it did not."""
    words = command("install", package, *place(shop))
    code, said = run_until(words, lambda said: len(said) >= lines)
    found = things(shop)
    assert found in ((0, 0), (THINGS, ROWS)), said
    assert code == -9 or found == (THINGS, ROWS), "the command failed by itself"
    assert [f for f in checking.check(shop.workspace, []) if not f.is_harmless] == []
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert things(shop) == (THINGS, ROWS)
    assert [f for f in checking.check(shop.workspace, []) if not f.is_harmless] == []
