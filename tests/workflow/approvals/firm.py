"""A firm whose expenses are approved, and its people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.builders import a_field, a_package, a_permission_set, an_object
from tests.runtime.shop import FULL, Shop
from tests.workflow.approvals.graphs import LINE
from typecase.metadata.sources import PackageSource
from typecase.runtime import reading, saving
from typecase.runtime.actors import SYSTEM, Actor
from typecase.workflow.approvals import cases, deciding, submitting
from typecase.workflow.approvals.cases import Standing
from typecase.workflow.approvals.deciding import Decision
from typecase.workflow.approvals.state import Task

PEOPLE = {
    "ada": "rep", "bob": "rep", "boss": "boss", "chief": "boss", "head": "head", "cfo": "cfo",
    "stranger": "stranger",
}  # fmt: skip


def firm_package(*graphs: dict[str, Any]) -> PackageSource:
    return a_package(
        an_object(
            "expense", a_field("amount", "currency"), a_field("state"), a_field("note"),
            a_field("code"), a_field("who", "user"), a_field("secret", sensitive=True),
            access={"default": "private"},
            approvals={"approvals": list(graphs)},
            tracks=["history", "comments", "files"],
        ),
        permissions=[
            a_permission_set("sales", expense=FULL),
            a_permission_set("reading", expense=["read", "edit"]),
            a_permission_set("all", expense=["view_all", "edit_all", *FULL],
                             fields={"expense.secret": "edit"},
                             system=["designer", "manage_users", "manage_rights"]),
        ],
        roles=[
            {"name": "boss", "label": "Boss", "permissions": ["reading"]},
            {"name": "head", "label": "Head", "permissions": ["reading"]},
            {"name": "cfo", "label": "CFO", "permissions": []},
            {"name": "rep", "label": "Rep", "permissions": ["sales"]},
            {"name": "stranger", "label": "Stranger", "permissions": ["reading"]},
        ],
    )  # fmt: skip


class Firm(Shop):
    """``firm.ada`` … ; ``firm.submit(firm.ada, …)``; ``firm.does("boss", "approve")``."""

    def __init__(self, database: str, folder: Path, *graphs: dict[str, Any]) -> None:
        self.open(database, folder, firm_package(*(graphs or (LINE,))))
        self.people: dict[str, Actor] = {}
        for login, role in PEOPLE.items():
            self.people[login] = self.person(login, role)
        self.people["admin"] = self.person("admin", None, "all")
        with self.workspace.read(SYSTEM) as unit:
            from typecase.runtime.storage.people import load_actor

            for login, actor in self.people.items():
                self.people[login] = load_actor(
                    unit.connection, actor.id, unit.opening.rights, unit.catalog
                )
        self.names = {actor.id: login for login, actor in self.people.items()}
        self.expense = self.case = ""

    def who(self, login: str) -> Actor:
        return self.people[login]

    def submit(self, login: str = "ada", **values: Any) -> str:
        """A new expense of theirs, submitted; the case is remembered."""
        chosen = values.pop("chosen", {})
        with self.workspace.write(self.who(login)) as unit:
            self.expense = saving.create(unit, "expense", {"name": "Taxi", **values})
        self.case = self.workspace.run(
            self.who(login),
            lambda unit: submitting.submit(unit, "expense", self.expense, chosen=chosen),
        )
        return self.case

    def standing(self, login: str | None = None) -> Standing:
        with self.workspace.read(self.who(login) if login else SYSTEM) as unit:
            if login:
                return cases.seen(unit, self.case)
            return cases.get(unit, self.case)

    def task(self, login: str, *states: str) -> Task:
        """The latest task of somebody, in one of ``states``."""
        mine = [t for t in self.standing().case.tasks if self.names[t.person] == login]
        fitting = [t for t in mine if not states or t.state in states]
        return fitting[-1] if fitting else mine[-1]

    def does(self, login: str, decision: str, **more: Any) -> Standing:
        task = more.pop("task", None) or self.task(login, "waiting").id
        to = more.pop("to", None)
        to = self.who(to).id if to in self.people else to
        said = Decision(decision, task, to=to, **more)
        return self.workspace.run(
            self.who(login), lambda unit: deciding.decide(unit, self.case, said)
        )

    def waiting(self) -> list[str]:
        tasks = self.standing().case.tasks
        return sorted(self.names[t.person] for t in tasks if t.state == "waiting")

    @property
    def state(self) -> str:
        return self.standing().case.state

    def stored(self, *names: str) -> dict[str, Any]:
        with self.workspace.read(SYSTEM) as unit:
            found = reading.stored(unit, "expense", self.expense)
        return {name: found[name] for name in names}
