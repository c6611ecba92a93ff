"""Expenses of the standard CRM on their way to the money."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from tests.apps.test_standard_crm_actions import product
from tests.apps.test_standard_crm_works import CODES, TODAY, Office, office
from typecase.errors import AccessDenied, Conflict, Locked, RecordInvalid
from typecase.runtime import recycle, saving
from typecase.runtime.actors import Actor
from typecase.runtime.storage.unit_of_work import Unit
from typecase.workflow import actions
from typecase.workflow.approvals import deciding, inbox, submitting
from typecase.workflow.approvals.deciding import Decision

__all__ = ["office", "product"]


def decide(office: Office, who: Actor, decision: str) -> None:
    def work(unit: Unit) -> Any:
        [mine] = inbox.mine(unit).items
        return deciding.decide(unit, mine.case, Decision(decision, mine.task))

    office.workspace.run(who, work)


def submitted(office: Office, amount: str) -> str:
    account = office.add("account", office.rep, name=f"Customer {amount}")
    told = {"name": "Flight", "amount": amount, "account": account}
    expense = office.add("expense", office.rep, **told)
    office.workspace.run(office.rep, lambda unit: submitting.submit(unit, "expense", expense))
    return expense


def test_a_small_expense_needs_the_manager_and_finance(office: Office) -> None:
    boss = office.person("president", "executive")
    expense = submitted(office, "300")
    assert office.look("expense", expense, "status") == ["submitted"]
    decide(office, boss, "approve")  # the seller has no manager, so the fallback is asked
    decide(office, office.cashier, "approve")
    assert office.look("expense", expense, "status") == ["approved"]


def test_a_large_one_is_refused(office: Office) -> None:
    boss = office.person("chair", "executive")
    expense = submitted(office, "30000")
    decide(office, boss, "reject")
    assert office.look("expense", expense, "status") == ["rejected"]


def test_nobody_approves_or_reimburses_by_hand(office: Office) -> None:
    """R6: what the graph and the button say is said by nobody else, and stays what was approved."""
    boss = office.person("boss.of.all", "executive")
    expense = submitted(office, "250")

    def by_hand(who: Actor, **raw: Any) -> None:
        office.workspace.run(who, lambda unit: saving.update(unit, "expense", expense, raw))

    def reimburse(who: Actor) -> None:
        paid = {"paid_on": TODAY}
        office.workspace.run(
            who, lambda unit: actions.run(unit, "expense", expense, "reimburse", paid)
        )

    with pytest.raises(Conflict):
        reimburse(office.cashier)
    decide(office, boss, "approve")
    decide(office, office.cashier, "approve")
    for raw in ({"status": "reimbursed"}, {"reimbursed_on": TODAY}):
        for who in (office.rep, office.cashier):
            with pytest.raises(RecordInvalid, match=r"cannot be (saved|written)"):
                by_hand(who, **raw)
    with pytest.raises(Locked):
        by_hand(office.rep, amount="2500")
    with pytest.raises(AccessDenied):
        reimburse(office.rep)
    reimburse(office.cashier)
    assert office.look("expense", expense, "status", "reimbursed_on", "amount") == [
        "reimbursed", TODAY, Decimal(250)]  # fmt: skip


def line_of(order: str, product: str, quantity: str) -> dict[str, str]:
    return {"order": order, "product": product, "quantity": quantity, "price": "50"}


def an_order(office: Office, product: str) -> tuple[str, str]:
    """An order of the seller's that is ready to be reviewed, and its line."""
    account = office.add("account", office.rep, name=f"Customer {next(CODES)}")
    address = {"street": "Nanjing Road 1", "city": "Shanghai"}
    told = {"account": account, "ordered_on": "2026-11-21", "shipping_address": address}
    order = office.add("order", office.rep, **told)
    line = office.add("order_line", office.rep, **line_of(order, product, "2"))
    return order, line


def test_a_reviewed_order_is_locked_for_the_seller_and_not_for_the_manager(
    office: Office, product: str
) -> None:
    """T19: entered by a seller, reviewed by the manager, changed by the manager alone since."""
    order, line = an_order(office, product)

    def changes(who: Actor, object_: str, id_: str, **raw: Any) -> None:
        office.workspace.run(who, lambda unit: saving.update(unit, object_, id_, raw))

    changes(office.rep, "order_line", line, quantity="3")
    office.workspace.run(office.rep, lambda unit: submitting.submit(unit, "order", order))
    with pytest.raises(Locked, match="its parts cannot be changed"):
        changes(office.rep, "order_line", line, quantity="4")
    decide(office, office.director, "approve")
    assert office.look("order", order, "status", "reviewed_on") == ["confirmed", TODAY]
    with pytest.raises(Locked, match="locked since"):
        changes(office.rep, "order", order, customer_reference="Z-1")
    with pytest.raises(Locked):
        changes(office.rep, "order_line", line, quantity="4")
    with pytest.raises(Locked):
        office.add("order_line", office.rep, **line_of(order, product, "1"))
    with pytest.raises(Locked):
        office.workspace.run(office.rep, lambda unit: recycle.delete(unit, "order_line", line))
    changes(office.director, "order", order, customer_reference="Z-1")
    changes(office.director, "order_line", line, quantity="4")
    changes(office.rep, "order", order, status="delivering")  # its execution goes on
    assert office.look("order", order, "total", "status")[1] == "delivering"


def test_no_order_is_confirmed_without_its_review(office: Office, product: str) -> None:
    """T19: the review is no offer. Neither the seller nor the manager goes past it by hand, on
    whatever way, nor does who may import; only who was given a right for what another system has
    reviewed."""
    order, _ = an_order(office, product)
    entry = office.person("typist", "sales_assistant")

    def refused(who: Actor, work: Callable[[Unit], object]) -> set[str]:
        with pytest.raises(RecordInvalid) as error:
            office.workspace.run(who, work)
        return {problem.code for problem in error.value.problems}

    def by_hand(status: str) -> Callable[[Unit], object]:
        return lambda unit: saving.update(unit, "order", order, {"status": status})

    for who in (office.rep, office.director, entry):
        for status in ("confirmed", "delivering", "completed"):
            assert "reviewed_first" in refused(who, by_hand(status))
    office.workspace.run(office.rep, by_hand("cancelled"))
    assert "reviewed_first" in refused(office.director, by_hand("confirmed"))
    office.workspace.run(office.rep, by_hand("draft"))
    account = office.add("account", office.rep, name=f"Customer {next(CODES)}")
    address = {"street": "Nanjing Road 1", "city": "Shanghai"}
    told = {"account": account, "status": "confirmed", "shipping_address": address}
    keeper = office.person("keeper", "administrator")
    for who in (office.rep, office.director, keeper):
        assert "reviewed_first" in refused(who, lambda u: saving.create(u, "order", told))
    office.workspace.run(office.rep, lambda unit: submitting.submit(unit, "order", order))
    decide(office, office.director, "approve")
    assert office.look("order", order, "status") == ["confirmed"]
    office.workspace.run(office.rep, by_hand("delivering"))


def test_whoever_writes_a_memo_picks_who_decides_in_turn(office: Office) -> None:
    """R18: a closed report in free words."""
    boss, other = office.person("picked_first", "regional_manager"), office.person("ma", "finance")
    memo = office.add("memo", office.rep, name="A stand at the fair", body="<p>Three days</p>")
    picked = [boss.id, office.director.id]
    office.workspace.run(
        office.rep,
        lambda unit: submitting.submit(unit, "memo", memo, chosen={"deciders": picked}),
    )
    with pytest.raises(Locked), office.workspace.write(office.rep) as unit:
        saving.update(unit, "memo", memo, {"name": "Another"})
    decide(office, boss, "approve")
    assert office.look("memo", memo, "status") == ["submitted"]
    decide(office, office.director, "approve")
    assert office.look("memo", memo, "status") == ["agreed"]
    assert office.rows("memo", other, "status") == []
