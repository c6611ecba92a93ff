"""A search among the few records somebody sees of several objects says what one of all would."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders import a_field, a_package, a_permission_set, an_object
from tests.runtime.shop import FULL, Shop
from typecase.runtime import reading, saving, search
from typecase.runtime.actors import SYSTEM
from typecase.runtime.queries import Query
from typecase.runtime.storage import narrow, search_finding

OBJECTS = ("order", "quote", "ticket")
OWN = {  # the reader's, of some 240 saves from the first to the last
    "order": range(3, 240, 31),  # all along
    "quote": (2, 9, 17, 30),  # long ago
    "ticket": (211, 214, 222, 226, 231, 237),  # of late
}


class Desk(Shop):
    def __init__(self, database: str, folder: Path) -> None:
        objects = [an_object(n, a_field("name", required=True, search=True)) for n in OBJECTS]
        package = a_package(
            *objects,
            permissions=[a_permission_set("sales", **dict.fromkeys(OBJECTS, FULL))],
            roles=[{"name": "rep", "label": "Rep", "permissions": ["sales"]}],
        )
        self.open(database, folder, package)
        self.ada, self.bob = self.person("ada", "rep"), self.person("bob", "rep")
        self.saved: list[tuple[str, str, str]] = []
        """Object, id and name in the order of their last saves."""

    def fill(self) -> None:
        dice = random.Random(11)
        with self.workspace.write(SYSTEM) as unit:
            for number in range(240):
                mine = [name for name, places in OWN.items() if number in places]
                name = mine[0] if mine else dice.choice(OBJECTS)
                word = "Acme" if mine or dice.random() < 0.7 else "Birch"
                raw = {"name": f"{word} {number}", "owner": (self.ada if mine else self.bob).id}
                self.saved.append((name, saving.create(unit, name, raw), raw["name"]))
            for place in (9, 2):  # what is saved again comes first
                name, id_, title = self.saved.pop(place)
                saving.update(unit, name, id_, {"name": f"{title} again"})
                self.saved.append((name, id_, f"{title} again"))

    def expected(self, word: str) -> list[str]:
        """Everything that holds the word, cut to what ada is shown in lists, the latest first."""
        with self.workspace.read(self.ada) as unit:
            listed = [reading.find(unit, Query(name, limit=200)).rows for name in OBJECTS]
        seen = {row.id for rows in listed for row in rows}
        return [t for _, id_, t in reversed(self.saved) if id_ in seen and word in t.split()]


@pytest.fixture
def desk(database: str, tmp_path: Path) -> Iterator[Desk]:
    built = Desk(database, tmp_path)
    built.fill()
    yield built
    built.close()


@pytest.mark.parametrize("looks", [(0, 1), (1, 2), (1, 4), (3, 30)])
@pytest.mark.parametrize(("handful", "window"), [(200, 300), (0, 300), (0, 10)])
def test_few_of_three_objects_come_in_the_order_of_all(
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
    looks: tuple[int, int],
    handful: int,
    window: int,
) -> None:
    """Whatever the limit: one object is exhausted while another has more to come."""
    expected = desk.expected("Acme")
    assert len(expected) == sum(map(len, OWN.values()))
    monkeypatch.setattr(narrow, "_is_sparse", lambda *told: True)
    monkeypatch.setattr(narrow, "HANDFUL", handful)
    monkeypatch.setattr(search_finding, "WINDOW", window)
    monkeypatch.setattr(search, "FIRST_LOOK", looks[0])
    monkeypatch.setattr(search, "SECOND_LOOK", looks[1])
    with desk.workspace.read(desk.ada) as unit:
        for limit in range(1, len(expected) + 4):
            found = search.search(unit, "acme", limit)
            assert [hit.title for hit in found.results] == expected[:limit], limit
            assert found.more or limit >= len(expected)
            if handful and limit > len(expected):
                assert (found.more, found.capped) == (False, False)


@pytest.mark.parametrize("looks", [(1, 30), (1, 3), (4, 8)])
def test_objects_that_are_searched_as_a_whole_are_merged_with_those_that_are_not(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, looks: tuple[int, int]
) -> None:
    """Few orders, while quotes and tickets are asked for with everybody else's."""
    expected = desk.expected("Acme")
    monkeypatch.setattr(
        narrow, "_is_sparse", lambda unit, selection, day: selection.root.of.object.name == "order"
    )
    monkeypatch.setattr(search, "FIRST_LOOK", looks[0])
    monkeypatch.setattr(search, "SECOND_LOOK", looks[1])
    with desk.workspace.read(desk.ada) as unit:
        for limit in range(1, len(expected) + 4):
            found = search.search(unit, "acme", limit)
            assert [hit.title for hit in found.results] == expected[:limit], limit
