"""Processes killed in the middle of their work: what was acknowledged is there, nothing is half."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.databases import Run, start_cluster, stop_cluster
from tests.faults.killing import run_and_kill
from tests.faults.worker import OBJECTS, ROWS, extra
from tests.runtime.shop import Shop
from typecase.errors import Unavailable
from typecase.runtime import checking, customizing, history, installing, reading, search
from typecase.runtime.actors import SYSTEM
from typecase.runtime.queries import Query, Row
from typecase.runtime.storage import layer_rows
from typecase.runtime.storage.unit_of_work import Unit

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]


@pytest.fixture
def shop(database: str, tmp_path: Path) -> Iterator[Shop]:
    built = Shop(database, tmp_path)
    yield built
    built.close()


def acknowledged(said: list[str]) -> list[int]:
    return [int(line.split()[1]) for line in said if line.startswith("saved")]


def rows(unit: Unit, name: str, *fields: str) -> list[Row]:
    found, cursor = [], None
    while True:
        page = reading.find(unit, Query(name, fields, limit=500, cursor=cursor))
        found += page.rows
        cursor = page.next
        if cursor is None:
            return found


def require_whole(shop: Shop, acked: list[int]) -> int:
    """Every account has its deal, both lines, the sums, the history and its place in the search;
    all that were acknowledged are among them. Returns how many there are."""
    with shop.workspace.read(SYSTEM) as unit:
        accounts = rows(unit, "account", "name", "deal_count", "open_amount")
        deals = rows(unit, "deal", "name", "amount", "line_total", "stage", "tags", "account")
        lines = rows(unit, "line", "deal")
        names = {row["name"] for row in accounts}
        assert {f"Account {n}" for n in acked} <= names
        assert [(r["deal_count"], r["open_amount"]) for r in accounts] == [
            (1, int(r["name"].split()[1])) for r in accounts
        ]
        assert {r["name"] for r in deals} == {n.replace("Account", "Deal") for n in names}
        assert {(r["stage"], r["tags"], r["line_total"]) for r in deals} <= {("talks", ("red",), 3)}
        assert len(lines) == 2 * len(deals)
        of = unit.catalog.object("deal")
        for row in deals[-3:]:
            kinds = [e.kind for e in history.entries(unit, of, row.id, 9)]
            assert sorted(kinds) == ["create", "update"]
            hits = search.search(unit, row["name"], 50, ("deal",)).results
            assert row.id in {hit.id for hit in hits}
    assert [f for f in checking.check(shop.workspace, []) if not f.is_harmless] == []
    return len(accounts)


def kill_saving(shop: Shop, database: str, folder: Path, chance: random.Random) -> list[int]:
    """Three processes one after the other, each killed at a moment of its own."""
    acked: list[int] = []
    for round_ in range(3):
        said = run_and_kill(
            "save",
            database,
            folder,
            round_ * 1000,
            lines=chance.randint(2, 12),
            wait=chance.random() / 20,
        )
        acked += acknowledged(said)
    return acked


def test_killed_while_saving(shop: Shop, database: str, tmp_path: Path) -> None:
    acked = kill_saving(shop, database, tmp_path, random.Random(1))
    there = require_whole(shop, acked)
    assert len(acked) <= there <= len(acked) + 3


def test_the_database_server_is_killed_while_people_save(
    own_cluster: Run, own_postgres: str, tmp_path: Path
) -> None:
    shop = Shop(own_postgres, tmp_path)
    acked = kill_saving(shop, own_postgres, tmp_path, random.Random(2))
    stop_cluster(own_cluster, "immediate")
    start_cluster(own_cluster)
    with pytest.raises(Unavailable):  # the pooled connection is of the server before
        _ = shop.workspace.catalog
    require_whole(shop, acked)
    shop.close()


def state(shop: Shop) -> tuple[int, int]:
    """How many objects of the package there are, and how many rows it brought."""
    shop.workspace.forget()
    catalog = shop.workspace.catalog
    objects = [name for name in catalog.objects if name.startswith("xa_")]
    if "xa_thing0" not in objects:
        return len(objects), 0
    with shop.workspace.read(SYSTEM) as unit:
        return len(objects), len(rows(unit, "xa_thing0", "name"))


@pytest.mark.parametrize("lines", [1, 2, 3, 9, 21, 22])
def test_killed_while_installing(shop: Shop, database: str, tmp_path: Path, lines: int) -> None:
    said = run_and_kill("install", database, tmp_path, lines=lines)
    found = state(shop)
    assert found[0] in (0, OBJECTS)
    assert found[1] in (0, ROWS)
    if "installed" in said:
        assert found == (OBJECTS, ROWS)
    assert [f for f in checking.check(shop.workspace, []) if not f.is_harmless] == []
    again: Any = installing.install(shop.workspace, [extra()])
    assert state(shop) == (OBJECTS, ROWS)
    assert again.version >= 2
    assert [f for f in checking.check(shop.workspace, []) if not f.is_harmless] == []


@pytest.mark.parametrize(("lines", "wait"), [(3, 0.0), (5, 0.01), (7, 0.03)])
def test_killed_while_publishing_rights(
    shop: Shop, database: str, tmp_path: Path, lines: int, wait: float
) -> None:
    """Role, rule, layer, publication and version are those of one and the same change."""
    said = run_and_kill("publish", database, tmp_path, 1, lines=lines, wait=wait)
    acked = max(int(line.split()[1]) for line in said if line.startswith("published"))
    shop.workspace.forget()
    with shop.workspace.read(SYSTEM) as unit:
        catalog = unit.catalog
        number = int(catalog.roles["x_lead"].label.split()[1])
        assert acked <= number <= acked + 1
        assert catalog.object("deal").access.sharing[0].label == f"Rule {number}"
        latest = customizing.publications(unit)[0]
        assert (latest.version, latest.reason) == (catalog.version, f"Change {number}")
        kept = layer_rows.as_of(unit, latest.version)
        assert kept is not None
        assert kept.documents == customizing.definitions(unit).layer.documents
    assert [f for f in checking.check(shop.workspace, []) if not f.is_harmless] == []
