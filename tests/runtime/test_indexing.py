"""Indexes of large tables: beside the work on PostgreSQL, in the publication on SQLite."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from tests.faults.worker import indexed_shop
from tests.runtime.shop import Shop, shop_package
from typecase.errors import Conflict
from typecase.metadata.sources import PackageSource
from typecase.runtime import checking, installing, saving
from typecase.runtime.actors import SYSTEM
from typecase.runtime.storage import plan
from typecase.runtime.storage.system_tables import publication


@pytest.fixture
def shop(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    built = Shop(database, tmp_path)
    monkeypatch.setattr(plan, "MANY", 1)
    raws = [{"name": f"A{n}"} for n in range(400)]
    built.workspace.run(SYSTEM, lambda unit: saving.create_many(unit, "account", raws))
    yield built
    built.close()


def with_unique_level() -> PackageSource:
    built = shop_package(version="2.0.0")
    account = built.document("object", "account")
    assert account is not None
    account.content["unique"] = [["name"]]  # type: ignore[index]
    return built


def with_account_index() -> PackageSource:
    built = shop_package(version="2.0.0")
    account = built.document("object", "account")
    assert account is not None
    account.content["indexes"] = [["level", "name"]]  # type: ignore[index]
    return built


def states(shop: Shop) -> list[str]:
    with shop.workspace.read(SYSTEM) as unit:
        chosen = sa.select(publication.c.state).order_by(publication.c.version)
        return list(unit.execute(chosen).scalars())


def test_the_plan_says_who_will_wait(shop: Shop) -> None:
    proposal = installing.propose(shop.workspace, [with_account_index()])
    (words,) = [step["does"] for step in installing.words(proposal)]
    beside = not shop.workspace.database.is_sqlite
    assert ("beside the work" in words, "who saves waits" in words) == (beside, not beside)


def test_an_index_is_there_in_the_end_and_nothing_is_left(shop: Shop) -> None:
    installing.install(shop.workspace, [with_account_index()])
    assert states(shop) == ["done", "done"]
    assert list(checking.check(shop.workspace, ["tables"])) == []
    assert not installing.install(shop.workspace, [with_account_index()]).changed


def test_values_that_are_not_unique_are_named_and_nothing_is_changed(shop: Shop) -> None:
    twice = [{"name": "Acme"}, {"name": "Acme"}]
    shop.workspace.run(SYSTEM, lambda unit: saving.create_many(unit, "account", twice))
    with pytest.raises(Conflict, match="name of account cannot be unique: 2 records have Acme"):
        installing.install(shop.workspace, [with_unique_level()])
    assert states(shop) == ["done"]
    shop.workspace.run(SYSTEM, lambda unit: saving.create(unit, "account", {"name": "Acme"}))
    assert list(checking.check(shop.workspace, ["tables"])) == []


def test_a_unique_index_holds_from_the_first_moment(shop: Shop) -> None:
    installing.install(shop.workspace, [with_unique_level()])
    assert list(checking.check(shop.workspace, ["tables"])) == []
    with pytest.raises(Conflict):
        shop.workspace.run(SYSTEM, lambda unit: saving.create(unit, "account", {"name": "A7"}))


def test_a_unique_index_of_a_refused_publication_goes_again(
    postgres_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = Shop(postgres_database, tmp_path)
    monkeypatch.setattr(plan, "MANY", 0)
    proposal = installing.propose(shop.workspace, [with_unique_level()])
    installing.install(shop.workspace, [shop_package(version="1.5.0")])
    with pytest.raises(installing.Overtaken):
        installing.publish(shop.workspace, proposal)
    twice = [{"name": "Acme"}, {"name": "Acme"}]
    shop.workspace.run(SYSTEM, lambda unit: saving.create_many(unit, "account", twice))
    shop.close()


def test_people_save_while_an_index_is_made(
    postgres_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = Shop(postgres_database, tmp_path)
    monkeypatch.setattr(plan, "MANY", 0)
    with psycopg.connect(postgres_database) as report:
        report.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        report.execute("SELECT count(*) FROM o_deal")  # making an index waits for it to end
        making = threading.Thread(
            target=installing.install, args=(shop.workspace, [indexed_shop()])
        )
        making.start()
        making.join(3)
        assert making.is_alive()
        shop.workspace.run(SYSTEM, lambda unit: saving.create(unit, "account", {"name": "Acme"}))
        assert shop.workspace.catalog.packages[0].version == "2.0.0"
        assert states(shop)[-1] == "indexing"
    making.join(20)
    assert states(shop)[-1] == "done"
    shop.close()
