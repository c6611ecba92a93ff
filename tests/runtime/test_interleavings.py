"""K1: two people, three steps each (look, work inside a transaction, commit), in every order.

Whatever the order, the end is that of one after the other, and who came too late is told so.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.builders import a_field, a_package, a_permission_set, an_object
from tests.runtime.orders import ORDERS, Job, Person, both, both_looked_first, failed
from tests.runtime.shop import FULL, Shop
from typecase.errors import Conflict, NotFound, StaleRecord
from typecase.runtime import checking, history, reading, recycle, saving
from typecase.runtime.actors import SYSTEM
from typecase.runtime.storage.unit_of_work import Unit

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


@pytest.fixture
def shop(database: str, tmp_path: Path) -> Iterator[Shop]:
    built = Shop(database, tmp_path)
    yield built
    built.close()


def a_deal(shop: Shop) -> str:
    def make(unit: Unit) -> str:
        account = saving.create(unit, "account", {"name": "Acme"})
        return saving.create(unit, "deal", {"name": "Old", "account": account, "amount": "1"})

    return shop.workspace.run(shop.ada, make)


def version_of(shop: Shop, id_: str) -> int:
    return shop.workspace.look(SYSTEM, lambda unit: reading.get(unit, "deal", id_)).version


def edits(id_: str, name: str) -> Job:
    return lambda unit, seen: saving.update(unit, "deal", id_, {"name": name}, seen)


def sound(shop: Shop) -> None:
    assert [f for f in checking.check(shop.workspace, []) if not f.is_harmless] == []


def test_two_edits(shop: Shop) -> None:
    for order in ORDERS:
        id_ = a_deal(shop)

        def look(id_: str = id_) -> int:
            return version_of(shop, id_)

        outcomes = both(
            order,
            Person(shop.workspace, shop.ada, look, edits(id_, "A")),
            Person(shop.workspace, shop.boss, look, edits(id_, "B")),
        )
        kept = [name for name, each in zip("AB", outcomes, strict=True) if not failed(each)]
        assert all(isinstance(each, StaleRecord) for each in outcomes if failed(each)), outcomes
        assert kept, order
        if both_looked_first(order):
            assert len(kept) == 1, (order, outcomes)
        with shop.workspace.read(SYSTEM) as unit:
            stored = reading.stored(unit, "deal", id_)
            told = history.entries(unit, unit.catalog.object("deal"), id_, 9)
        assert stored["version"] == 1 + len(kept) == len(told)
        assert stored["name"] in kept
        if len(kept) == 2:  # then the second had seen what the first did
            assert stored["name"] == ("B" if order.index("B") > order.index("A") else "A")
    sound(shop)


def test_an_edit_and_a_deletion(shop: Shop) -> None:
    for order in ORDERS:
        id_ = a_deal(shop)

        def look(id_: str = id_) -> int:
            return version_of(shop, id_)

        edited, deleted = both(
            order,
            Person(shop.workspace, shop.ada, look, edits(id_, "New")),
            Person(shop.workspace, shop.boss, look,
                   lambda unit, seen, id_=id_: recycle.delete(unit, "deal", id_, seen)),
        )  # fmt: skip
        for each in (edited, deleted):
            assert not failed(each) or isinstance(each, StaleRecord | NotFound), each
        assert not (failed(edited) and failed(deleted)), order
        with shop.workspace.read(SYSTEM) as unit:
            binned = reading_or_none(unit, id_, binned=True)
            living = reading_or_none(unit, id_, binned=False)
        assert (binned is not None, living is not None) == (not failed(deleted), failed(deleted))
        stored = binned or living
        assert stored is not None
        assert stored["name"] == ("Old" if failed(edited) else "New")
    sound(shop)


def reading_or_none(unit: Unit, id_: str, binned: bool) -> dict[str, Any] | None:
    try:
        return reading.stored(unit, "deal", id_, binned=binned)
    except NotFound:
        return None


def test_two_restorations_of_one_deletion(shop: Shop) -> None:
    for order in ORDERS:
        id_ = a_deal(shop)
        shop.workspace.run(shop.ada, lambda unit, id_=id_: recycle.delete(unit, "deal", id_))
        outcomes = both(
            order,
            *(
                Person(shop.workspace, who, lambda: None,
                       lambda unit, _, id_=id_: recycle.restore_record(unit, "deal", id_))
                for who in (shop.ada, shop.boss)
            ),
        )  # fmt: skip
        errors = [each for each in outcomes if failed(each)]
        assert [type(each) for each in errors] in ([NotFound], [Conflict]), outcomes
        with shop.workspace.read(SYSTEM) as unit:
            assert reading_or_none(unit, id_, binned=False) is not None
    sound(shop)


def test_two_numbers(database: str, tmp_path: Path) -> None:
    package = a_package(
        an_object("ticket", a_field("number", "autonumber", pattern="T-{seq:3}")),
        permissions=[a_permission_set("all", ticket=[*FULL, "view_all"])],
    )
    shop = Shop.__new__(Shop)
    shop.open(database, tmp_path, package)
    try:
        makers = [shop.person(login, None, "all") for login in ("one", "two")]
        for place, order in enumerate(ORDERS):
            ids = both(
                order,
                *(
                    Person(shop.workspace, who, lambda: None,
                           lambda unit, _: saving.create(unit, "ticket", {"name": "x"}))
                    for who in makers
                ),
            )  # fmt: skip
            assert not any(map(failed, ids)), ids
            with shop.workspace.read(SYSTEM) as unit:
                numbers = {reading.stored(unit, "ticket", id_)["number"] for id_ in ids}
            assert numbers == {f"T-{2 * place + 1:03}", f"T-{2 * place + 2:03}"}, "and no gap"
    finally:
        shop.close()
