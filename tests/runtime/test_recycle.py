"""The bin: what goes together comes back together, and nothing is taken from anybody."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.runtime.shop import Shop
from typecase.errors import InUse, NotFound, NotUnique, StaleRecord
from typecase.runtime import reading, recycle, saving
from typecase.runtime.queries import Query


@pytest.fixture
def account(shop: Shop) -> str:
    return create(shop, "account", name="A")


def create(shop: Shop, object_name: str, **raw: object) -> str:
    return shop.workspace.run(shop.ada, lambda unit: saving.create(unit, object_name, raw))


def delete(shop: Shop, object_name: str, id_: str, actor=None, version=None) -> recycle.Deletion:
    return shop.workspace.run(
        actor or shop.ada, lambda unit: recycle.delete(unit, object_name, id_, version)
    )


def names(shop: Shop, object_name: str, **asked) -> list[str]:
    query = Query(object_name, ("name",), **asked)
    page = shop.workspace.look(shop.ada, lambda unit: reading.find(unit, query))
    return sorted(row["name"] for row in page.rows)


def test_a_deal_goes_with_its_lines_and_comes_back_with_them(shop: Shop, account: str) -> None:
    deal = create(shop, "deal", name="D", account=account, amount="10")
    create(shop, "line", name="L", deal=deal, price="3")
    deletion = delete(shop, "deal", deal)
    assert deletion.records == 2
    assert names(shop, "deal") == names(shop, "line") == []
    assert names(shop, "deal", binned=True) == ["D"]
    restored = shop.workspace.run(shop.ada, lambda unit: recycle.restore(unit, deletion.id))
    assert restored.record == deal
    assert (names(shop, "deal"), names(shop, "line")) == (["D"], ["L"])


def test_rollups_follow_into_the_bin_and_out(shop: Shop, account: str) -> None:
    deal = create(shop, "deal", name="D", account=account, amount="10")

    def total():
        return shop.workspace.look(
            shop.ada, lambda unit: reading.get(unit, "account", account)["open_amount"]
        )

    deletion = delete(shop, "deal", deal)
    assert total() == Decimal(0)
    shop.workspace.run(shop.ada, lambda unit: recycle.restore(unit, deletion.id))
    assert total() == Decimal(10)


def test_what_others_need_stays(shop: Shop, account: str) -> None:
    create(shop, "deal", name="D", account=account)
    with pytest.raises(InUse):
        delete(shop, "account", account)
    assert names(shop, "account") == ["A"]


def test_another_took_the_unique_value_meanwhile(shop: Shop, account: str) -> None:
    first = create(shop, "deal", name="One", account=account, code="X")
    deletion = delete(shop, "deal", first)
    create(shop, "deal", name="Two", account=account, code="X")
    with pytest.raises(NotUnique) as caught:
        shop.workspace.run(shop.ada, lambda unit: recycle.restore(unit, deletion.id))
    assert caught.value.fields == ("code",)
    assert names(shop, "deal") == ["Two"]


def test_a_stranger_neither_deletes_nor_restores(shop: Shop, account: str) -> None:
    with pytest.raises(NotFound):
        delete(shop, "account", account, actor=shop.bob)
    deletion = delete(shop, "account", account)
    with pytest.raises(NotFound):
        shop.workspace.run(shop.bob, lambda unit: recycle.restore(unit, deletion.id))
    assert shop.workspace.look(shop.bob, lambda unit: recycle.entries(unit)) == []
    mine = shop.workspace.look(shop.ada, lambda unit: recycle.entries(unit))
    assert [entry.title for entry in mine] == ["A"]


def test_a_changed_record_is_not_deleted_unseen(shop: Shop, account: str) -> None:
    shop.workspace.run(
        shop.ada, lambda unit: saving.update(unit, "account", account, {"name": "B"})
    )
    with pytest.raises(StaleRecord):
        delete(shop, "account", account, version=1)


def test_purging_leaves_nothing(shop: Shop, account: str) -> None:
    deletion = delete(shop, "account", account)
    shop.workspace.run(shop.admin, lambda unit: recycle.purge(unit, deletion.id))
    assert names(shop, "account", binned=True) == []
    with pytest.raises(NotFound):
        shop.workspace.run(shop.ada, lambda unit: recycle.restore(unit, deletion.id))
