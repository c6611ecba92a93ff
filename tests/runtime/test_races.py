"""Many at once: threads on the same records, on both databases. One wins, nobody is lost,
and the sums are right whoever came first.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.builders import a_field, a_package, a_permission_set, an_object
from tests.runtime.shop import FULL, Shop
from typecase.bootstrap import build_platform
from typecase.errors import (
    Conflict,
    InUse,
    NotFound,
    NotUnique,
    RecordInvalid,
    StaleRecord,
    TypecaseError,
    Unavailable,
)
from typecase.runtime import checking, history, installing, reading, recycle, saving
from typecase.runtime.queries import Query

Outcome = Any
"""What the work gave back, or the error it ended with."""


def at_once(jobs: list[Callable[[], Any]]) -> list[Outcome]:
    """Runs the jobs in as many threads, all let go at the same moment."""
    gate = threading.Barrier(len(jobs))

    def run(job: Callable[[], Any]) -> Outcome:
        gate.wait(30)
        try:
            return job()
        except TypecaseError as error:
            return error

    with ThreadPoolExecutor(len(jobs)) as threads:
        return list(threads.map(run, jobs))


def create(shop: Shop, object_: str, **raw: Any) -> str:
    return shop.workspace.run(shop.ada, lambda unit: saving.create(unit, object_, raw))


def update(shop: Shop, id_: str, version: int | None = None, **raw: Any) -> None:
    shop.workspace.run(shop.ada, lambda unit: saving.update(unit, "deal", id_, raw, version))


def read(shop: Shop, name: str, id_: str) -> Any:
    return shop.workspace.look(shop.ada, lambda unit: reading.get(unit, name, id_))


def count(shop: Shop, name: str, *filters: str) -> int:
    query = Query(name, ("id",), filters=filters, count="exact")
    return shop.workspace.look(shop.admin, lambda unit: reading.find(unit, query)).count or 0


def sound(shop: Shop) -> None:
    assert [f for f in checking.check(shop.workspace, []) if not f.is_harmless] == []


@pytest.fixture
def account(shop: Shop) -> str:
    return create(shop, "account", name="Acme")


@pytest.fixture
def deal(shop: Shop, account: str) -> str:
    return create(shop, "deal", name="Big", account=account, amount="1")


def test_of_two_who_saw_the_same_version_one_wins(shop: Shop, deal: str) -> None:
    for round_ in range(5):
        seen = read(shop, "deal", deal).version
        names = [f"{round_} one", f"{round_} two"]
        outcomes = at_once([lambda n=n, v=seen: update(shop, deal, v, name=n) for n in names])
        assert sorted(type(each) for each in outcomes if each is not None) == [StaleRecord]
        winner = names[outcomes.index(None)]
        now = read(shop, "deal", deal)
        assert (now["name"], now.version) == (winner, seen + 1)


def test_those_who_name_no_version_all_get_their_turn(shop: Shop, deal: str) -> None:
    outcomes = at_once([lambda n=n: update(shop, deal, name=f"Name {n}") for n in range(4)])
    kept = [each for each in outcomes if each is None]
    assert all(isinstance(each, Unavailable | type(None)) for each in outcomes)
    assert read(shop, "deal", deal).version == 1 + len(kept)
    with shop.workspace.read(shop.ada) as unit:
        told = history.entries(unit, unit.catalog.object("deal"), deal, 50)
    assert len(told) == 1 + len(kept)
    sound(shop)


def test_of_sixteen_with_the_same_unique_value_one_succeeds(shop: Shop, account: str) -> None:
    outcomes = at_once(
        [
            lambda n=n: create(shop, "deal", name=f"D{n}", account=account, code="A-1")
            for n in range(16)
        ]
    )
    errors = [each for each in outcomes if isinstance(each, TypecaseError)]
    assert len(errors) == 15
    assert {type(each) for each in errors} == {NotUnique}
    assert {each.fields for each in errors} == {("code",)}
    assert count(shop, "deal") == 1
    sound(shop)


def test_sixteen_children_at_once_are_all_in_the_sum(shop: Shop, account: str) -> None:
    outcomes = at_once(
        [
            lambda n=n: create(shop, "deal", name=f"D{n}", account=account, amount=f"{n}.01")
            for n in range(16)
        ]
    )
    assert all(isinstance(each, str) for each in outcomes), outcomes
    parent = read(shop, "account", account)
    assert (parent["deal_count"], parent["open_amount"]) == (16, Decimal("120.16"))
    assert parent.version == 1
    sound(shop)


def test_children_that_move_between_parents_are_counted_once(shop: Shop, account: str) -> None:
    other = create(shop, "account", name="Other")
    deals = [create(shop, "deal", name=f"D{n}", account=account, amount="1") for n in range(6)]

    def move(id_: str) -> None:
        for to in (other, account, other):
            update(shop, id_, account=to)

    assert at_once([lambda id_=id_: move(id_) for id_ in deals]) == [None] * 6
    assert read(shop, "account", account)["deal_count"] == 0
    assert read(shop, "account", other)["open_amount"] == Decimal(6)
    sound(shop)


def test_a_record_is_deleted_once_and_restored_once(shop: Shop, deal: str, account: str) -> None:
    def delete() -> Any:
        return shop.workspace.run(shop.ada, lambda unit: recycle.delete(unit, "deal", deal))

    def restore() -> Any:
        return shop.workspace.run(shop.ada, lambda unit: recycle.restore_record(unit, "deal", deal))

    for work in (delete, restore):
        outcomes = at_once([work] * 4)
        errors = [each for each in outcomes if isinstance(each, TypecaseError)]
        assert len(errors) == 3, outcomes
        assert all(isinstance(each, NotFound | Conflict | Unavailable) for each in errors)
    assert read(shop, "account", account)["deal_count"] == 1
    with shop.workspace.read(shop.ada) as unit:
        kinds = [e.kind for e in history.entries(unit, unit.catalog.object("deal"), deal, 50)]
    assert sorted(kinds) == ["create", "delete", "restore"]
    sound(shop)


def test_no_child_is_left_without_its_parent(shop: Shop, account: str) -> None:
    """Parts come while the whole is deleted: each is refused, or goes with it into the bin."""
    for round_ in range(4):
        deal = create(shop, "deal", name=f"R{round_}", account=account)

        def delete(deal: str = deal) -> Any:
            return shop.workspace.run(shop.ada, lambda unit: recycle.delete(unit, "deal", deal))

        def add(deal: str = deal) -> str:
            return create(shop, "line", name="L", deal=deal, price="1")

        outcomes = at_once([add, add, delete, add, add])
        refused = [each for each in outcomes if isinstance(each, TypecaseError)]
        assert all(isinstance(each, RecordInvalid | Conflict | NotFound) for each in refused)
    with shop.workspace.read(shop.admin) as unit:
        lines, deals = unit.model.table("line"), unit.model.table("deal")
        orphans = (
            sa.select(sa.func.count())
            .select_from(lines.table.join(deals.table, lines["deal"] == deals["id"]))
            .where(lines["deleted_at"].is_(None), deals["deleted_at"].is_not(None))
        )
        assert unit.execute(orphans).scalar_one() == 0
    sound(shop)


def test_a_parent_in_use_is_not_deleted_under_its_children(shop: Shop) -> None:
    for round_ in range(4):
        account = create(shop, "account", name=f"A{round_}")

        def delete(account: str = account) -> Any:
            return shop.workspace.run(
                shop.ada, lambda unit: recycle.delete(unit, "account", account)
            )

        def add(account: str = account) -> str:
            return create(shop, "deal", name="D", account=account)

        outcomes = at_once([add, delete, add])
        deleted = not isinstance(outcomes[1], TypecaseError)
        made = [each for each in (outcomes[0], outcomes[2]) if isinstance(each, str)]
        assert deleted != bool(made), outcomes
        if not deleted:
            assert isinstance(outcomes[1], InUse)
    sound(shop)


def test_automatic_numbers_are_never_drawn_twice(database: str, tmp_path: Path) -> None:
    shop = Shop.__new__(Shop)
    package = a_package(
        an_object("ticket", a_field("number", "autonumber", pattern="T-{seq:3}")),
        permissions=[a_permission_set("all", ticket=FULL)],
    )
    shop.open(database, tmp_path, package)
    actor = shop.person("ada", None, "all")

    def make(n: int) -> str:
        return shop.workspace.run(
            actor, lambda unit: saving.create(unit, "ticket", {"name": f"N{n}"})
        )

    outcomes = at_once([lambda n=n: make(n) for n in range(16)])
    assert all(isinstance(each, str) for each in outcomes), outcomes
    query = Query("ticket", ("number",))
    page = shop.workspace.look(actor, lambda unit: reading.find(unit, query))
    assert sorted(row["number"] for row in page.rows) == [f"T-{n:03}" for n in range(1, 17)]
    shop.close()


def test_of_two_installs_at_once_none_is_half(shop: Shop, database: str, tmp_path: Path) -> None:
    """As two processes would: each with its own platform over the same database."""
    others = [build_platform(shop.platform.settings, shop.clock) for _ in range(2)]

    def extra(name: str) -> Any:
        return a_package(
            an_object(f"{name}_thing", a_field("size", "integer")), name=name, prefix=name
        )

    outcomes = at_once(
        [
            lambda p=p, n=n: installing.install(p.main, [extra(n)])
            for p, n in zip(others, ("xa", "xb"), strict=True)
        ]
    )
    errors = [each for each in outcomes if isinstance(each, TypecaseError)]
    assert all(isinstance(each, Unavailable | Conflict) for each in errors), outcomes
    assert len(errors) < 2
    installed = {"xa", "xb"} - {
        n for n, each in zip(("xa", "xb"), outcomes, strict=True) if each in errors
    }
    for platform in [*others, shop.platform]:
        present = {o for o in platform.main.catalog.objects if o.endswith("_thing")}
        assert present == {f"{name}_thing" for name in installed}
    sound(shop)
    for platform in others:
        platform.close()


def test_a_publication_breaks_nobody_who_saves_meanwhile(shop: Shop, account: str) -> None:
    """Savers go on while tables are made; each save is whole, before or after."""
    done = threading.Event()

    def save() -> int:
        made = 0
        while not done.is_set() and made < 200:
            create(shop, "deal", name=f"D{made}", account=account)
            made += 1
        return made

    def upgrade() -> Any:
        thing = a_package(an_object("xa_thing"), name="xa", prefix="xa")
        try:
            for _ in range(50):
                try:
                    return installing.install(shop.workspace, [thing])
                except Unavailable:
                    threading.Event().wait(0.05)
            raise Unavailable()
        finally:
            done.set()

    outcomes = at_once([save, save, upgrade])
    assert not [each for each in outcomes if isinstance(each, TypecaseError)], outcomes
    assert count(shop, "deal") == outcomes[0] + outcomes[1]
    sound(shop)


def test_sixteen_writers_of_one_file_never_see_it_locked(
    sqlite_database: str, tmp_path: Path
) -> None:
    shop = Shop(sqlite_database, tmp_path)
    account = create(shop, "account", name="Acme")

    def save(n: int) -> list[str]:
        return [create(shop, "deal", name=f"D{n}.{i}", account=account) for i in range(4)]

    outcomes = at_once([lambda n=n: save(n) for n in range(16)])
    assert all(isinstance(each, list) for each in outcomes), outcomes
    assert count(shop, "deal") == 64
    assert read(shop, "account", account)["deal_count"] == 64
    shop.close()
