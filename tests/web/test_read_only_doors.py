"""Who may write a field: what the field says, what the layout says, what the role says, together,
at every door that takes values. A layout's word holds on its form alone; the others everywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from tests.builders import a_field, a_package, a_permission_set, a_picklist, a_view, an_object
from tests.runtime.shop import FULL
from tests.web.served import Served
from typecase.runtime import reading
from typecase.runtime.actors import SYSTEM

OWN = {"open": False, "closed": True, "when": "state == 'closed'"}
"""What a field's own ``read_only`` may be."""
LAYOUT = {"free": False, "shut": True}
ROLE = {"plain": None, "reads": "read", "writes": "edit"}
"""A plain field, and sensitive ones a permission set opens."""
FIELDS = {"_".join(each): each for each in product(OWN, LAYOUT, ROLE)}
TICKETS = "/objects/ticket/records"


def may_write(name: str, state: str, door: str) -> bool:
    """The page that changes many offers no field that depends on the record."""
    own, layout, role = FIELDS[name]
    closed = own == "closed" or (own == "when" and state == "closed")
    elsewhere = layout == "shut" if door == "form" else own == "when" and door == "many"
    return role != "reads" and not closed and not elsewhere


def package() -> Any:
    fields = [
        a_field(name, **({"read_only": OWN[own]} if own != "open" else {}),
                **({"sensitive": True} if ROLE[role] else {}))
        for name, (own, _, role) in FIELDS.items()
    ]  # fmt: skip
    placed = [
        {"field": name, "read_only": True} if layout == "shut" else {"field": name}
        for name, (_, layout, _) in FIELDS.items()
    ]
    sections = [{"name": "all", "label": "All", "fields": ["name", *placed]}]
    layout = {"pages": [{"name": "default", "tabs": [
        {"name": "details", "label": "Details", "sections": sections}]}]}  # fmt: skip
    opened = {f"ticket.{name}": ROLE[role] for name, (_, _, role) in FIELDS.items() if ROLE[role]}
    return a_package(
        an_object("ticket", a_picklist("state", "open", "closed", default="open"), *fields,
                  layout=layout, views=[a_view("all", "name", *FIELDS)]),
        permissions=[a_permission_set("work", ticket=FULL, fields=opened, system=["bulk"])],
        roles=[{"name": "rep", "label": "Rep", "permissions": ["work"]}],
    )  # fmt: skip


class Desk(Served):
    def __init__(self, database: str, folder: Path) -> None:
        self.open(database, folder, package())
        self.ada = self.person("ada", "rep")
        self.serve()
        self.call, self.page = self.api(self.ada), self.browser(self.ada)

    def ticket(self, state: str) -> str:
        return self.make("ticket", name="One", state=state, owner=self.ada.id)

    def written(self, id_: str) -> set[str]:
        with self.workspace.read(SYSTEM) as unit:
            values = reading.stored(unit, "ticket", id_)
        return {name for name in FIELDS if values[name] == "mine"}


def patch(desk: Desk, id_: str, name: str) -> None:
    desk.call("PATCH", f"{TICKETS}/{id_}", json={name: "mine"})


def bulk(desk: Desk, id_: str, name: str) -> None:
    body = {"operation": "update", "records": [{"id": id_, name: "mine"}], "atomic": False}
    desk.call("POST", "/objects/ticket/bulk", json=body)


def cell(desk: Desk, id_: str, name: str) -> None:
    desk.page.post(f"/o/ticket/{id_}/cell/{name}", {name: "mine"})


def fact(desk: Desk, id_: str, name: str) -> None:
    desk.page.post(f"/o/ticket/{id_}/fact/{name}", {name: "mine"})


def many(desk: Desk, id_: str, name: str) -> None:
    sent = {"action": "edit", "id": id_, "bulk_field": name, name: "mine", "bulk_save": "1"}
    desk.page.post("/o/ticket/bulk", sent)


def form(desk: Desk, id_: str, name: str) -> None:
    desk.page.post(f"/o/ticket/{id_}/edit", {"name": "One", name: "mine"})


DOORS: dict[str, Callable[[Desk, str, str], None]] = {
    each.__name__: each for each in (patch, bulk, cell, fact, many, form)
}


@pytest.fixture
def desk(database: str, tmp_path: Path) -> Iterator[Desk]:
    built = Desk(database, tmp_path)
    yield built
    built.close()


@pytest.mark.parametrize("state", ["open", "closed"])
@pytest.mark.parametrize("door", DOORS)
def test_a_door_takes_what_may_be_written_and_nothing_else(
    desk: Desk, door: str, state: str
) -> None:
    id_ = desk.ticket(state)
    for name in FIELDS:
        DOORS[door](desk, id_, name)
    assert desk.written(id_) == {name for name in FIELDS if may_write(name, state, door)}


def test_a_new_record_takes_no_more(desk: Desk) -> None:
    for name in FIELDS:
        sent = {"name": name, name: "mine"}
        answer = desk.call("POST", TICKETS, json=sent)
        assert (answer.status_code == 201) == may_write(name, "open", "post"), name
        page = desk.page.post("/o/ticket/new", sent)
        made = page.location.rsplit("/", 1)[1].partition("?")[0]
        assert bool(desk.written(made)) == may_write(name, "open", "form"), name
