"""Cases in a database against the reference model: every act committed, read back, compared."""

from __future__ import annotations

import random
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from tests.workflow.approvals.acting import PEOPLE, PROCESSES, SUBMITTER, as_graph, names_in, play
from tests.workflow.approvals.firm import Firm
from tests.workflow.approvals.model import Model, Rule
from typecase.runtime import saving
from typecase.workflow.approvals import deciding, submitting

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
