"""What the worker does with approvals: expenses submitted and decided, one after the other."""

from __future__ import annotations

from tests.faults.saying import say
from typecase.runtime import saving
from typecase.runtime.actors import SYSTEM, Actor
from typecase.runtime.storage.people import account, load_actor
from typecase.runtime.storage.unit_of_work import Unit
from typecase.runtime.workspaces import Workspace
from typecase.workflow.approvals import deciding, inbox, submitting
from typecase.workflow.approvals.deciding import Decision


def approve(workspace: Workspace, first: int) -> None:
    """An expense from its submission to its end; each verb is a transaction of its own."""
    ada, boss, head = (_actor(workspace, login) for login in ("ada", "boss", "head"))
    number = first
    while True:
        case = workspace.run(ada, lambda unit, n=number: _submit(unit, n))
        say("submitted", case)
        for who in (boss, head):
            workspace.run(who, lambda unit, c=case: _approve(unit, c))
        say("approved", case)
        number += 1


def _actor(workspace: Workspace, login: str) -> Actor:
    with workspace.read(SYSTEM) as unit:
        found = account(unit, login)
        assert found is not None
        return load_actor(unit.connection, found.id, unit.opening.rights, unit.catalog)


def _submit(unit: Unit, number: int) -> str:
    expense = saving.create(unit, "expense", {"name": f"Taxi {number}", "amount": number})
    return submitting.submit(unit, "expense", expense)


def _approve(unit: Unit, case: str) -> None:
    mine = next(each for each in inbox.mine(unit).items if each.case == case)
    deciding.decide(unit, case, Decision("approve", mine.task))
