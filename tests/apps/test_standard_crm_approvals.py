"""Expenses of the standard CRM on their way to the money."""

from __future__ import annotations

from typing import Any

from tests.apps.test_standard_crm_works import Office, office
from typecase.runtime.actors import Actor
from typecase.runtime.storage.unit_of_work import Unit
from typecase.workflow.approvals import deciding, inbox, submitting
from typecase.workflow.approvals.deciding import Decision

__all__ = ["office"]


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
