"""A chain of print shops for tests: two stores with their people, a head office, two customers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.apps.test_standard_crm_works import Office
from tests.databases import fresh_database
from typecase.errors import RecordInvalid
from typecase.metadata.packages import read_package
from typecase.resources import data_folder
from typecase.runtime import branches, recycle, saving
from typecase.runtime.actors import SYSTEM, Actor
from typecase.runtime.storage.people import load_actor
from typecase.runtime.storage.unit_of_work import Unit
from typecase.workflow import actions

APPS = data_folder("apps")
PACKAGES = ("standard_crm", "print_shop")


class Chain(Office):
    """``a`` and ``b`` are stores with an account each; ``basic`` is everybody's."""

    def __init__(self, database: str, folder: Path) -> None:
        self.open(database, folder, *(read_package(APPS / name) for name in PACKAGES))
        self.head = self.store("Head office", "HQ", "head_office", None)
        self.east = self.store("East", "E", "region", self.head)
        self.a = self.store("Store A", "A", "store", self.east)
        self.b = self.store("Store B", "B", "store", self.east)
        self.basic = self.account("Company account", self.head, everywhere=True)
        self.bank_a, self.bank_b = self.account("Bank A", self.a), self.account("Bank B", self.b)
        self.people: dict[str, Actor] = {}
        for login, role, at in (
            ("gm", "ps_general_manager", self.head),
            ("finance", "ps_head_finance", self.head),
            ("region", "ps_finance", self.east),
            ("manager_a", "ps_store_manager", self.a),
            ("desk_a", "ps_front_desk", self.a),
            ("cashier_a", "ps_cashier", self.a),
            ("manager_b", "ps_store_manager", self.b),
            ("desk_b", "ps_front_desk", self.b),
            ("cashier_b", "ps_cashier", self.b),
            ("rep", "ps_rep", None),
            ("rep_2", "ps_rep", None),
            ("chief", "ps_sales_manager", None),
            ("service", "ps_service", None),
            ("admin", "administrator", None),
        ):
            self.people[login] = self.placed(login, role, at)
        self.customer = self.buyer("Yunling", self.a)
        self.other_customer = self.buyer("Hualian", self.b)

    def __getitem__(self, login: str) -> Actor:
        return self.people[login]

    def store(self, name: str, code: str, kind: str, parent: str | None) -> str:
        return self.add("ps_store", name=name, code=f"T-{code}", kind=kind, parent=parent)

    def account(self, name: str, store: str, **more: Any) -> str:
        return self.add("ps_bank_account", name=name, store=store, **more)

    def buyer(self, name: str, store: str, group: str = "on_account", who: Actor = SYSTEM) -> str:
        return self.add("account", who, name=name, type="customer", ps_group=group, ps_store=store)

    def placed(self, login: str, role: str, store: str | None) -> Actor:
        """Somebody who belongs to a store, an office or nowhere."""
        person = self.person(f"own.{login}", role)
        if store is not None:
            chosen = {store: "ps_store"}
            self.workspace.run(SYSTEM, lambda unit: branches.set_of_person(unit, person.id, chosen))
        with self.workspace.read(SYSTEM) as unit:
            return load_actor(unit.connection, person.id, unit.opening.rights, unit.catalog)

    def debt(self, store: str, amount: str, customer: str | None = None) -> str:
        whose = customer or self.customer
        return self.add("ps_receivable", customer=whose, store=store, amount=amount)

    def cheque(self, amount: str, who: str = "cashier_a", **more: Any) -> str:
        told = {"customer": self.customer, "store": self.a, "bank_account": self.basic, **more}
        return self.add("ps_receipt", self[who], amount=amount, **told)

    def act(self, who: str, object_: str, id_: str, name: str, /, **inputs: Any) -> str:
        """Does the action; returns the id of what it shows."""

        def work(unit: Unit) -> str:
            return actions.run(unit, object_, id_, name, inputs).opens[1]

        return self.workspace.run(self[who], work)

    def settle(self, receipt: str, *parts: tuple[str, str], who: str = "finance") -> str:
        rows = [{"receivable": receivable, "amount": amount} for receivable, amount in parts]
        return self.act(who, "ps_receipt", receipt, "settle_across_stores", allocations=rows)

    def refused(self, object_: str, id_: str, /, **raw: Any) -> set[str]:
        """What the administrator's change is refused for."""

        def work(unit: Unit) -> None:
            saving.update(unit, object_, id_, raw)

        with pytest.raises(RecordInvalid) as refused:
            self.workspace.run(self["admin"], work)
        return {problem.code for problem in refused.value.problems}

    def not_deleted(self, object_: str, id_: str) -> set[str]:
        """What the administrator may not delete it for."""
        with pytest.raises(RecordInvalid) as refused:
            self.workspace.run(self["admin"], lambda unit: recycle.delete(unit, object_, id_))
        return {problem.code for problem in refused.value.problems}

    def seen(self, who: str, name: str) -> set[str]:
        return {row["id"] for row in self.rows(name, self[who], "id")}


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def chain(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Chain]:
    """One for all tests of a file, which make the records they need."""
    folder = tmp_path_factory.mktemp("chain")
    with ExitStack() as stack:
        if request.param == "sqlite":
            url = f"sqlite:///{folder / 'chain.sqlite'}"
        else:
            url = stack.enter_context(fresh_database(request.getfixturevalue("postgres")))
        built = Chain(url, folder)
        stack.callback(built.close)
        yield built
