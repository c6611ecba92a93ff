"""What a store spends: approved by its manager, above a limit by the general manager, paid out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.apps.chain import Chain, chain
from tests.runtime.test_races import at_once
from typecase.errors import AccessDenied, Conflict, Locked, NotFound, RecordInvalid
from typecase.runtime import saving, users
from typecase.runtime.actors import SYSTEM
from typecase.runtime.storage.unit_of_work import Unit
from typecase.workflow import notices
from typecase.workflow.approvals import deciding, inbox, submitting
from typecase.workflow.approvals.deciding import Decision
from typecase.workflow.storage import asked_rows

__all__ = ["chain"]


def an_expense(chain: Chain, amount: str, who: str = "desk_a", store: str | None = None) -> str:
    told = {"name": f"Paper {amount}", "amount": amount, "payee": "Pacific Paper"}
    return chain.add("ps_expense", chain[who], store=store or chain.a, **told)


def submit(chain: Chain, id_: str, who: str = "desk_a") -> str:
    return chain.workspace.run(chain[who], lambda unit: submitting.submit(unit, "ps_expense", id_))


def asked(chain: Chain, case: str) -> set[str]:
    """Who has it in their inbox."""

    def is_there(unit: Unit) -> bool:
        return case in {item.case for item in inbox.mine(unit).items}

    return {who for who, actor in chain.people.items() if chain.workspace.look(actor, is_there)}


def decide(chain: Chain, who: str, case: str, decision: str = "approve") -> None:
    def work(unit: Unit) -> Any:
        [mine] = [item for item in inbox.mine(unit).items if item.case == case]
        return deciding.decide(unit, case, Decision(decision, mine.task, comment="seen"))

    chain.workspace.run(chain[who], work)


def status(chain: Chain, expense: str) -> str:
    return chain.look("ps_expense", expense, "status")[0]


def pay(chain: Chain, expense: str, who: str = "cashier_a") -> None:
    told = {"bank_account": chain.bank_a, "paid_on": "2026-11-20"}
    chain.act(who, "ps_expense", expense, "pay_out", **told)


def to_pay(chain: Chain, who: str) -> set[str]:
    rows = chain.rows("ps_expense", chain[who], "status")
    return {row["id"] for row in rows if row["status"] == "to_pay"}


def test_up_to_the_limit_the_store_manager_decides_and_the_cashier_pays(chain: Chain) -> None:
    expense = an_expense(chain, "500")
    case = submit(chain, expense)
    assert status(chain, expense) == "submitted"
    assert asked(chain, case) == {"manager_a"}, "not the manager of another store"
    decide(chain, "manager_a", case)
    assert status(chain, expense) == "to_pay"
    assert expense in to_pay(chain, "cashier_a")
    assert expense not in to_pay(chain, "cashier_b")
    with pytest.raises(AccessDenied):
        pay(chain, expense, "manager_a")
    with pytest.raises(NotFound):
        pay(chain, expense, "cashier_b")
    pay(chain, expense)
    assert chain.look("ps_expense", expense, "status", "bank_account", "paid_by") == [
        "paid", chain.bank_a, chain["cashier_a"].id]  # fmt: skip
    with pytest.raises(Conflict):
        pay(chain, expense)


def test_above_the_limit_the_general_manager_is_asked_too(chain: Chain) -> None:
    expense = an_expense(chain, "500.01")
    case = submit(chain, expense)
    decide(chain, "manager_a", case)
    assert (status(chain, expense), asked(chain, case)) == ("submitted", {"gm"})
    decide(chain, "gm", case)
    assert expense in to_pay(chain, "cashier_a")


def test_what_either_refuses_can_be_put_right_and_submitted_again(chain: Chain) -> None:
    expense = an_expense(chain, "900")
    decide(chain, "manager_a", submit(chain, expense), "reject")
    assert status(chain, expense) == "rejected"
    case = submit(chain, expense)
    decide(chain, "manager_a", case)
    decide(chain, "gm", case, "reject")
    assert status(chain, expense) == "rejected"
    assert expense not in to_pay(chain, "cashier_a")


def test_nobody_approves_or_pays_the_own_expense(chain: Chain) -> None:
    own = an_expense(chain, "120", "manager_a")
    case = submit(chain, own, "manager_a")
    assert asked(chain, case) == {"gm"}, "the general manager stands in"
    decide(chain, "gm", case)
    large = an_expense(chain, "800", "manager_a")
    case = submit(chain, large, "manager_a")
    decide(chain, "gm", case)
    assert status(chain, large) == "to_pay", "who has approved is not asked twice"
    mine = an_expense(chain, "40", "cashier_a")
    decide(chain, "manager_a", submit(chain, mine, "cashier_a"))
    with pytest.raises(RecordInvalid) as refused:
        pay(chain, mine)
    assert [p.code for p in refused.value.problems] == ["not_own"]


def test_a_deputy_decides_while_the_store_manager_is_away(chain: Chain) -> None:
    today = chain.clock.now().date()
    away, deputy = chain["manager_b"].id, chain["manager_a"].id

    def leave(unit: Unit) -> str:
        return asked_rows.put_absence(unit, away, deputy, today, today + timedelta(days=7))

    absence = chain.workspace.run(SYSTEM, leave)
    case = submit(chain, an_expense(chain, "60", "desk_b", chain.b), "desk_b")
    assert asked(chain, case) == {"manager_a"}
    decide(chain, "manager_a", case)
    chain.workspace.run(SYSTEM, lambda unit: asked_rows.remove_absence(unit, away, absence))


def test_a_store_without_a_manager_asks_the_general_manager(chain: Chain) -> None:
    store = chain.store("Store C", "C", "store", chain.east)
    if "desk_c" not in chain.people:
        chain.people["desk_c"] = chain.placed("desk_c", "ps_front_desk", store)
    case = submit(chain, an_expense(chain, "60", "desk_c", store), "desk_c")
    assert asked(chain, case) == {"gm"}


def test_withdrawing_gives_it_back_as_it_was(chain: Chain) -> None:
    expense = an_expense(chain, "700")
    case = submit(chain, expense)
    decide(chain, "manager_a", case)
    chain.workspace.run(chain["desk_a"], lambda unit: deciding.withdraw(unit, case))
    assert (status(chain, expense), asked(chain, case)) == ("draft", set())


def test_it_is_locked_meanwhile_and_fixed_afterwards(chain: Chain) -> None:
    expense = an_expense(chain, "300")
    case = submit(chain, expense)

    def write(who: str, **raw: Any) -> None:
        chain.workspace.run(
            chain[who], lambda unit: saving.update(unit, "ps_expense", expense, raw)
        )

    with pytest.raises(Locked):
        write("desk_a", amount="3")
    write("manager_a", category="repair")
    with pytest.raises(RecordInvalid):
        write("desk_a", status="to_pay")
    decide(chain, "manager_a", case)
    for raw in ({"amount": "30000"}, {"payee": "Myself"}, {"store": chain.b}):
        assert chain.refused("ps_expense", expense, **raw) == {"approved_stays"}
    with pytest.raises(RecordInvalid):
        write("cashier_a", status="paid")


def test_whoever_spent_it_is_told_in_their_own_language(chain: Chain) -> None:
    desk = chain["desk_b"]
    chain.workspace.run(SYSTEM, lambda unit: users.update(unit, desk.id, {"language": "zh"}))
    expense = an_expense(chain, "30", "desk_b", chain.b)
    decide(chain, "manager_b", submit(chain, expense, "desk_b"))
    told = {"bank_account": chain.bank_b, "paid_on": "2026-11-20"}
    chain.act("cashier_b", "ps_expense", expense, "pay_out", **told)
    latest = chain.workspace.look(desk, notices.mine)[0]
    assert (latest.text, latest.record) == ("您的支出单已支付。", expense)


def test_two_who_pay_at_once_pay_once(chain: Chain) -> None:
    expense = an_expense(chain, "80")
    decide(chain, "manager_a", submit(chain, expense))
    outcomes = at_once([lambda: pay(chain, expense)] * 3)
    assert sorted(type(each).__name__ for each in outcomes) == ["Conflict", "Conflict", "NoneType"]
