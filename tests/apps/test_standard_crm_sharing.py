"""Who sees what in the demo company: each sharing rule does what its label says, the dealer sees
his deals and nothing else, finance and service see what they work with.

What somebody should see is said here in a line of Python over all records, and compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.apps.test_standard_crm_works import PACKAGE
from tests.runtime.shop import Shop
from typecase.metadata.packages import read_package
from typecase.runtime import installing, reading, saving, users
from typecase.runtime.actors import SYSTEM, Actor
from typecase.runtime.explaining import explain
from typecase.runtime.queries import Query, Row
from typecase.runtime.storage.people import actor_of

pytestmark = pytest.mark.slow  # the demo company is installed for it

SALES = ("sales_director", "regional_manager", "sales_representative", "sales_assistant")


class Demo(Shop):
    """The demo company with its people by log-in name."""

    def __init__(self, database: str, folder: Path) -> None:
        source = read_package(PACKAGE)
        self.open(database, folder, source)
        installing.install(self.workspace, [source], demo=True)
        with self.workspace.read(SYSTEM) as unit:
            found = users.find(unit, limit=200).users
            self.people = {each.login: actor_of(unit, each.id) for each in found}
        for name, field, value in (
            ("visit", "companions", [self.people["rep"].id]),
            ("meeting", "attendees", [self.people["rep"].id]),
        ):
            self._invite(name, field, value)
        with self.workspace.write(SYSTEM) as unit:
            goal = {
                "name": "2031",
                "person": self.people["rep"].id,
                "starts_on": "2031-01-01",
                "ends_on": "2031-12-31",
                "amount": "1",
                "owner": self.people["he.li"].id,
            }
            saving.create(unit, "target", goal)
        self.roles = {each.id: each.role for each in self.people.values()}

    def _invite(self, name: str, field: str, value: object) -> None:
        """Names the representative on a record that is somebody else's."""
        mine = self.people["rep"].id
        others = [row.id for row in self.rows(name, "id", "owner") if row["owner"] != mine]
        with self.workspace.write(SYSTEM) as unit:
            saving.update(unit, name, others[0], {field: value})

    def rows(self, name: str, *fields: str, who: Actor = SYSTEM) -> Iterator[Row]:
        """All of them, page by page."""
        cursor = None
        with self.workspace.read(who) as unit:
            while True:
                page = reading.find(unit, Query(name, fields, limit=500, cursor=cursor))
                yield from page.rows
                cursor = page.next
                if cursor is None:
                    return

    def ids(self, name: str, who: Actor) -> set[str]:
        return {row.id for row in self.rows(name, "id", who=who)}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("demo")
    built = Demo(f"sqlite:///{folder / 'demo.sqlite'}", folder)
    yield built
    built.close()


Says = Callable[[Demo, Row, Actor], bool]

RULES: dict[tuple[str, str], tuple[str, tuple[str, ...], str, Says]] = {
    ("account", "service_reads_customers"): ("grace.lee", ("type",), "read",
        lambda d, r, a: r["type"] in ("customer", "dealer", "partner")),
    ("account", "assistants_read_customers"): ("xu.jing", ("type",), "read",
        lambda d, r, a: r["type"] in ("customer", "dealer")),
    ("contact", "service_reads_contacts"): ("grace.lee", ("account.type",), "read",
        lambda d, r, a: r["account.type"] in ("customer", "dealer", "partner")),
    ("contact", "assistants_read_contacts"): ("xu.jing", ("account.type",), "read",
        lambda d, r, a: r["account.type"] in ("customer", "dealer")),
    ("opportunity", "finance_sees_signing"): ("ma.lin", ("stage",), "read",
        lambda d, r, a: r["stage"] in ("signing", "won")),
    ("opportunity", "assistants_see_signing"): ("xu.jing", ("stage",), "read",
        lambda d, r, a: r["stage"] in ("signing", "won")),
    ("contract", "assistants_edit"): ("xu.jing", (), "edit",
        lambda d, r, a: d.roles.get(r["owner"]) in SALES),
    ("order", "assistants_edit"): ("xu.jing", (), "edit",
        lambda d, r, a: d.roles.get(r["owner"]) in SALES),
    ("quote", "assistants_edit_accepted"): ("xu.jing", ("status",), "edit",
        lambda d, r, a: r["status"] == "accepted"),
    ("target", "person"): ("rep", ("person",), "read", lambda d, r, a: r["person"] == a.id),
    ("ticket", "account_manager"): ("rep", ("account_manager",), "read",
        lambda d, r, a: r["account_manager"] == a.id),
    ("visit", "companions"): ("rep", ("companions",), "read",
        lambda d, r, a: a.id in r["companions"]),
    ("meeting", "attendees"): ("rep", ("attendees",), "read",
        lambda d, r, a: a.id in r["attendees"]),
}  # fmt: skip
"""Rule → somebody it is for, what it asks, what it grants, and what its label says."""

OPEN_ANYWAY = {("ticket", "service_team")}
"""Service may edit every ticket by its permission set; its rule counts for whoever has fewer."""


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: "-".join(rule))
def test_a_rule_does_what_its_label_says(demo: Demo, rule: tuple[str, str]) -> None:
    name, rule_name = rule
    login, fields, grant, says = RULES[rule]
    person = demo.people[login]
    every = list(demo.rows(name, "id", "owner", *fields))
    opened = {row.id for row in every if says(demo, row, person)}
    own = {row.id for row in every if row["owner"] == person.id}
    assert opened - own, "nobody gains anything: the demo does not show this rule"
    assert demo.ids(name, person) == opened | own
    one = min(opened - own)
    with demo.workspace.read(person) as unit:
        told = explain(unit, name, one)
        sharing = unit.catalog.object(name).access.sharing
        label = next(
            unit.catalog.label(each.id, each.label, person.language)
            for each in sharing
            if each.name == rule_name
        )
    assert told.may("edit") == (grant == "edit")
    assert not told.may("hand_over")
    reasons = [r.data.get("rule") for a in told.answers for r in a.reasons if a.doing == grant]
    assert label in reasons


def test_every_rule_is_tried(demo: Demo) -> None:
    catalog = demo.workspace.catalog
    rules = {(o.name, r.name) for o in catalog.objects.values() for r in o.access.sharing}
    assert rules == RULES.keys() | OPEN_ANYWAY


def test_the_service_team_works_on_every_ticket(demo: Demo) -> None:
    everything = demo.ids("ticket", SYSTEM)
    for login in ("grace.lee", "zheng.kai"):
        assert demo.ids("ticket", demo.people[login]) == everything


def test_the_dealer_sees_the_deals_shared_with_him_and_nothing_else(demo: Demo) -> None:
    dealer = demo.people["dealer"]
    assert dealer.outside
    deals = demo.ids("opportunity", dealer)
    assert len(deals) == 6
    for name in ("opportunity_line", "quote"):
        field = "opportunity"
        wanted = {row.id for row in demo.rows(name, "id", field) if row[field] in deals}
        assert demo.ids(name, dealer) == wanted, name
    for obj in demo.workspace.catalog.objects.values():
        rights = dealer.rights.on(obj.name)
        assert ("read" in rights) == (obj.name in OF_DEALER), obj.name
    editable = []
    with demo.workspace.read(dealer) as unit:
        for id_ in sorted(deals):
            told = explain(unit, "opportunity", id_)
            assert told.may("read")
            assert not told.may("hand_over")
            editable.append(told.may("edit"))
    assert sum(editable) == 1


OF_DEALER = {"opportunity", "opportunity_line", "quote", "quote_line", "product", "task"}


def test_finance_sees_orders_and_payments_of_all(demo: Demo) -> None:
    cashier = demo.people["ma.lin"]
    for name in ("order", "payment", "payment_plan", "invoice"):
        everything = demo.ids(name, SYSTEM)
        assert everything
        assert demo.ids(name, cashier) == everything, name


def test_a_manager_sees_the_people_of_roles_below_and_of_no_other_branch(demo: Demo) -> None:
    """Roles decide, not who reports to whom: a regional manager is above every representative."""
    manager, rep = demo.people["he.li"], demo.people["rep"]
    mine: set[Any] = {r.id for r in demo.rows("lead", "id", "owner") if r["owner"] == rep.id}
    free = {r.id for r in demo.rows("lead", "id", "owner") if r["owner"] is None}
    assert mine and free
    assert demo.ids("lead", rep) == mine | free  # and what lies in the public pool
    assert mine <= demo.ids("lead", manager)
    assert demo.ids("lead", demo.people["grace.lee"]).isdisjoint(mine)
