"""One save, top to bottom, on both databases."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.runtime.shop import Shop
from typecase.errors import (
    AccessDenied,
    NotFound,
    NotUnique,
    RecordInvalid,
    StaleRecord,
    UnknownName,
)
from typecase.metadata.expressions import ExpressionProblem
from typecase.runtime import history, reading, saving
from typecase.runtime.queries import Query, parse_sort


def make(shop: Shop, actor, object_name: str, **raw: object) -> str:
    return shop.workspace.run(actor, lambda unit: saving.create(unit, object_name, raw))


def read(shop: Shop, actor, object_name: str, id_: str):
    return shop.workspace.look(actor, lambda unit: reading.get(unit, object_name, id_))


def change(shop: Shop, actor, object_name: str, id_: str, version=None, **raw: object) -> None:
    shop.workspace.run(actor, lambda unit: saving.update(unit, object_name, id_, raw, version))


@pytest.fixture
def account(shop: Shop) -> str:
    return make(shop, shop.ada, "account", name="上海科技 Ltd", level="gold")


@pytest.fixture
def deal(shop: Shop, account: str) -> str:
    return make(shop, shop.ada, "deal", name="Big one", account=account, amount="1,234.50")


def test_a_new_record_has_defaults_and_system_fields(shop: Shop, deal: str) -> None:
    record = read(shop, shop.ada, "deal", deal)
    assert record["amount"] == Decimal("1234.50")
    assert record["amount_currency"] == "CNY"
    assert record["stage"] == "new"
    assert record["probability"] == Decimal(10)
    assert record["weighted"] == Decimal("123.45")
    assert str(record["close_date"]) == "2026-12-21"
    assert record["tags"] == ()
    assert (record.version, record["owner"]) == (1, shop.ada.id)


def test_an_update_moves_the_version_and_what_follows(shop: Shop, deal: str) -> None:
    change(shop, shop.ada, "deal", deal, 1, stage="talks", tags=["red", "blue"])
    record = read(shop, shop.ada, "deal", deal)
    assert (record.version, record["probability"]) == (2, Decimal(60))
    assert record["tags"] == ("red", "blue")


def test_what_a_person_overrode_no_longer_follows(shop: Shop, deal: str) -> None:
    change(shop, shop.ada, "deal", deal, probability="33")
    change(shop, shop.ada, "deal", deal, stage="talks")
    assert read(shop, shop.ada, "deal", deal)["probability"] == Decimal(33)


def test_saving_the_same_again_changes_nothing(shop: Shop, deal: str) -> None:
    change(shop, shop.ada, "deal", deal, name="Big one")
    assert read(shop, shop.ada, "deal", deal).version == 1


def test_all_mistakes_come_at_once_each_at_its_field(shop: Shop, account: str) -> None:
    with pytest.raises(RecordInvalid) as caught:
        make(shop, shop.ada, "deal", name="x" * 41, amount="abc", stage="nwe")
    assert {p.field: p.code for p in caught.value.problems}.keys() == {
        "name", "account", "amount", "stage",
    }  # fmt: skip


def test_a_validation_speaks_its_message(shop: Shop, account: str) -> None:
    with pytest.raises(RecordInvalid) as caught:
        make(shop, shop.ada, "deal", name="D", account=account, stage="won")
    (problem,) = caught.value.problems
    assert (problem.field, problem.text()) == ("amount", "A won deal needs an amount.")


def test_a_stale_save_tells_who_and_what(shop: Shop, deal: str) -> None:
    change(shop, shop.boss, "deal", deal, 1, name="Boss's name")
    with pytest.raises(StaleRecord) as caught:
        change(shop, shop.ada, "deal", deal, 1, name="Ada's name")
    assert caught.value.by == "Boss"
    assert caught.value.theirs == {"name": "Boss's name"}
    assert read(shop, shop.ada, "deal", deal)["name"] == "Boss's name"


def test_a_unique_value_is_taken_once(shop: Shop, account: str) -> None:
    make(shop, shop.ada, "deal", name="One", account=account, code="A1")
    with pytest.raises(NotUnique) as caught:
        make(shop, shop.ada, "deal", name="Two", account=account, code="A1")
    assert caught.value.fields == ("code",)


def test_unknown_and_hidden_fields_look_the_same(shop: Shop) -> None:
    with pytest.raises(UnknownName):
        make(shop, shop.ada, "account", name="A", nonsense=1)
    with pytest.raises(UnknownName):
        make(shop, shop.ada, "account", name="A", credit="5")


@pytest.mark.parametrize("name", ["id", "version", "created_at", "created_by", "deleted_at"])
def test_system_fields_are_the_systems(shop: Shop, name: str) -> None:
    with pytest.raises(UnknownName):
        make(shop, shop.ada, "account", **{"name": "A", name: "2020-01-01"})


def test_a_computed_field_is_not_written(shop: Shop, account: str) -> None:
    with pytest.raises(RecordInvalid):
        make(shop, shop.ada, "deal", name="D", account=account, weighted="9")


def test_rollups_follow_children_through_every_change(shop: Shop, account: str) -> None:
    other = make(shop, shop.ada, "account", name="Other")
    one = make(shop, shop.ada, "deal", name="One", account=account, amount="100")
    make(shop, shop.ada, "deal", name="Two", account=account, amount="50.50")
    assert read(shop, shop.ada, "account", account)["open_amount"] == Decimal("150.50")
    change(shop, shop.ada, "deal", one, stage="won")
    assert read(shop, shop.ada, "account", account)["open_amount"] == Decimal("50.50")
    change(shop, shop.ada, "deal", one, account=other, stage="talks")
    record = read(shop, shop.ada, "account", account)
    assert (record["open_amount"], record["deal_count"]) == (Decimal("50.50"), 1)
    assert (record.version, record.rollups > 0) == (1, True)
    assert read(shop, shop.ada, "account", other)["open_amount"] == Decimal(100)


def test_a_rollup_over_a_formula_of_parts(shop: Shop, deal: str) -> None:
    make(shop, shop.ada, "line", name="L1", deal=deal, quantity=3, price="9.99")
    make(shop, shop.ada, "line", name="L2", deal=deal, price="0.03")
    assert read(shop, shop.ada, "deal", deal)["line_total"] == Decimal("30.00")


def test_an_invisible_record_is_not_found_and_not_chosen(shop: Shop, account: str) -> None:
    with pytest.raises(NotFound):
        read(shop, shop.bob, "account", account)
    with pytest.raises(NotFound):
        change(shop, shop.bob, "account", account, name="Mine")
    with pytest.raises(RecordInvalid) as caught:
        make(shop, shop.bob, "deal", name="D", account=account)
    assert caught.value.problems[0].code == "no_such_record"


def test_the_boss_sees_what_is_below(shop: Shop, account: str) -> None:
    assert read(shop, shop.boss, "account", account)["name"] == "上海科技 Ltd"


def test_without_a_right_there_is_nothing(shop: Shop) -> None:
    with pytest.raises(AccessDenied):
        make(shop, shop.stranger, "account", name="A")
    with pytest.raises(AccessDenied):
        shop.workspace.look(shop.stranger, lambda unit: reading.find(unit, Query("account")))


def test_a_batch_is_all_or_nothing(shop: Shop, account: str) -> None:
    raws = [{"name": f"D{i}", "account": account} for i in range(5)] + [{"name": ""}]
    with pytest.raises(RecordInvalid) as caught:
        shop.workspace.run(shop.ada, lambda unit: saving.create_many(unit, "deal", raws))
    assert {p.data["row"] for p in caught.value.problems} == {5}
    page = shop.workspace.look(shop.ada, lambda unit: reading.find(unit, Query("deal")))
    assert page.rows == ()


def test_history_shows_what_its_reader_may_see(shop: Shop, account: str) -> None:
    change(shop, shop.admin, "account", account, credit="5000")
    change(shop, shop.boss, "account", account, name="New name")

    def seen(actor):
        return shop.workspace.look(
            actor,
            lambda unit: history.entries(unit, unit.catalog.object("account"), account),
        )

    assert [[e.field for e in entry.edits] for entry in seen(shop.ada)] == [
        ["name"],
        ["name", "level", "owner"],
    ]
    assert [e.field for e in seen(shop.admin)[1].edits] == ["credit"]


def test_a_save_takes_at_most_eight_statements(shop: Shop, account: str) -> None:
    def work(unit):
        saving.create(unit, "account", {"name": "Plain"})
        return unit.statements

    assert shop.workspace.run(shop.ada, work) <= 8


def test_pages_of_a_list_are_whole_and_without_doubles(shop: Shop, account: str) -> None:
    raws = [
        {"name": f"D{i:02}", "account": account, "amount": None if i % 3 else str(i)}
        for i in range(25)
    ]
    shop.workspace.run(shop.ada, lambda unit: saving.create_many(unit, "deal", raws))
    for sort in ("amount", "-amount", "-close_date,name", "stage,-name", "-account.name,amount"):
        names, cursor = [], None
        while True:
            query = Query("deal", ("name",), sort=parse_sort(sort), limit=4, cursor=cursor)
            page = shop.workspace.look(shop.ada, lambda unit, q=query: reading.find(unit, q))
            names += [row["name"] for row in page.rows]
            cursor = page.next
            if cursor is None:
                break
        assert sorted(names) == sorted(raw["name"] for raw in raws), sort


def test_filters_cross_lookups(shop: Shop, deal: str) -> None:
    def count(*filters: str) -> int:
        query = Query("deal", ("name", "account.name"), filters=filters, count="exact")
        return shop.workspace.look(shop.ada, lambda unit: reading.find(unit, query)).count or 0

    assert count("account.level == 'gold' and amount > 1000") == 1
    assert count("amount > 1234.50") == 0
    assert count("weighted >= 123.45") == 1
    assert count("contains(account.name, '科技')") == 1
    assert count("not (stage == 'won')") == 1
    for hidden in ("credit", "bogus"):
        with pytest.raises(ExpressionProblem, match=f"no field {hidden}"):
            count(f"account.{hidden} > 1")


def test_many_at_once_are_kept_as_they_are_one_by_one(shop: Shop) -> None:
    """Texts that mean something to a database when it reads them, and nothing at all."""
    names = ['"', "\\", '\\"', "{}", "{a,b}", "a,b", "NULL", "null", "' ' ,", "上海科技", "x"]
    raws = [{"name": name, "level": level} for name in names for level in ("gold", None)]
    made = shop.workspace.run(shop.ada, lambda u: saving.create_many(u, "account", raws))
    for id_, raw in zip(made, raws, strict=True):
        record = read(shop, shop.ada, "account", id_)
        assert (record["name"], record["level"]) == (raw["name"], raw["level"])
        with shop.workspace.read(shop.ada) as unit:
            (entry,) = history.entries(unit, unit.catalog.object("account"), id_)
        assert {e.field: e.after for e in entry.edits}["name"] == raw["name"]
