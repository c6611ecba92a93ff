"""Handing over: what goes along is counted before, and a leaver's records go batch by batch."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders import a_field, a_lookup, a_package, a_permission_set, an_object
from tests.runtime.shop import FULL
from tests.web.pages.site import Place
from typecase.errors import AccessDenied, NotFound, RecordInvalid
from typecase.runtime import audit, handing, history, reading, saving, users
from typecase.runtime.actors import SYSTEM, Actor
from typecase.runtime.queries import Query


class House(Place):
    """Houses carry rooms, rooms carry beds; keys belong to a house and stay where they are."""

    def __init__(self, database: str, folder: Path) -> None:
        package = a_package(
            an_object("house", a_field("name"), access={"carries": ["rooms"]}),
            an_object("room", a_field("name"), a_lookup("house", "house", "rooms"),
                      access={"carries": ["beds"]}),
            an_object("bed", a_field("name"), a_lookup("room", "room", "beds")),
            an_object("key", a_field("name"), a_lookup("house", "house", "keys")),
            permissions=[a_permission_set("sales", house=FULL, room=FULL, bed=FULL, key=FULL),
                         a_permission_set("all", house=FULL, room=FULL, bed=FULL, key=FULL,
                                          system=["manage_users", "manage_rights",
                                                  "view_audit"])],
            roles=[{"name": "boss", "label": "Boss", "permissions": ["sales"]},
                   {"name": "rep", "label": "Rep", "above": "boss", "permissions": ["sales"]},
                   {"name": "stranger", "label": "Stranger"}],
        )  # fmt: skip
        super().__init__(database, folder, package)
        self.house = self.add(self.ada, "house", name="Ours")
        self.room = self.add(self.ada, "room", name="Blue", house=self.house)
        self._let_a_room()
        for number in range(3):
            self.add(self.ada, "bed", name=str(number), room=self.room)
        self.key = self.add(self.ada, "key", name="Front", house=self.house)

    def _let_a_room(self) -> None:
        """Bob has a room in the house too, made by the system: he does not see the house."""
        with self.workspace.write(SYSTEM) as unit:
            values = {"name": "Red", "house": self.house, "owner": self.bob.id}
            self.red = saving.create(unit, "room", values)

    def add(self, who: Actor, object_: str, **values: str) -> str:
        with self.workspace.write(who) as unit:
            return saving.create(unit, object_, values)

    def owner(self, name: str, id_: str) -> str:
        with self.workspace.read(SYSTEM) as unit:
            owner: str = reading.stored(unit, name, id_)["owner"]
            return owner


@pytest.fixture
def house(database: str, tmp_path: Path) -> Iterator[House]:
    built = House(database, tmp_path)
    yield built
    built.close()


def test_what_goes_along_is_counted_and_then_goes(house: House) -> None:
    with house.workspace.read(house.ada) as unit:
        assert handing.along(unit, "house", [house.house]) == {"room": 1, "bed": 3}
        assert handing.along(unit, "key", [house.key]) == {}
    with house.workspace.read(house.bob) as unit, pytest.raises(NotFound):
        handing.along(unit, "house", [house.house])
    with house.workspace.write(house.ada) as unit:
        saving.update(unit, "house", house.house, {"owner": house.boss.id})
    assert house.owner("room", house.room) == house.boss.id
    assert house.owner("room", house.red) == house.bob.id
    assert house.owner("key", house.key) == house.ada.id


def test_a_leavers_records_go_batch_by_batch_to_the_end(house: House) -> None:
    ada, bob = house.ada.id, house.bob.id
    run = house.workspace.run
    with house.workspace.read(house.admin) as unit:
        before = handing.owned(unit, ada)
        bobs = sum(handing.owned(unit, bob).values())
    assert before == {"house": 1, "room": 1, "bed": 3, "key": 1}
    run(SYSTEM, lambda unit: users.disable(unit, ada))
    # Three beds, then the house, which takes its room along; the key is what is left.
    for _ in range(4):
        assert run(house.admin, lambda unit: handing.hand_over(unit, ada, bob, 1)) == 1
    with house.workspace.read(house.admin) as unit:
        assert handing.owned(unit, ada) == {"key": 1}
    assert run(house.admin, lambda unit: handing.hand_over(unit, ada, bob, 1)) == 1
    assert run(house.admin, lambda unit: handing.hand_over(unit, ada, bob, 1)) == 0
    with house.workspace.read(house.admin) as unit:
        assert handing.owned(unit, ada) == {}
        assert sum(handing.owned(unit, bob).values()) == bobs + 6
        entries = audit.entries(unit, "handed_over", limit=2)
        assert [(e.about, e.data["object"], e.data["count"]) for e in entries] == [
            (ada, "key", 1), (ada, "house", 1),
        ]  # fmt: skip
    with house.workspace.read(house.bob) as unit:
        told = history.entries(unit, unit.catalog.object("bed"), _a_bed(house), 1)[0]
    assert [(e.field, e.before, e.after) for e in told.edits] == [("owner", ada, bob)]
    assert told.actor == house.admin.id


def _a_bed(house: House) -> str:
    with house.workspace.read(SYSTEM) as unit:
        return reading.find(unit, Query("bed", ("id",), limit=1)).rows[0].id


def test_who_may_not_and_to_whom_not(house: House) -> None:
    ada, bob = house.ada.id, house.bob.id
    run = house.workspace.run
    for who in (house.ada, house.boss, house.stranger):
        with pytest.raises(AccessDenied):
            run(who, lambda unit: handing.hand_over(unit, ada, bob))
        with house.workspace.read(who) as unit, pytest.raises(AccessDenied):
            handing.owned(unit, ada)
    run(SYSTEM, lambda unit: users.disable(unit, bob))
    for to in (ada, bob, "nobody", house.room):
        with pytest.raises(RecordInvalid):
            run(house.admin, lambda unit, to=to: handing.hand_over(unit, ada, to))
    assert house.owner("house", house.house) == ada
