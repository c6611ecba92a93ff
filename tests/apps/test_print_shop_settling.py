"""Debts in several stores settled with one payment: sums agree, whoever comes at once."""

from __future__ import annotations

import random
from collections import defaultdict
from decimal import Decimal
from typing import Any

import pytest

from tests.apps.chain import Chain, chain
from tests.runtime.test_races import at_once
from typecase.errors import AccessDenied, Conflict, NotFound, RecordInvalid, StaleRecord
from typecase.metadata.processes import process_of
from typecase.runtime.actors import SYSTEM
from typecase.workflow import actions
from typecase.workflow.offered_rows import offered_rows
from typecase.workflow.scope import Ref, Scope

__all__ = ["chain"]

VOUCHER = ("receipt", "receivable", "store", "amount", "bank_account", "status", "customer")


def vouchers(chain: Chain, **wanted: Any) -> list[Any]:
    rows = chain.rows("ps_settlement", SYSTEM, *VOUCHER)
    return [row for row in rows if all(row[key] == value for key, value in wanted.items())]


def opened(chain: Chain, receivable: str) -> list[Any]:
    return chain.look("ps_receivable", receivable, "open_amount", "status")


def refusal(chain: Chain, receipt: str, *parts: tuple[str, str]) -> list[tuple[str | None, str]]:
    """Where the one message stands, and which check it is of; nothing has happened."""
    before = len(vouchers(chain))
    with pytest.raises(RecordInvalid) as refused:
        chain.settle(receipt, *parts)
    assert len(vouchers(chain)) == before
    assert chain.look("ps_receipt", receipt, "status", "settled") == ["open", Decimal(0)]
    return [(problem.field, problem.code) for problem in refused.value.problems]


def test_one_cheque_clears_debts_in_two_stores(chain: Chain) -> None:
    debt_a, debt_b = chain.debt(chain.a, "100000"), chain.debt(chain.b, "200000")
    cheque = chain.cheque("250000")
    chain.settle(cheque, (debt_a, "100000"), (debt_b, "150000"))
    made = {row["store"]: row for row in vouchers(chain, receipt=cheque)}
    assert {store: row["amount"] for store, row in made.items()} == {
        chain.a: Decimal(100000), chain.b: Decimal(150000)}  # fmt: skip
    assert {row["bank_account"] for row in made.values()} == {chain.basic}
    assert opened(chain, debt_a) == [Decimal(0), "settled"]
    assert opened(chain, debt_b) == [Decimal(50000), "open"]
    assert chain.look("ps_receipt", cheque, "status", "amount", "settled", "stores") == [
        "settled", Decimal(250000), Decimal(250000), 2]  # fmt: skip
    for who, store in (("cashier_a", chain.a), ("cashier_b", chain.b), ("manager_b", chain.b)):
        mine = [row for row in chain.rows("ps_settlement", chain[who], "store", "receipt")
                if row["receipt"] == cheque]  # fmt: skip
        assert [row["store"] for row in mine] == [store], f"{who} sees the own store's voucher"
    chain.settle(chain.cheque("50000"), (debt_b, "50000"))
    assert opened(chain, debt_b) == [Decimal(0), "settled"]


def test_what_does_not_fit_is_refused_where_it_was_typed(chain: Chain) -> None:
    debt, small = chain.debt(chain.a, "100"), chain.debt(chain.b, "30")
    foreign = chain.debt(chain.b, "100", chain.other_customer)
    cheque = chain.cheque("120")
    rows = "inputs.allocations"
    assert refusal(chain, cheque, (debt, "100")) == [(rows, "adds_up")]
    assert refusal(chain, cheque) == [(rows, "required")]
    over = ((debt, "80"), (small, "40"))
    assert refusal(chain, cheque, *over) == [(f"{rows}.1.amount", "not_more")]
    twice = ((debt, "60"), (debt, "60"))
    assert refusal(chain, cheque, *twice) == [(f"{rows}.1.amount", "not_more")]
    theirs = ((debt, "20"), (foreign, "100"))
    assert refusal(chain, cheque, *theirs) == [(f"{rows}.1.receivable", "no_such_record")]
    minus = ((debt, "150"), (small, "-30"))
    assert (f"{rows}.1.amount", "too_small") in refusal(chain, cheque, *minus)
    chain.act("cashier_b", "ps_receivable", small, "cancel", reason="Wrong price")
    gone = ((debt, "100"), (small, "20"))
    assert refusal(chain, cheque, *gone) == [(f"{rows}.1.receivable", "no_such_record")]


def test_a_receipt_is_settled_once_and_never_after_it_was_cancelled(chain: Chain) -> None:
    debt, cheque, bad = chain.debt(chain.a, "90"), chain.cheque("40"), chain.cheque("50")
    chain.settle(cheque, (debt, "40"))
    chain.act("cashier_a", "ps_receipt", bad, "cancel")
    for receipt in (cheque, bad):
        with pytest.raises(Conflict, match="not possible here any more"):
            chain.settle(receipt, (debt, "50"))
    with pytest.raises(RecordInvalid):
        chain.act("cashier_a", "ps_receivable", debt, "cancel", reason="no")
    assert opened(chain, debt) == [Decimal(50), "open"]


def test_only_the_head_office_settles_across_stores(chain: Chain) -> None:
    debt, cheque = chain.debt(chain.a, "10"), chain.cheque("10")
    for who in ("cashier_a", "manager_a", "region", "desk_a", "gm", "rep"):
        with pytest.raises(AccessDenied):
            chain.settle(cheque, (debt, "10"), who=who)
        offered = chain.workspace.look(chain[who], lambda unit: actions.allowed(unit, "ps_receipt"))
        assert "settle_across_stores" not in {each.name for each in offered}, who
    assert opened(chain, debt) == [Decimal(10), "open"]


def test_a_dry_run_shows_what_would_be_done_and_does_nothing(chain: Chain) -> None:
    debt, cheque = chain.debt(chain.b, "70"), chain.cheque("70")
    rows = [{"receivable": debt, "amount": "70"}]
    with chain.workspace.write(chain["finance"]) as unit:
        outcome = actions.run(unit, "ps_receipt", cheque, "settle_across_stores",
                              {"allocations": rows}, dry_run=True)  # fmt: skip
    assert [line["did"] for line in outcome.trace if "object" in line] == [
        "create", "update", "update"]  # fmt: skip
    assert vouchers(chain, receipt=cheque) == []
    assert opened(chain, debt) == [Decimal(70), "open"]


def test_the_form_begins_with_what_the_customer_owes(chain: Chain) -> None:
    customer = chain.buyer("Bund", chain.a)
    debts = [chain.debt(chain.a, "30", customer), chain.debt(chain.b, "20", customer)]
    settled = chain.debt(chain.b, "5", customer)
    chain.settle(chain.cheque("5", customer=customer), (settled, "5"))
    cheque = chain.cheque("50", customer=customer)
    with chain.workspace.read(chain["finance"]) as unit:
        [table] = process_of(unit.catalog, "ps_receipt").actions["settle_across_stores"].inputs
        assert table.offers is not None
        rows = offered_rows(unit, table.offers, Scope(unit, Ref("ps_receipt", cheque)))
    assert sorted((row["receivable"], row["amount"]) for row in rows) == sorted(
        zip(debts, (Decimal(30), Decimal(20)), strict=True))  # fmt: skip
    with chain.workspace.read(chain["cashier_a"]) as unit:
        rows = offered_rows(unit, table.offers, Scope(unit, Ref("ps_receipt", cheque)))
    assert [row["receivable"] for row in rows] == debts[:1], "no more than the person may see"


def test_a_reversed_receipt_leaves_the_debts_open_again(chain: Chain) -> None:
    debt_a, debt_b = chain.debt(chain.a, "10"), chain.debt(chain.b, "20")
    cheque = chain.cheque("25")
    chain.settle(cheque, (debt_a, "10"), (debt_b, "15"))
    with pytest.raises(AccessDenied):
        chain.act("cashier_a", "ps_receipt", cheque, "reverse", reason="bounced")
    chain.act("finance", "ps_receipt", cheque, "reverse", reason="bounced")
    assert opened(chain, debt_a) == [Decimal(10), "open"]
    assert opened(chain, debt_b) == [Decimal(20), "open"]
    assert {row["status"] for row in vouchers(chain, receipt=cheque)} == {"reversed"}
    assert chain.look("ps_receipt", cheque, "status", "settled") == ["cancelled", Decimal(0)]
    with pytest.raises(Conflict):
        chain.act("finance", "ps_receipt", cheque, "reverse", reason="again")


def test_nobody_writes_by_hand_what_settling_writes(chain: Chain) -> None:
    debt, cheque = chain.debt(chain.a, "10"), chain.cheque("10")
    admin = chain["admin"]
    voucher = {"receipt": cheque, "receivable": debt, "customer": chain.customer,
               "store": chain.a, "amount": "10", "bank_account": chain.basic}  # fmt: skip
    for object_, raw in (
        ("ps_settlement", voucher),
        ("ps_receipt", {"customer": chain.customer, "store": chain.a, "amount": "1",
                        "bank_account": chain.basic, "status": "settled"}),
        ("ps_receivable", {"customer": chain.customer, "store": chain.a, "amount": "1",
                           "status": "settled"}),
    ):  # fmt: skip
        with pytest.raises(RecordInvalid) as refused:
            chain.add(object_, admin, **raw)
        assert {p.code for p in refused.value.problems} == {"read_only"}, object_
    chain.settle(cheque, (debt, "10"))
    [made] = vouchers(chain, receipt=cheque)
    for object_, id_, raw in (
        ("ps_settlement", made["id"], {"amount": "9"}),
        ("ps_settlement", made["id"], {"store": chain.b}),
        ("ps_receipt", cheque, {"amount": "11"}),
        ("ps_receivable", debt, {"amount": "11"}),
    ):
        assert chain.refused(object_, id_, **raw) == {"stays_as_it_was"}
    assert chain.not_deleted("ps_settlement", made["id"]) == {"never"}


# At once ------------------------------------------------------------------------------------


def test_a_receipt_settled_by_two_at_once_is_settled_once(chain: Chain) -> None:
    for _ in range(3):
        debt, cheque = chain.debt(chain.a, "100"), chain.cheque("50")
        outcomes = at_once([lambda: chain.settle(cheque, (debt, "50"))] * 4)  # noqa: B023
        assert sorted(isinstance(each, str) for each in outcomes) == [False] * 3 + [True]
        assert all(isinstance(each, str | Conflict) for each in outcomes)
        assert len(vouchers(chain, receipt=cheque)) == 1
        assert opened(chain, debt) == [Decimal(50), "open"]


def test_several_receipts_for_the_same_debts_never_clear_more_than_is_owed(chain: Chain) -> None:
    """As with a bank: whatever is tried at once, what came in is what was cleared."""
    chance = random.Random(8)
    debts = [chain.debt(store, "100") for store in (chain.a, chain.b, chain.a, chain.b)]
    tried: dict[str, list[tuple[str, str]]] = {}
    for _ in range(16):
        parts = [(debt, str(chance.randint(5, 40))) for debt in chance.sample(debts, 3)]
        tried[chain.cheque(str(sum(int(amount) for _, amount in parts)))] = parts
    work = [lambda c=c, p=p: chain.settle(c, *p) for c, p in tried.items()]
    work += [lambda d=d: chain.act("cashier_a", "ps_receivable", d, "collect", amount="30",
                                   method="cash", received_on="2026-11-20",
                                   bank_account=chain.basic)
             for d in debts[:1] * 3]  # fmt: skip
    work += [lambda c=c: chain.act("cashier_a", "ps_receipt", c, "cancel") for c in list(tried)[:4]]
    chance.shuffle(work)
    outcomes = [each for i in range(0, len(work), 8) for each in at_once(work[i : i + 8])]
    lost = [each for each in outcomes if not isinstance(each, str)]
    assert all(isinstance(e, RecordInvalid | Conflict | StaleRecord | NotFound) for e in lost), lost
    assert lost, "more was tried than is owed"
    assert any(isinstance(each, str) for each in outcomes)
    _agrees(chain, debts)


def _agrees(chain: Chain, debts: list[str]) -> None:
    """Every receipt is cleared wholly or not at all, no debt more than it is, sums are true."""
    cleared: dict[str, Decimal] = defaultdict(Decimal)
    by_receipt: dict[str, Decimal] = defaultdict(Decimal)
    for row in vouchers(chain, status="posted"):
        cleared[row["receivable"]] += row["amount"]
        by_receipt[row["receipt"]] += row["amount"]
    names = ("amount", "status", "settled")
    for row in chain.rows("ps_receipt", SYSTEM, *names):
        whole = row["amount"] if row["status"] == "settled" else Decimal(0)
        assert by_receipt[row["id"]] == whole == (row["settled"] or 0)
    for debt in debts:
        amount, kept, open_, status = chain.look(
            "ps_receivable", debt, "amount", "cleared", "open_amount", "status"
        )
        assert (kept or 0) == cleared[debt] <= amount
        assert (open_, status) == (amount - cleared[debt],
                                   "settled" if amount == cleared[debt] else "open")  # fmt: skip


def test_settling_and_cancelling_a_debt_at_once(chain: Chain) -> None:
    for _ in range(4):
        debt, cheque = chain.debt(chain.a, "100"), chain.cheque("60")
        outcomes = at_once([
            lambda: chain.settle(cheque, (debt, "60")),  # noqa: B023
            lambda: chain.act("cashier_a", "ps_receivable", debt, "cancel", reason="x"),  # noqa: B023
        ])  # fmt: skip
        status = chain.look("ps_receivable", debt, "status")[0]
        assert sum(isinstance(each, str) for each in outcomes) == 1
        assert len(vouchers(chain, receipt=cheque)) == (1 if status == "open" else 0)
