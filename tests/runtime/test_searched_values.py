"""What is looked up elsewhere: fills from a price list, rollups by criteria, filtered lookups."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from tests.builders import a_field, a_lookup, a_package, an_object
from tests.runtime.shop import Shop
from typecase.errors import RecordInvalid
from typecase.runtime import reading, saving
from typecase.runtime.actors import SYSTEM
from typecase.runtime.queries import Query

PRICES = a_package(
    an_object("product"),
    an_object(
        "price",
        a_lookup("product", "product"),
        a_field("region"),
        a_field("amount", "currency"),
        a_field("valid_from", "date"),
    ),
    an_object("contact", a_lookup("employer", "product")),
    an_object(
        "sale",
        a_lookup("product", "product"),
        a_field("region"),
        {**a_lookup("buyer", "contact"), "filter": "employer == record.product"},
        a_field(
            "price",
            "currency",
            fill={
                "find": "price",
                "filter": "product == record.product and region == record.region",
                "sort": "-valid_from",
                "value": "amount",
                "when_changed": ["product", "region"],
            },
        ),
    ),
    an_object(
        "goal",
        a_field("region"),
        a_field(
            "sold",
            "rollup",
            object="sale",
            function="sum",
            value="price",
            where="region == record.region",
            returns="currency",
        ),
        a_field("twice", "formula", returns="currency", expression="sold * 2"),
    ),
)


@pytest.fixture
def store(database: str, tmp_path: Path) -> Iterator[Shop]:
    shop = Shop.__new__(Shop)
    shop.open(database, tmp_path, PRICES)
    yield shop
    shop.close()


def make(shop: Shop, object_name: str, **raw: object) -> str:
    return shop.workspace.run(SYSTEM, lambda unit: saving.create(unit, object_name, raw))


def read(shop: Shop, object_name: str, id_: str):
    return shop.workspace.look(SYSTEM, lambda unit: reading.get(unit, object_name, id_))


@pytest.fixture
def book(store: Shop) -> str:
    book = make(store, "product", name="Book")
    for region, amount, day in (("cn", 10, 1), ("cn", 12, 5), ("fr", 9, 3)):
        make(store, "price", name="p", product=book, region=region, amount=amount,
             valid_from=f"2026-11-0{day}")  # fmt: skip
    return book


def test_a_fill_takes_the_first_that_fits_and_follows(store: Shop, book: str) -> None:
    sale = make(store, "sale", name="s", product=book, region="cn")
    assert read(store, "sale", sale)["price"] == Decimal(12)
    store.workspace.run(SYSTEM, lambda u: saving.update(u, "sale", sale, {"region": "fr"}))
    assert read(store, "sale", sale)["price"] == Decimal(9)
    store.workspace.run(SYSTEM, lambda u: saving.update(u, "sale", sale, {"price": "7"}))
    store.workspace.run(SYSTEM, lambda u: saving.update(u, "sale", sale, {"name": "other"}))
    assert read(store, "sale", sale)["price"] == Decimal(7)


def test_a_rollup_by_criteria_is_as_of_now(store: Shop, book: str) -> None:
    goal = make(store, "goal", name="g", region="cn")
    assert read(store, "goal", goal)["sold"] == Decimal(0)
    for region in ("cn", "cn", "fr"):
        make(store, "sale", name="s", product=book, region=region)
    assert read(store, "goal", goal)["sold"] == Decimal(24)
    assert read(store, "goal", goal)["twice"] == Decimal(48)
    store.workspace.run(SYSTEM, lambda u: saving.update(u, "goal", goal, {"region": "fr"}))
    query = Query("goal", ("sold",), filters=("sold > 8 and sold < 10",))
    page = store.workspace.look(SYSTEM, lambda unit: reading.find(unit, query))
    assert [row["sold"] for row in page.rows] == [Decimal(9)]


def test_a_lookup_offers_only_what_fits_this_record(store: Shop, book: str) -> None:
    other = make(store, "product", name="Pen")
    buyer = make(store, "contact", name="Ann", employer=book)
    make(store, "sale", name="s", product=book, buyer=buyer)
    with pytest.raises(RecordInvalid) as caught:
        make(store, "sale", name="s", product=other, buyer=buyer)
    assert [p.field for p in caught.value.problems] == ["buyer"]
