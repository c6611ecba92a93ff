"""The demo company hangs together, day by day and cent by cent; read as it is shipped, in CSV."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections import Counter, defaultdict
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from typecase.metadata.composing import compose
from typecase.metadata.packages import read_package
from typecase.resources import data_folder

FOLDER = data_folder("apps") / "standard_crm" / "data" / "demo"
Row = dict[str, str]
NOTHING = Decimal(0)


@pytest.fixture(scope="module")
def demo() -> dict[str, dict[str, Row]]:
    """Object → key → row, every cell as it stands in the file."""
    found: dict[str, dict[str, Row]] = {}
    for path in sorted(FOLDER.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            found[path.stem[3:]] = {row["key"]: row for row in csv.DictReader(file)}
    people = json.loads((FOLDER / "users.json").read_text("utf-8"))["rows"]
    found["user"] = {row["key"]: row for row in people}
    return found


def days(cell: str) -> int:
    """``today-40 09:30`` is -40."""
    return int(cell.partition(" ")[0].removeprefix("today") or 0)


def total(line: Row) -> Decimal:
    """As the formula has it: rounded half up, to cents."""
    gross = Decimal(line["quantity"]) * Decimal(line["price"])
    net = gross * (100 - Decimal(line["discount"] or 0)) / 100
    return net.quantize(Decimal("0.01"), ROUND_HALF_UP)


def by(rows: dict[str, Row], field: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows.values():
        found[row[field]].append(row)
    return found


def summed(rows: list[Row], field: str = "amount") -> Decimal:
    return sum((Decimal(row[field]) for row in rows), NOTHING)


def test_it_is_as_large_as_promised_and_compact(demo) -> None:
    least = {"account": 300, "contact": 700, "lead": 400, "opportunity": 500, "ticket": 300,
             "campaign": 10, "campaign_member": 400, "article": 15, "expense": 300}  # fmt: skip
    for name, count in least.items():
        assert len(demo[name]) >= count, name
    assert sum(len(demo[name]) for name in ("task", "meeting", "call", "visit")) >= 3000
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 3_000_000


def test_the_three_log_ins_exist_and_the_manager_is_above_the_rep(demo) -> None:
    people = demo["user"]
    assert people["admin"]["role"] == "administrator"
    assert people["manager"]["role"] == "sales_director"
    assert people["rep"]["role"] == "sales_representative"
    boss = people["rep"]
    while boss["key"] != "manager":
        boss = people[boss["manager"]]
    assert not any("password" in row for row in people.values())


def test_every_role_has_somebody(demo) -> None:
    roles = compose([read_package(FOLDER.parent.parent)], 1).roles
    assert {row["role"] for row in demo["user"].values()} == set(roles)


def test_every_pointer_leads_somewhere(demo) -> None:
    catalog = compose([read_package(FOLDER.parent.parent)], 1)
    known = {key: name for name, rows in demo.items() for key in rows}
    known |= {"cat_hardware": "product_category", "cat_consumables": "product_category",
              "cat_software": "product_category", "cat_services": "product_category",
              "book_standard": "price_book"}  # fmt: skip
    for name, rows in demo.items():
        if name == "user":
            continue
        for field in catalog.objects[name].fields:
            targets = field.targets or (("user",) if field.type in ("user", "multi_user") else ())
            cells = {row.get(field.name, "") for row in rows.values()} if targets else set()
            for key in (key for cell in cells if cell for key in cell.split("|")):
                assert known[key] in targets, (name, field.name, key)


def test_every_stage_has_deals_and_stages_tell_the_truth_about_time(demo) -> None:
    stages = Counter(deal["stage"] for deal in demo["opportunity"].values())
    assert len(stages) == 8
    assert min(stages.values()) >= 5
    for deal in demo["opportunity"].values():
        if deal["stage"] in ("won", "lost"):
            assert days(deal["closed_on"]) < 0
    still = [d for d in demo["opportunity"].values() if d["stage"] not in ("won", "lost")]
    late = [deal for deal in still if days(deal["close_date"]) < 0]
    assert 0 < len(late) < len(still) / 4


def test_every_won_deal_has_its_order_over_the_same_amount(demo) -> None:
    orders = by(demo["order"], "opportunity")
    lines = by(demo["order_line"], "order")
    for key, deal in demo["opportunity"].items():
        assert len(orders[key]) == (deal["stage"] == "won"), key
        for order in orders[key]:
            assert sum(map(total, lines[order["key"]])) == Decimal(deal["amount"])
            assert order["account"] == deal["account"]
            assert days(order["ordered_on"]) >= days(deal["closed_on"])


def test_accepted_quotes_say_what_the_deal_says(demo) -> None:
    lines = by(demo["quote_line"], "quote")
    for quote in demo["quote"].values():
        deal = demo["opportunity"][quote["opportunity"]]
        assert (quote["status"] == "accepted") == (
            deal["stage"] in ("won", "signing") and quote["status"] != "replaced"
        )
        if quote["status"] == "accepted":
            assert sum(map(total, lines[quote["key"]])) == Decimal(deal["amount"])


def test_lines_have_the_price_of_their_price_book(demo) -> None:
    prices = {(p["price_book"], p["product"]): p["price"] for p in demo["price_entry"].values()}
    for parent in ("opportunity", "quote", "order"):
        for line in demo[f"{parent}_line"].values():
            book = demo[parent][line[parent]]["price_book"]
            assert prices[book, line["product"]] == line["price"]


def test_instalments_come_to_the_order_and_payments_never_to_more_than_the_invoice(demo) -> None:
    lines = by(demo["order_line"], "order")
    for order, plans in by(demo["payment_plan"], "order").items():
        assert summed(plans) == sum(map(total, lines[order]))
    payments = by(demo["payment"], "invoice")
    for key, invoice in demo["invoice"].items():
        assert summed(payments[key]) <= Decimal(invoice["total"]), key
        assert not payments[key] or invoice["status"] == "issued"
    for payment in demo["payment"].values():
        if not payment["invoice"]:
            continue
        invoice = demo["invoice"][payment["invoice"]]
        assert payment["account"] == invoice["account"]
        assert days(invoice["issued_on"]) <= days(payment["received_on"])
        assert (days(payment["received_on"]) <= 0) == (payment["status"] == "received")


def test_some_money_is_overdue_and_most_is_paid(demo) -> None:
    paid = {key: summed(rows) for key, rows in by(demo["payment"], "invoice").items()}
    owed = [i for k, i in demo["invoice"].items() if paid.get(k, NOTHING) < Decimal(i["total"])]
    overdue = [i for i in owed if i["status"] == "issued" and days(i["due_on"]) < 0]
    assert 5 <= len(overdue) <= len(demo["invoice"]) / 4


def test_completed_orders_are_delivered_in_full(demo) -> None:
    lines = by(demo["order_line"], "order")
    for key, order in demo["order"].items():
        if order["status"] == "completed":
            assert order["delivery_status"] == "full"
            assert all(line["delivered"] == line["quantity"] for line in lines[key])


def test_leads_that_became_deals_point_to_them(demo) -> None:
    converted = [lead for lead in demo["lead"].values() if lead["status"] == "converted"]
    assert len(converted) >= 60
    for lead in converted:
        deal = demo["opportunity"][lead["opportunity"]]
        assert (lead["account"], lead["contact"]) == (deal["account"], deal["contact"])


def test_nothing_is_older_than_what_it_belongs_to(demo) -> None:
    made = {key: days(row["created_at"]) for rows in demo.values() for key, row in rows.items()
            if row.get("created_at")}  # fmt: skip
    for name, field in (
        ("contact", "account"), ("opportunity", "account"), ("quote", "opportunity"),
        ("order", "opportunity"), ("invoice", "order"), ("ticket", "account"),
        ("task", "regarding"), ("meeting", "regarding"), ("visit", "regarding"),
    ):  # fmt: skip
        for key, row in demo[name].items():
            assert made[row[field]] <= made[key], (name, key)


def test_owners_are_spread_unevenly_over_the_sales_people(demo) -> None:
    roles = {key: row["role"] for key, row in demo["user"].items()}
    owned = Counter(a["owner"] for a in demo["account"].values() if a["owner"])
    reps = {owner: n for owner, n in owned.items() if roles[owner] == "sales_representative"}
    assert len(reps) == 6
    assert sum(reps.values()) > len(demo["account"]) * 0.8
    assert max(reps.values()) > 2 * min(reps.values())


def test_some_leads_and_accounts_wait_in_the_public_pools(demo) -> None:
    """Nothing that others build upon: old leads that came to nothing, prospects left alone."""
    leads = [row for row in demo["lead"].values() if not row["owner"]]
    accounts = {key for key, row in demo["account"].items() if not row["owner"]}
    assert len(leads) >= 20 and len(accounts) >= 15
    assert all(days(row["created_at"]) < -180 and row["status"] == "interested" for row in leads)
    assert all(demo["account"][key]["type"] == "prospect" for key in accounts)
    for name in ("opportunity", "quote", "contract", "order", "ticket"):
        assert accounts.isdisjoint(row["account"] for row in demo[name].values()), name


def test_companies_are_chinese_and_foreign_and_reachable_nowhere(demo) -> None:
    names = [row["name"] for row in demo["account"].values()]
    foreign = sum(name.isascii() for name in names)
    assert 20 <= foreign <= 80
    for rows in (demo["account"], demo["contact"], demo["lead"]):
        for row in rows.values():
            assert row["email"].endswith(".example.com")
            assert not row.get("mobile") or " 0000 " in row["mobile"]


def test_the_generator_gives_the_files_that_are_here(tmp_path: Path) -> None:
    """Nobody edited the files by hand, and the same seed gives the same company."""
    root = Path(__file__).resolve().parents[2]
    (tmp_path / "translations").mkdir()
    (tmp_path / "translations" / "zh.json").write_text('{"texts": {}}', "utf-8")
    subprocess.run(
        [sys.executable, root / "tools" / "make_demo_company.py", "--package", tmp_path],
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "random"},
        stdout=subprocess.DEVNULL,
    )
    for path in FOLDER.iterdir():
        made = tmp_path / "data" / "demo" / path.name
        assert made.read_bytes() == path.read_bytes(), path.name


def test_what_was_submitted_stands_in_the_inbox_of_somebody(demo) -> None:
    """None says by hand that it was submitted: it is, when it is loaded, by its owner."""
    rows = json.loads((FOLDER / "cases.json").read_text("utf-8"))["rows"]
    expenses, orders, people = demo["expense"], demo["order"], demo["user"]
    waiting = [(expenses | orders)[row["record"]] for row in rows]
    assert sum(each["key"] in orders for each in waiting) >= 3
    assert sum(each["key"] in expenses for each in waiting) > 20
    for row, record in zip(rows, waiting, strict=True):
        assert (record["status"], record["owner"]) == ("draft", row["by"])
        assert people[row["by"]]["manager"]
    assert "submitted" not in {each["status"] for each in expenses.values()}
    unreviewed = {key for key, each in orders.items() if each["status"] == "draft"}
    begun = {each["order"] for name in ("delivery", "invoice") for each in demo[name].values()}
    assert not unreviewed & begun
