"""The standard CRM at work on both databases: from the first lead to the last payment."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.databases import fresh_database
from tests.runtime.shop import NOON, Shop
from typecase.bootstrap import build_platform, initialise
from typecase.clock import FrozenClock
from typecase.config import Settings
from typecase.errors import DefinitionsInvalid, RecordInvalid
from typecase.metadata.packages import read_package
from typecase.resources import data_folder
from typecase.runtime import installing, reading, saving
from typecase.runtime.actors import SYSTEM, Actor
from typecase.runtime.package_data import load_rows
from typecase.runtime.queries import Query, Row, parse_sort

PACKAGE = data_folder("apps") / "standard_crm"
TODAY = date(2026, 11, 21)
CODES = count(1)


class Office(Shop):
    """A workspace with the standard CRM and three people."""

    def __init__(self, database: str, folder: Path) -> None:
        self.open(database, folder, read_package(PACKAGE))
        self.director = self.person("head", "sales_director")
        self.rep = self.person("seller", "sales_representative")
        self.other = self.person("rival", "sales_representative")
        self.cashier = self.person("cashier", "finance")

    def add(self, object_: str, who: Actor = SYSTEM, /, **raw: Any) -> str:
        return self.workspace.run(who, lambda unit: saving.create(unit, object_, raw))

    def change(self, object_: str, id_: str, /, **raw: Any) -> None:
        self.workspace.run(SYSTEM, lambda unit: saving.update(unit, object_, id_, raw))

    def look(self, name: str, id_: str, *fields: str, who: Actor = SYSTEM) -> list[Any]:
        query = Query(name, fields, (f"id == '{id_}'",))
        rows = self.workspace.look(who, lambda unit: reading.find(unit, query)).rows
        return [rows[0][field] for field in fields]

    def rows(self, name: str, who: Actor, *fields: str) -> list[Row]:
        query = Query(name, fields, limit=500)
        return list(self.workspace.look(who, lambda unit: reading.find(unit, query)).rows)

    def problems(self, object_: str, /, **raw: Any) -> set[str]:
        with pytest.raises(RecordInvalid) as error:
            self.add(object_, **raw)
        return {problem.code for problem in error.value.problems}


@contextmanager
def opened(request: pytest.FixtureRequest, folder: Path) -> Iterator[Office]:
    with ExitStack() as stack:
        if request.param == "sqlite":
            url = f"sqlite:///{folder / 'office.sqlite'}"
        else:
            url = stack.enter_context(fresh_database(request.getfixturevalue("postgres")))
        built = Office(url, folder)
        stack.callback(built.close)
        yield built


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def office(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    """One for all tests of this file: making the tables takes longer than the tests."""
    with opened(request, tmp_path_factory.mktemp("office")) as built:
        yield built


@pytest.fixture(params=["sqlite", "postgres"])
def empty_office(request: pytest.FixtureRequest, tmp_path: Path):
    with opened(request, tmp_path) as built:
        yield built


def a_deal(office: Office, who: Actor = SYSTEM, **more: Any) -> dict[str, str]:
    """An account with a contact, a product and an opportunity about ten of it."""
    ids = {
        "account": office.add(
            "account", who, name=f"Brightwater {next(CODES)} Ltd", region="overseas"
        )
    }
    ids["contact"] = office.add(
        "contact", who, name="Ella Hughes", account=ids["account"], email="e@example.com"
    )
    categories = office.rows("product_category", SYSTEM, "name")
    ids["product"] = office.add(
        "product",
        code=f"LP-{next(CODES)}",
        name="Label printer",
        category=categories[0]["id"],
        list_price="200",
        cost="90",
    )
    ids["opportunity"] = office.add(
        "opportunity",
        who,
        name="Printers",
        account=ids["account"],
        contact=ids["contact"],
        amount="1800",
        need="Ten printers",
        **more,
    )
    office.add(
        "opportunity_line",
        who,
        opportunity=ids["opportunity"],
        product=ids["product"],
        quantity="10",
        discount="10",
    )
    return ids


def test_a_lead_becomes_money_step_by_step(office: Office) -> None:
    ids = a_deal(office)
    deal = ids["opportunity"]
    assert office.look("opportunity", deal, "probability", "weighted", "lines_total") == [
        Decimal(10), Decimal("180.00"), Decimal("1800.00"),
    ]  # fmt: skip
    quote = office.add("quote", opportunity=deal)
    office.add("quote_line", quote=quote, product=ids["product"], quantity="10", discount="10")
    assert office.look("quote", quote, "account", "contact", "total", "discount_given") == [
        ids["account"], ids["contact"], Decimal("1800.00"), Decimal("200.00"),
    ]  # fmt: skip
    office.change("quote", quote, status="accepted")
    assert office.look("opportunity", deal, "quoted") == [Decimal("1800.00")]
    office.change("opportunity", deal, stage="won", won_reason="service")
    assert office.look("opportunity", deal, "probability", "closed_on", "forecast") == [
        Decimal(100), TODAY, "closed",
    ]  # fmt: skip
    order = office.add("order", quote=quote, opportunity=deal)
    office.add("order_line", order=order, product=ids["product"], quantity="10", discount="10")
    assert office.look("order", order, "account", "total") == [ids["account"], Decimal("1800.00")]
    invoice = office.add("invoice", order=order, status="issued")
    assert office.look("invoice", invoice, "account", "total", "due_on", "net", "tax") == [
        ids["account"], Decimal("1800.00"), TODAY + timedelta(30),
        Decimal("1592.92"), Decimal("207.08"),
    ]  # fmt: skip
    payment = office.add("payment", invoice=invoice, amount="1000")
    assert office.look("payment", payment, "account", "order") == [ids["account"], order]
    for name, id_ in (("invoice", invoice), ("order", order), ("account", ids["account"])):
        assert office.look(name, id_, "outstanding") == [Decimal("800.00")]
    assert office.look("account", ids["account"], "won_amount", "open_pipeline") == [
        Decimal("1800.00"), Decimal(0),
    ]  # fmt: skip


def test_more_than_an_invoice_has_open_is_not_taken(office: Office) -> None:
    ids = a_deal(office)
    invoice = office.add("invoice", account=ids["account"], status="issued", total="100")
    office.add("payment", invoice=invoice, amount="60")
    assert office.problems("payment", invoice=invoice, amount="41") == {"not_more_than_owed"}
    office.add("payment", invoice=invoice, amount="40")


def test_contract_numbers_count_per_department_and_year_without_gaps(office: Office) -> None:
    ids = a_deal(office)

    def number(department: str) -> str:
        id_ = office.add("contract", name="C", account=ids["account"], department=department)
        return str(office.look("contract", id_, "number")[0])

    year = TODAY.year
    first, other = number("direct"), number("channel")
    count = int(first.rpartition("-")[2])
    assert first == f"CT-{year}-direct-{count:04}"
    assert re.fullmatch(rf"CT-{year}-channel-\d{{4}}", other)
    refused = {"name": "C", "account": ids["account"], "signed_on": "2026-12-24"}
    assert office.problems("contract", **refused) == {"signed_not_in_future"}
    assert number("direct") == f"CT-{year}-direct-{count + 1:04}"


def test_stages_ask_for_what_they_need_and_say_it_helpfully(office: Office) -> None:
    account = office.add("account", name="Halvorsen", region="overseas")
    late = {"name": "Deal", "account": account, "stage": "qualification"}
    assert office.problems("opportunity", **late) == {"required_by_stage"}
    assert "lost_needs_reason" not in office.problems(
        "opportunity", name="Deal", account=account, stage="lost"
    )


def test_options_depend_on_each_other(office: Office) -> None:
    wrong = {"name": "A", "region": "overseas", "industry": "finance", "sub_industry": "textile"}
    assert office.problems("account", **wrong) == {"option_not_allowed"}


def test_a_contact_of_another_account_cannot_decide_a_deal(office: Office) -> None:
    ids = a_deal(office)
    other = office.add("account", name="Kestrel", region="overseas")
    with pytest.raises(RecordInvalid):
        office.change("opportunity", ids["opportunity"], account=other)


def test_each_rep_sees_their_own_and_the_director_sees_all(office: Office) -> None:
    ids = a_deal(office, office.rep)
    for name in ("account", "contact", "opportunity", "opportunity_line"):
        mine = {row["id"] for row in office.rows(name, office.rep)}
        assert mine
        free = office.rows(name, SYSTEM, "owner.id") if name == "account" else []
        pooled = {row["id"] for row in free if row["owner.id"] is None}
        assert {row["id"] for row in office.rows(name, office.other)} <= pooled
        assert mine <= {row["id"] for row in office.rows(name, office.director)}
    assert ids["account"] in {row["id"] for row in office.rows("account", office.cashier)}
    assert ids["opportunity"] not in {r["id"] for r in office.rows("opportunity", office.cashier)}


def test_products_are_everybodys_to_read_but_not_their_cost(office: Office) -> None:
    ids = a_deal(office)
    office.look("product", ids["product"], "list_price", who=office.rep)
    with pytest.raises(Exception, match="cost"):
        office.look("product", ids["product"], "cost", who=office.rep)
    assert office.look("product", ids["product"], "margin", who=office.director) == [
        Decimal("55.00")
    ]


def test_an_activity_stands_beside_what_it_is_about(office: Office) -> None:
    ids = a_deal(office)
    for name, when in (("task", {}), ("call", {}), ("meeting", {"starts_at": "2026-11-22T01:00Z"}),
                       ("visit", {"planned_at": "2026-11-22T01:00Z"})):  # fmt: skip
        about = {"object": "opportunity", "id": ids["opportunity"]}
        office.add(name, subject="About the deal", regarding=about, **when)
        found = {row["regarding"] for row in office.rows(name, SYSTEM, "regarding")}
        assert ids["opportunity"] in found


def test_every_view_of_every_object_can_be_listed(office: Office) -> None:
    catalog = office.workspace.catalog
    for name in catalog.objects:
        for view in catalog.views[name]:
            query = Query(
                name,
                view.columns or ("id",),
                (view.filter,) if view.filter else (),
                parse_sort(view.sort),
            )
            office.workspace.look(office.director, lambda unit, q=query: reading.find(unit, q))


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_demo_company_comes_in_whole_and_its_sums_are_right(empty_office: Office) -> None:
    office = empty_office
    with office.workspace.write(SYSTEM, via="package") as unit:
        try:
            loaded = load_rows(unit, [read_package(PACKAGE)], True, lambda *_: None)
        except DefinitionsInvalid as error:
            pytest.fail("\n".join(f"{p.file} {p.pointer} {p.message}" for p in error.problems[:20]))
    assert loaded.created > 10_000
    payments = _all(office, "payment", "amount", "status", "invoice")
    received = [p for p in payments if p["status"] == "received"]
    accounts = _all(office, "account", "invoiced", "received", "outstanding")
    assert sum(a["received"] or 0 for a in accounts) == sum(p["amount"] for p in received)
    assert all(a["outstanding"] == a["invoiced"] - a["received"] for a in accounts)
    invoices = _all(office, "invoice", "paid", "total", "outstanding")
    assert all(i["outstanding"] == i["total"] - (i["paid"] or 0) for i in invoices)
    orders = _all(office, "order", "total", "opportunity.amount", "number", "created_at")
    assert all(order["total"] == order["opportunity.amount"] for order in orders)
    assert len({order["number"] for order in orders}) == len(orders)
    for order in orders:
        made = order["created_at"].astimezone(ZoneInfo("Asia/Shanghai"))
        assert order["number"].startswith(f"SO-{made:%Y%m}-")
    assert len({order["number"][:7] for order in orders}) > 1
    tickets = _all(office, "ticket", "solve_state", "reply_state")
    assert {t["solve_state"] for t in tickets} >= {"running", "paused", "met", "overdue"}
    assert "missed" in {t["reply_state"] for t in tickets}


def _all(office: Office, name: str, *fields: str) -> list[Row]:
    found: list[Row] = []
    cursor = None
    while True:
        query = Query(name, fields, limit=500, cursor=cursor, sort=parse_sort("id"))
        page = office.workspace.look(SYSTEM, lambda unit, q=query: reading.find(unit, q))
        found += page.rows
        cursor = page.next
        if cursor is None:
            return found


def test_lines_take_the_price_of_the_price_book_else_the_list_price(office: Office) -> None:
    ids = a_deal(office)
    book = office.add("price_book", name=f"Partners {next(CODES)}", kind="dealer")
    for quantity, price in (("1", "150"), ("10", "120")):
        office.add(
            "price_entry",
            price_book=book,
            product=ids["product"],
            price=price,
            minimum_quantity=quantity,
        )
    with_book = office.add("order", account=ids["account"], price_book=book)
    without = office.add("order", account=ids["account"])

    def price(order: str, quantity: str) -> Decimal:
        product = ids["product"]
        line = office.add("order_line", order=order, product=product, quantity=quantity)
        return Decimal(office.look("order_line", line, "price")[0])

    assert (price(with_book, "9"), price(with_book, "10")) == (150, 120)
    assert price(without, "10") == 200


def test_a_chinese_workspace_gets_its_reference_rows_in_chinese(tmp_path: Path) -> None:
    settings = Settings(
        folder=tmp_path,
        database=f"sqlite:///{tmp_path / 'zh.sqlite'}",
        schema=None,
        files=tmp_path / "files",
        secret="s" * 40,
        languages=("zh", "en"),
    )
    with closing(build_platform(settings, FrozenClock(NOON))) as platform:
        initialise(platform.main)
        installing.install(platform.main, [read_package(PACKAGE)])
        query = Query("product_category", ("name",))
        rows = platform.main.look(SYSTEM, lambda unit: reading.find(unit, query)).rows
        assert {row["name"] for row in rows} == {"硬件设备", "耗材", "软件", "服务"}
