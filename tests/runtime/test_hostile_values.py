"""Values nobody should send: refused with a 4xx at the door or the field, and nothing is kept."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.builders import a_field, a_package, a_view, an_object
from tests.runtime.shop import Shop
from tests.web.api.conftest import Client
from typecase.errors import BadRequest, NotUnique, RecordInvalid
from typecase.runtime import checking, comments, reading, saving, search, tags, tokens
from typecase.runtime.actors import SYSTEM
from typecase.runtime.queries import Query
from typecase.runtime.storage.engine import WAL_RESET_FIXED, sqlite_driver
from typecase.web.app import create_app

NUL, HALF, HUGE = "a\x00b", "a\ud800b", "1e400"
TEXTS = {
    "nul": NUL,
    "half a character": HALF,
    "very long": "x" * 30_000,
    "only marks": "\u202e" * 99,
}
NUMBERS = {
    "huge": HUGE,
    "ten to the 400": 10**400,
    "beyond a double": 2**63,
    "not a number": "NaN",
    "infinite": "-Infinity",
    "a float's NaN": float("nan"),
    "too many digits": "0." + "1" * 400,
    "truth": True,
    "a list": [1],
    "nested": {"a": {"b": {}}},
    "other digits": "１２x",
}


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


def count(shop: Shop, name: str) -> int:
    query = Query(name, ("id",), count="exact")
    return shop.workspace.look(SYSTEM, lambda unit: reading.find(unit, query)).count or 0


def create(shop: Shop, name: str, raw: dict[str, Any]) -> str:
    return shop.workspace.run(shop.ada, lambda unit: saving.create(unit, name, raw))


@pytest.fixture
def account(shop: Shop) -> str:
    return create(shop, "account", {"name": "Acme"})


@pytest.fixture
def api(shop: Shop) -> Iterator[Client]:
    user = shop.ada.id
    issued = shop.workspace.run(SYSTEM, lambda unit: tokens.create(unit, "test", user=user))
    yield Client(create_app(shop.platform).test_client(), issued.secret)


def test_texts_that_cannot_be_kept_are_refused_at_their_field(shop: Shop, account: str) -> None:
    for what in ("nul", "half a character", "very long"):
        for field in ("name", "code"):
            raw = {"name": "D", "account": account} | {field: TEXTS[what]}
            if field == "code" and what == "very long":
                continue
            with pytest.raises((RecordInvalid, BadRequest)) as refused:
                create(shop, "deal", raw)
            if isinstance(refused.value, RecordInvalid):
                assert [p.field for p in refused.value.problems] == [field]
    assert count(shop, "deal") == 0


@pytest.mark.parametrize("character", ["x", "中", "𝄞"])
def test_a_text_without_a_limit_of_its_own_has_ours(
    shop: Shop, account: str, character: str
) -> None:
    """Nobody fills a list, an index or the search with a book in a code field."""
    longest = character * 255
    id_ = create(shop, "deal", {"name": "D", "account": account, "code": longest})
    with shop.workspace.read(SYSTEM) as unit:
        assert reading.stored(unit, "deal", id_)["code"] == longest
    for length in (256, 30_000):
        with pytest.raises(RecordInvalid) as refused:
            create(shop, "deal", {"name": "D", "account": account, "code": character * length})
        assert [(p.field, p.code) for p in refused.value.problems] == [("code", "too_long")]
        assert f"At most 255 characters; this has {length}." in refused.value.problems[0].text()
    assert count(shop, "deal") == 1


def test_the_longest_text_goes_into_every_index(database: str, tmp_path: Path) -> None:
    """Four thousand characters that do not compress: sorted by, unique, searched, looked up."""
    chance = random.Random(5)
    longest = "".join(chr(chance.randrange(0x20000, 0x2A6D0)) for _ in range(4000))
    fields = [
        a_field("name", max_length=4000, search=True),
        a_field("code", max_length=640, unique=True),
        a_field("note", max_length=4000),
    ]
    package = a_package(
        an_object("thing", *fields, views=[a_view("all", "name", "note", sort="note,-code")])
    )
    shop = Shop.__new__(Shop)
    shop.open(database, tmp_path, package)
    try:
        raw = {"name": longest, "code": longest[:640], "note": longest}
        id_ = shop.workspace.run(SYSTEM, lambda u: saving.create(u, "thing", raw))
        with pytest.raises(NotUnique):
            shop.workspace.run(SYSTEM, lambda u: saving.create(u, "thing", raw))
        with shop.workspace.read(SYSTEM) as unit:
            stored = reading.stored(unit, "thing", id_)
        assert {name: stored[name] for name in raw} == raw
    finally:
        shop.close()


def test_numbers_that_are_none_are_refused_at_their_field(shop: Shop, account: str) -> None:
    deal = create(shop, "deal", {"name": "D", "account": account})
    for value in NUMBERS.values():
        for name, field, rest in (
            ("deal", "amount", {"name": "D", "account": account}),
            ("line", "quantity", {"name": "L", "deal": deal}),
        ):
            with pytest.raises(RecordInvalid) as refused:
                create(shop, name, rest | {field: value})
            assert [p.field for p in refused.value.problems] == [field]
    assert (count(shop, "deal"), count(shop, "line")) == (1, 0)


def test_a_total_too_large_to_keep_is_refused_whole(shop: Shop, account: str) -> None:
    """Each value is in its range, their product is not."""
    deal = create(shop, "deal", {"name": "D", "account": account})
    largest = {"quantity": 2**53 - 1, "price": "99999999999999.99"}
    with pytest.raises(RecordInvalid):
        create(shop, "line", {"name": "L", "deal": deal} | largest)
    assert count(shop, "line") == 0
    assert [f for f in checking.check(shop.workspace, []) if not f.is_harmless] == []


def test_questions_with_odd_texts_find_nothing_or_are_refused(shop: Shop, account: str) -> None:
    for text in (*TEXTS.values(), "'", "\\", "%", "_", '"', "a' or '1'='1", "\x1b[0m"):
        with shop.workspace.read(shop.ada) as unit:
            try:
                hits = search.search(unit, text, 20, None).results
            except BadRequest:
                continue
            assert hits == ()


@pytest.mark.parametrize("text", ["%", "_", "50%", "a_b", "\\", "%%", "[a]", "*"])
def test_wildcards_are_letters_like_others(shop: Shop, account: str, text: str) -> None:
    """S6: what a filter looks for is a text, not a pattern."""
    for name in (f"x{text}y", "x50y", "xaaby", "plain"):
        create(shop, "deal", {"name": name, "account": account})
    literal = text.replace("\\", "\\\\")
    for function in ("contains(name, '{}')", "starts_with(name, 'x{}')"):
        query = Query("deal", ("name",), filters=(function.format(literal),))
        page = shop.workspace.look(shop.ada, lambda unit, q=query: reading.find(unit, q))
        assert [row["name"] for row in page.rows] == [f"x{text}y"]


def test_what_stands_beside_records_is_as_careful(shop: Shop, account: str) -> None:
    for text in (NUL, HALF):
        for work in (
            lambda unit, t=text: comments.add(unit, "account", account, t),
            lambda unit, t=text: tags.add(unit, "account", [account], [t]),
        ):
            with pytest.raises((RecordInvalid, BadRequest)):
                shop.workspace.run(shop.ada, work)


BODIES = {
    "a lone surrogate": b'{"name": "a\\ud800b"}',
    "NUL": b'{"name": "a\\u0000b"}',
    "NaN": b'{"name": "D", "amount": NaN}',
    "an infinite number": b'{"name": "D", "amount": 1e999}',
    "too large a whole number": b'{"name": "D", "amount": 1' + b"0" * 400 + b"}",
    "beyond 2**53": b'{"name": "D", "amount": 9007199254740993}',
    "too deep": b'{"name": ' + b"[" * 5_000 + b"]" * 5_000 + b"}",
    "deep enough to be read": b'{"name": ' + b"[" * 20 + b"]" * 20 + b"}",
    "a key twice": b'{"name": "a", "name": "b"}',
    "no text": b"\xff\xfe\x00",
    "a key that is odd": b'{"\\u0000": 1}',
    "many keys": json.dumps({f"k{i}": i for i in range(5_000)}).encode(),
}


@pytest.mark.parametrize("what", BODIES)
def test_bodies_that_are_odd_are_refused_and_nothing_is_kept(
    shop: Shop, api: Client, account: str, what: str
) -> None:
    headers = {"Content-Type": "application/json"}
    for method, path in (
        ("POST", "/objects/deal/records"),
        ("PATCH", f"/objects/account/records/{account}"),
        ("POST", "/objects/deal/query"),
        ("POST", "/objects/deal/bulk"),
        ("POST", f"/objects/account/records/{account}/comments"),
    ):
        answer = api.call(method, path, data=BODIES[what], headers=headers)
        assert 400 <= answer.status_code < 500, (method, path, answer.text[:200])
        assert set(answer.json) == {"error"}
    assert count(shop, "deal") == 0


@pytest.mark.parametrize(
    "address",
    [
        "/objects/deal/records?filter=name == '%00'",
        "/objects/deal/records?filter=amount > 1e400",
        "/objects/deal/records?filter=" + "(" * 500,
        "/objects/deal/records?filter=" + "not " * 500 + "true",
        "/objects/deal/records?filter=amount == " + "9" * 400,
        "/objects/deal/records?filter=name == '" + "x" * 20_000 + "'",
        "/objects/deal/records?filter=close_date > date(99999, 1, 1)",
        "/objects/deal/records?filter=1/0 == 1",
        "/objects/deal/records?filter=name == '%ed%a0%80'",
        "/objects/deal/records?limit=99999999999999999999",
        "/objects/deal/records?cursor=%00",
        "/objects/deal/records?sort=%00",
        "/objects/%00/records",
        "/objects/deal/records/%00",
        "/search?q=%00",
        "/search?q=" + "a b c d " * 200,
        "/search?q=%f0%28%8c%28",
    ],
)
def test_addresses_that_are_odd_are_no_fault_of_ours(
    api: Client, deal_at: str, address: str
) -> None:
    answer = api.get(address)
    assert answer.status_code < 500, answer.text
    assert answer.is_json


@pytest.fixture
def deal_at(shop: Shop, account: str) -> str:
    return create(shop, "deal", {"name": "Big", "account": account, "amount": "1"})


def test_ten_amounts_of_ten_cents_are_one(shop: Shop, account: str) -> None:
    """B5: money is added as money, in rollups and in groups, to the last cent."""
    for n in range(10):
        create(shop, "deal", {"name": f"D{n}", "account": account, "amount": "0.10"})
    create(shop, "deal", {"name": "Large", "account": account, "amount": "99999999999.99"})
    record = shop.workspace.look(shop.ada, lambda unit: reading.get(unit, "account", account))
    assert record["open_amount"] == Decimal("100000000000.99")


def test_sqlite_is_opened_as_it_must_be(sqlite_database: str, tmp_path: Path) -> None:
    """C4: nothing acknowledged is lost, references hold, and tables take no wrong types."""
    shop = Shop(sqlite_database, tmp_path)
    with shop.workspace.database.engine.connect() as connection:

        def pragma(name: str) -> Any:
            return connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()

        safe = sqlite_driver.sqlite_version_info >= WAL_RESET_FIXED
        assert pragma("journal_mode") == ("wal" if safe else "delete")
        assert (pragma("synchronous"), pragma("foreign_keys")) == (2, 1)
        assert pragma("busy_timeout") >= 5_000
        loose = connection.exec_driver_sql(
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
            " AND strict = 0 AND name NOT LIKE 'sqlite_%'"
        )
        assert loose.scalars().all() == []
        with pytest.raises(sa.exc.DBAPIError):
            connection.exec_driver_sql("UPDATE o_deal SET version = 'x'")
            connection.exec_driver_sql("INSERT INTO o_deal (version) VALUES ('x')")
    shop.close()
