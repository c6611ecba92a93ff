"""What a change of roles or permission sets is said to do, it does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.builders import a_field, a_package, a_permission_set, an_object
from tests.runtime.shop import FULL
from tests.web.pages.site import Place
from typecase.metadata.rights_edits import item, with_item
from typecase.runtime import customizing, installing, reach, reach_after, saving, users
from typecase.runtime.actors import SYSTEM
from typecase.runtime.installing import Proposal
from typecase.runtime.reach import actors

LABEL = {"cfo": "Finance", "boss": "Boss", "rep": "Rep", "stranger": "Stranger"}
SHARED = {"name": "of_sales", "label": "Of sales", "owner": {"role": "boss", "below": True},
          "with": [{"role": "cfo"}], "grant": "read"}  # fmt: skip


@pytest.fixture
def place(database: str, tmp_path: Path) -> Iterator[Place]:
    package = a_package(
        an_object("deal", a_field("name"), access={"sharing": [SHARED]}),
        an_object("visit", a_field("name")),
        permissions=[a_permission_set("sales", deal=FULL, visit=FULL),
                     a_permission_set("looking", deal=["read"]),
                     a_permission_set("all", deal=["read", "view_all"])],
        roles=[{"name": "cfo", "label": "Finance", "permissions": ["looking"]},
               {"name": "boss", "label": "Boss", "permissions": ["sales"]},
               {"name": "rep", "label": "Rep", "above": "boss", "permissions": ["sales"]},
               {"name": "stranger", "label": "Stranger"}],
    )  # fmt: skip
    built = Place(database, tmp_path, package)
    built.person("fay", "cfo")
    for who in (built.ada, built.bob, built.boss):
        with built.workspace.write(who) as unit:
            for name in ("deal", "visit"):
                saving.create(unit, name, {"name": f"{name} of {who.name}"})
    yield built
    built.close()


def proposed(place: Place, key: str, name: str, **said: Any) -> Proposal:
    """One role or permission set says something else."""
    kind = "roles" if key == "roles" else "permissions"
    with place.workspace.read(SYSTEM) as unit:
        found = customizing.definitions(unit)
        content = found.content(kind)
        wanted = {(kind, ""): with_item(content, key, {**(item(content, key, name) or {}), **said})}
        return customizing.propose(unit, unit.opening.catalog, found, wanted, "Test")


Counts = dict[tuple[str, str], tuple[int, int]]


def counted(place: Place) -> Counts:
    """(person, object) → how many records they read and edit."""
    with place.workspace.read(SYSTEM) as unit:
        people = users.find(unit, limit=50).users
        return {
            (actor.name, each.object): (each.read or 0, each.edit or 0)
            for actor in actors(unit, people)
            for each in reach.of_actor(unit, actor).objects
        }


Edit = Callable[[Place], Proposal]
EDITS: dict[str, Edit] = {
    "a right more": lambda p: proposed(
        p, "permission_sets", "sales", objects={"deal": [*FULL, "view_all"], "visit": FULL}
    ),
    "an object less": lambda p: proposed(p, "permission_sets", "sales", objects={"deal": FULL}),
    "a set more": lambda p: proposed(p, "roles", "stranger", permissions=["all"]),
    "a set less": lambda p: proposed(p, "roles", "rep", permissions=None),
    "hung elsewhere": lambda p: proposed(p, "roles", "rep", above="cfo"),
    "hung nowhere": lambda p: proposed(p, "roles", "rep", above=None),
    "hung below": lambda p: proposed(p, "roles", "stranger", above="rep", permissions=["sales"]),
    "turned round": lambda p: proposed(p, "roles", "boss", above="cfo"),
    "from outside": lambda p: proposed(p, "roles", "cfo", outside=True),
    "only another name": lambda p: proposed(p, "roles", "rep", label="Agent"),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_what_it_says_is_what_happens(place: Place, edit: Edit) -> None:
    before, proposal = counted(place), edit(place)
    with place.workspace.read(SYSTEM) as unit:
        told = reach_after.effect(unit, proposal.catalog)
    said = {
        (move.name, obj.name): (move.seen - move.unseen, move.editable - move.uneditable)
        for obj, comparison in told.objects
        for move in comparison.moves
    }
    installing.alone(place.workspace, lambda unit: customizing.publish(unit, proposal))
    place.refresh()
    after = counted(place)
    moved = {
        key: (after.get(key, (0, 0))[0] - was[0], after.get(key, (0, 0))[1] - was[1])
        for key in before.keys() | after.keys()
        for was in [before.get(key, (0, 0))]
    }
    assert said == {key: by for key, by in moved.items() if by != (0, 0)}


def test_some_edits_give_and_some_take(place: Place) -> None:
    """The comparison above compares something."""
    with place.workspace.read(SYSTEM) as unit:
        told = reach_after.effect(unit, EDITS["hung elsewhere"](place).catalog)
    moves = {(obj.name, m.name): (m.seen, m.unseen) for obj, c in told.objects for m in c.moves}
    assert moves[("deal", "Boss")] == (0, 2)
    assert told.asked == 6
    assert not told.others


def test_it_stops_asking(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach_after, "MOST_COUNTS", 1)
    proposal = EDITS["a right more"](place)
    with place.workspace.read(SYSTEM) as unit:
        told = reach_after.effect(unit, proposal.catalog)
    assert told.asked < 6
    assert sum(len(c.moves) for _, c in told.objects) <= 1
