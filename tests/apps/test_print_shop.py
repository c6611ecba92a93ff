"""The print shop: what it says, whose records are whose, orders over the counter and on account,
and a demo company whose books agree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from tests.apps.chain import APPS, PACKAGES, Chain, chain
from typecase.errors import AccessDenied, Conflict, NotFound, RecordInvalid
from typecase.metadata.composing import composed
from typecase.metadata.packages import read_package
from typecase.metadata.sources import PackageSource
from typecase.metadata.translations import Texts
from typecase.runtime import access, saving
from typecase.runtime.actors import SYSTEM
from typecase.runtime.package_data import load_rows
from typecase.runtime.queries import Row
from typecase.runtime.storage.people import actor_of
from typecase.runtime.users import by_login
from typecase.workflow import actions

__all__ = ["chain"]

PAID = {"method": "wechat_pay", "received_on": "2026-11-20"}


@pytest.fixture(scope="module")
def sources() -> list[PackageSource]:
    return [read_package(APPS / name) for name in PACKAGES]


def test_it_validates_without_a_notice_and_is_all_in_chinese(sources: list[PackageSource]) -> None:
    whole = composed(sources, 1)
    assert whole.catalog.notices == ()
    ours = {t.id for t in Texts(sources, whole.stack).texts if t.package == "print_shop"}
    assert ours - set(whole.catalog.translations["zh"]) == set()
    for role in whole.catalog.roles.values():
        assert not role.name.startswith("ps_") or role.home, f"{role.name} starts somewhere"


def test_no_two_roles_or_sets_are_called_alike(sources: list[PackageSource]) -> None:
    """Rules, pools and queues name them side by side."""
    catalog = composed(sources, 1).catalog
    for things in (catalog.roles.values(), catalog.permission_sets.values()):
        for language in ("en", "zh"):
            called = [catalog.label(each.id, each.label, language) for each in things]
            assert sorted(called) == sorted(set(called)), language


def an_order(chain: Chain, who: str = "desk_a", customer: str | None = None, **more: Any) -> str:
    told = {"name": "Tender", "customer": customer or chain.customer, **more}
    order = chain.add("ps_order", chain[who], **told)
    line = {"order": order, "name": "Plans", "paper": "copy_80", "size": "a1", "colour": "full"}
    chain.add("ps_order_line", chain[who], **line, quantity="10", fee="20")
    return order


# Orders -------------------------------------------------------------------------------------


def test_a_line_is_priced_by_paper_and_an_order_discounted_by_group(chain: Chain) -> None:
    gold = chain.buyer("Gold Ltd", chain.a, "gold")
    order = an_order(chain, customer=gold)
    lines = chain.rows("ps_order_line", chain["desk_a"], "order", "unit_price", "total")
    [line] = [row for row in lines if row["order"] == order]
    assert (line["unit_price"], line["total"]) == (Decimal("6.40"), Decimal("84.00"))
    assert chain.look("ps_order", order, "store", "discount", "gross", "total") == [
        chain.a, Decimal(10), Decimal("84.00"), Decimal("75.60")]  # fmt: skip


def test_an_order_paid_at_the_counter(chain: Chain) -> None:
    walk_in = chain.buyer("Mr Chen", chain.a, "walk_in")
    order = an_order(chain, customer=walk_in)
    receipt = chain.act("desk_a", "ps_order", order, "pay", bank_account=chain.bank_a, **PAID)
    assert chain.look("ps_receipt", receipt, "amount", "settled", "status") == [
        Decimal("84.00"), Decimal("84.00"), "settled"]  # fmt: skip
    assert chain.look("ps_order", order, "charged", "cleared", "owed", "to_charge") == [
        Decimal("84.00"), Decimal("84.00"), 0, 0]  # fmt: skip
    with pytest.raises(Conflict):
        chain.act("desk_a", "ps_order", order, "pay", bank_account=chain.bank_a, **PAID)
    with pytest.raises(RecordInvalid) as refused:
        other = an_order(chain, customer=walk_in)
        chain.act("desk_a", "ps_order", other, "pay", bank_account=chain.bank_b, **PAID)
    assert [p.field for p in refused.value.problems] == ["inputs.bank_account"]


def test_an_order_on_account_is_collected_later(chain: Chain) -> None:
    order = an_order(chain)
    debt = chain.act("desk_a", "ps_order", order, "put_on_account", due_on="2026-12-31")
    assert chain.look("ps_receivable", debt, "store", "customer", "open_amount") == [
        chain.a, chain.customer, Decimal("84.00")]  # fmt: skip
    told = {"bank_account": chain.bank_a, **PAID}
    with pytest.raises(RecordInvalid) as refused:
        chain.act("cashier_a", "ps_receivable", debt, "collect", amount="84.01", **told)
    assert [p.code for p in refused.value.problems] == ["not_more"]
    chain.act("cashier_a", "ps_receivable", debt, "collect", amount="80", **told)
    assert chain.look("ps_receivable", debt, "open_amount", "status") == [Decimal("4.00"), "open"]
    chain.act("cashier_a", "ps_receivable", debt, "collect", amount="4", **told)
    assert chain.look("ps_receivable", debt, "status") == ["settled"]
    assert chain.look("ps_order", order, "owed") == [0]


def test_who_is_not_on_account_pays_at_once(chain: Chain) -> None:
    order = an_order(chain, customer=chain.buyer("Ms Wang", chain.a, "walk_in"))
    with pytest.raises(RecordInvalid) as refused:
        chain.act("desk_a", "ps_order", order, "put_on_account", due_on="2026-12-31")
    assert [p.code for p in refused.value.problems] == ["on_account_only"]


def test_a_charged_order_stays_as_it_is(chain: Chain) -> None:
    order = an_order(chain)
    debt = chain.act("desk_a", "ps_order", order, "put_on_account", due_on="2026-12-31")
    assert chain.refused("ps_order", order, discount="50") == {"charged_is_fixed"}
    assert chain.refused("ps_order", order, status="cancelled") == {"charged_is_not_cancelled"}
    lines = rows(chain, "ps_order_line", "order")
    [line] = [row["id"] for row in lines if row["order"] == order]
    assert chain.refused("ps_order_line", line, quantity="1") == {"order_not_charged"}
    assert chain.not_deleted("ps_order_line", line) == {"not_charged"}
    chain.act("cashier_a", "ps_receivable", debt, "cancel", reason="Wrong quantity")
    chain.workspace.run(
        chain["desk_a"], lambda unit: saving.update(unit, "ps_order_line", line, {"quantity": "5"})
    )
    assert chain.look("ps_order", order, "to_charge") == [Decimal("52.00")]


# Whose is what ------------------------------------------------------------------------------


def test_a_store_sees_its_own_and_the_head_office_all(chain: Chain) -> None:
    a, b = an_order(chain, "desk_a"), an_order(chain, "desk_b", store=chain.b)
    debts = {order: chain.act(who, "ps_order", order, "put_on_account", due_on="2026-12-31")
             for who, order in (("desk_a", a), ("desk_b", b))}  # fmt: skip
    for who, orders in (
        ("desk_a", {a}), ("cashier_a", {a}), ("manager_a", {a}), ("desk_b", {b}),
        ("manager_b", {b}), ("region", {a, b}), ("finance", {a, b}), ("gm", {a, b}),
        ("rep", set()),
    ):  # fmt: skip
        assert chain.seen(who, "ps_order") & {a, b} == orders, who
        theirs = {debts[order] for order in orders}
        assert chain.seen(who, "ps_receivable") & set(debts.values()) == theirs, who
    assert chain.seen("service", "ps_order") >= {a, b}
    with pytest.raises(AccessDenied):
        chain.seen("service", "ps_receivable")
    with pytest.raises(NotFound):
        chain.workspace.run(
            chain["desk_a"], lambda unit: saving.update(unit, "ps_order", b, {"name": "Mine"})
        )


def test_customers_are_known_at_every_counter_but_private_among_reps(chain: Chain) -> None:
    mine = chain.buyer("Rep's own", chain.a, who=chain["rep"])
    for who, sees in (("desk_a", True), ("desk_b", True), ("cashier_b", True), ("rep", True),
                      ("rep_2", False), ("chief", True), ("gm", True)):  # fmt: skip
        assert (mine in chain.seen(who, "account")) is sees, who
    with pytest.raises(AccessDenied):
        chain.workspace.run(
            chain["desk_b"], lambda unit: saving.update(unit, "account", mine, {"ps_group": "gold"})
        )
    an_order(chain, "desk_b", mine, store=chain.b)


def test_accounts_of_other_stores_are_not_seen_nor_their_numbers(chain: Chain) -> None:
    ours = {chain.basic, chain.bank_a, chain.bank_b}
    assert chain.seen("cashier_a", "ps_bank_account") & ours == {chain.basic, chain.bank_a}
    assert chain.seen("region", "ps_bank_account") >= ours
    with chain.workspace.read(chain["cashier_a"]) as unit:
        account = unit.catalog.object("ps_bank_account")
        assert "number" not in {field.name for field in access.readable(unit.actor, account)}


def test_a_store_is_not_closed_while_customers_owe_money(chain: Chain) -> None:
    store = chain.store("Store X", "X", "store", chain.east)
    debt = chain.debt(store, "10")
    assert chain.refused("ps_store", store, status="closed") == {"closed_owes_nothing"}
    chain.act("admin", "ps_receivable", debt, "cancel", reason="Moved by hand")
    chain.change("ps_store", store, status="closed")


# The demo company ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def company(chain: Chain, sources: list[PackageSource]) -> Iterator[Chain]:
    """The demo rows beside what the other tests make."""
    with chain.workspace.write(SYSTEM, via="package") as unit:
        load_rows(unit, [sources[1]], demo=True, told=lambda *_: None)
    yield chain


def rows(chain: Chain, name: str, *fields: str) -> list[Row]:
    return chain.rows(name, SYSTEM, *fields)


def test_the_demo_companys_books_agree(company: Chain) -> None:
    receipts = rows(company, "ps_receipt", "amount", "status", "settled")
    receivables = rows(company, "ps_receivable", "amount", "status", "cleared", "open_amount")
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows(company, "ps_settlement", "receipt", "receivable", "amount", "status"):
        if row["status"] == "posted":
            sums[row["receipt"]] += row["amount"]
            sums[row["receivable"]] += row["amount"]
    for row in receipts:
        assert sums[row["id"]] == (row["amount"] if row["status"] == "settled" else 0)
    for row in receivables:
        assert sums[row["id"]] == (row["cleared"] or 0) <= row["amount"]
        assert row["status"] == "cancelled" or (row["status"] == "settled") == (
            row["open_amount"] == 0
        )
    for name, states in (
        ("ps_receipt", {"open", "settled", "cancelled"}),
        ("ps_receivable", {"open", "settled", "cancelled"}),
        ("ps_settlement", {"posted", "reversed"}),
        ("ps_expense", {"draft", "to_pay", "paid", "rejected"}),
        ("ps_order", {"taken", "design", "proof", "printing", "finishing", "ready", "delivered",
                      "cancelled"}),
    ):  # fmt: skip
        assert {row["status"] for row in rows(company, name, "status")} >= states, name


def test_the_demos_people_work_in_their_stores(company: Chain) -> None:
    with company.workspace.read(SYSTEM) as unit:
        cashier = actor_of(unit, by_login(unit, "cashier").id)
        finance = actor_of(unit, by_login(unit, "head.finance").id)
    stores = {row["store"] for row in company.rows("ps_receivable", cashier, "store")}
    assert len(stores) == 1
    [cheque] = [row["id"] for row in company.rows("ps_receipt", finance, "amount", "status")
                if (row["amount"], row["status"]) == (Decimal(250000), "open")]  # fmt: skip
    offered = company.workspace.look(
        finance, lambda unit: actions.offered(unit, "ps_receipt", cheque)
    )
    assert "settle_across_stores" in {each.name for each in offered}
