"""Cases in a database against the reference model: every act committed, read back, compared."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from tests.workflow.approvals.acting import PEOPLE, PROCESSES, SUBMITTER, as_graph, names_in, play
from tests.workflow.approvals.firm import Firm
from tests.workflow.approvals.model import Model, Process, Rule
from typecase.runtime import saving
from typecase.workflow.approvals import absences, deciding, submitting

MODES = ("any", "all", "sequence", "percent")


class InDatabase:
    """A case of a firm, judged."""

    def __init__(self, firm: Firm, approval: str) -> None:
        self.firm = firm
        ada = firm.who(SUBMITTER)
        with firm.workspace.write(ada) as unit:
            firm.expense = saving.create(unit, "expense", {"name": "Taxi"})
        firm.case = firm.workspace.run(
            ada, lambda unit: submitting.submit(unit, "expense", firm.expense, approval)
        )

    def waiting(self) -> list[tuple[str, str]]:
        case = self.firm.standing().case
        waiting = [task for task in case.tasks if task.state == "waiting"]
        names = self.firm.names
        return sorted((case.step(task.step).node, names[task.person]) for task in waiting)

    def state(self) -> str:
        return self.firm.state

    def _does(self, step: str, person: str, decision: str, **more: object) -> None:
        case = self.firm.standing().case
        task = next(
            task.id
            for task in case.tasks
            if task.state == "waiting"
            and self.firm.names[task.person] == person
            and case.step(task.step).node == step
        )
        self.firm.does(person, decision, task=task, version=case.number, **more)

    def vote(self, step: str, person: str, said: str) -> None:
        self._does(step, person, said)

    def send_back(self, step: str, person: str, to: str, straight: bool) -> None:
        to = "submitter" if to == "submit" else to
        self._does(step, person, "return", to=to, straight=straight)

    def delegate(self, step: str, person: str, to: str) -> None:
        self._does(step, person, "delegate", to=to)

    def add(self, step: str, person: str, to: str, kind: str, votes: bool) -> None:
        self._does(step, person, "add_signer", to=to, after=kind == "after", votes=votes)

    def take_back(self, step: str, person: str) -> None:
        firm = self.firm
        firm.workspace.run(firm.who(person), lambda unit: deciding.take_back(unit, firm.case))

    def withdraw(self) -> None:
        firm = self.firm
        firm.workspace.run(firm.who(SUBMITTER), lambda unit: deciding.withdraw(unit, firm.case))


def some_graphs() -> list[tuple[str, list, dict[str, Rule]]]:
    """Each process twice, with rules that are the same in every run."""
    chance = random.Random(7)
    found = []
    for number, process in enumerate((*PROCESSES, *PROCESSES)):
        told = {
            name: Rule(
                tuple(chance.sample(PEOPLE, chance.randint(1, 4))),
                chance.choice(MODES),
                chance.choice([34, 60]),
            )
            for name in names_in(process)
        }
        found.append((f"way{number}", process, told))
    return found


@pytest.mark.slow
def test_cases_do_what_the_rules_say(database: str, tmp_path: Path) -> None:
    graphs = some_graphs()
    documents = [{**as_graph(process, told), "name": name} for name, process, told in graphs]
    firm = Firm(database, tmp_path, *documents)

    @given(st.data())
    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    def agree(data: st.DataObject) -> None:
        name, process, told = data.draw(st.sampled_from(graphs))
        play(data, Model(process, told, SUBMITTER), InDatabase(firm, name), most=10)

    agree()
    firm.close()


AWAY = {"boss": "cfo", "chief": "head", "head": "chief", "bob": SUBMITTER}
"""A deputy, two who stand in for each other, and one whose deputy submits."""


@pytest.mark.slow
def test_cases_do_what_the_rules_say_while_people_are_away(database: str, tmp_path: Path) -> None:
    graphs = some_graphs()
    documents = [{**as_graph(process, told), "name": name} for name, process, told in graphs]
    firm = Firm(database, tmp_path, *documents)
    day = date(2026, 11, 21)
    for person, deputy in AWAY.items():
        with firm.workspace.write(firm.who(person)) as unit:
            absences.add(unit, unit.actor.id, firm.who(deputy).id, day, day)

    @given(st.data())
    @settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
    def agree(data: st.DataObject) -> None:
        name, process, told = data.draw(st.sampled_from(graphs))
        play(data, Model(process, told, SUBMITTER, AWAY), InDatabase(firm, name), most=8)

    agree()
    firm.close()


def test_a_return_by_whom_an_added_signer_delegated_to_inside_branches(
    database: str, tmp_path: Path
) -> None:
    """Counter-signing side by side; who was added hands on, and that one returns it."""
    process: Process = ["a", (["b", "c"], ["d"]), "e"]
    told = {
        "a": Rule(("bob",)), "b": Rule(("boss", "head"), "all"), "c": Rule(("cfo",)),
        "d": Rule(("chief", "stranger"), "all"), "e": Rule(("admin",)),
    }  # fmt: skip
    firm = Firm(database, tmp_path, {**as_graph(process, told), "name": "way"})
    model, case = Model(process, told, SUBMITTER), InDatabase(firm, "way")

    def both(verb: str, step: str, person: str, *more: Any) -> None:
        getattr(case, verb)(step, person, *more)
        by = () if verb == "send_back" else (person,)
        getattr(model, verb)(step, *by, *more)
        assert case.waiting() == model.waiting(), (verb, step, person)
        assert case.state() == model.state

    both("vote", "a", "bob", "approve")
    both("vote", "d", "chief", "approve")
    both("add", "b", "boss", "cfo", "before", True)
    both("delegate", "b", "cfo", "bob")
    both("send_back", "b", "bob", "a", True)
    both("vote", "a", "bob", "approve")
    both("vote", "b", "bob", "approve")
    both("vote", "b", "head", "approve")
    both("vote", "b", "boss", "approve")
    both("vote", "c", "cfo", "approve")
    assert case.state() == "running"
    both("vote", "d", "stranger", "approve")
    both("vote", "e", "admin", "approve")
    assert case.state() == "approved"
    firm.close()
