"""Lists walked reason by reason say the same as lists walked row by row, page for page."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.runtime.test_sharing import Office
from typecase.runtime import reading, saving, search, sharing
from typecase.runtime.actors import SYSTEM, Actor
from typecase.runtime.queries import Query, parse_sort
from typecase.runtime.sharing import To
from typecase.runtime.storage import narrow, search_finding

SORTS = ("-created_at", "name,-id", "kind,-keeper", "-keeper,name", "owner.name")


@pytest.fixture
def office(database: str, tmp_path: Path) -> Iterator[Office]:
    built = Office(database, tmp_path)
    fill(built)
    yield built
    built.close()


def fill(office: Office) -> None:
    dice = random.Random(7)
    owners = [office.ada.id, office.bob.id, office.sue.id, office.deb.id, None]
    raws: list[dict[str, Any]] = [
        {
            "name": dice.choice(["Adler", "Birke", "Birke", ""]),
            "kind": dice.choice(["customer", "prospect", None]),
            "keeper": dice.choice([office.bob.id, office.deb.id, None]),
            "owner": dice.choice(owners),
        }
        for _ in range(60)
    ]
    ids = office.workspace.run(SYSTEM, lambda u: saving.create_many(u, "account", raws))
    with office.workspace.write(SYSTEM) as unit:
        for id_ in ids[::7]:
            to = To("user", dice.choice([office.deb.id, office.boss.id]))
            over = unit.now + timedelta(days=1) if dice.random() < 0.5 else None
            sharing.share(unit, "account", id_, to, "read", over)


def walked(office: Office, who: Actor, query: Query) -> list[str]:
    """Every id, page by page."""
    found: list[str] = []
    cursor = None
    while True:
        page = office.workspace.look(
            who, lambda unit, at=cursor: reading.find(unit, replace(query, cursor=at))
        )
        found += [row.id for row in page.rows]
        if page.next is None:
            return found
        cursor = page.next


@pytest.mark.parametrize("sort", SORTS)
def test_both_ways_give_the_same_pages(
    office: Office, sort: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    filters = ("name != 'Adler'",)
    query = Query("account", ("name", "owner.name"), filters, parse_sort(sort), limit=7)
    people = (office.ada, office.bob, office.sue, office.deb, office.boss)
    broad = [walked(office, who, query) for who in people]
    office.workspace.forget()
    monkeypatch.setattr(narrow, "_is_sparse", lambda *told: True)
    assert [walked(office, who, query) for who in people] == broad
    assert all(broad) and len({tuple(each) for each in broad}) == len(people)


@pytest.mark.parametrize(("handful", "window"), [(200, 300), (0, 300), (0, 10)])
def test_who_sees_few_finds_the_same_among_their_own(
    office: Office, monkeypatch: pytest.MonkeyPatch, handful: int, window: int
) -> None:
    """One by one, by the words that are rarer than their records, or among the latest."""

    def found(who: Actor) -> list[object]:
        with office.workspace.read(who) as unit:
            told: list[object] = [search.search(unit, "birke"), search.search(unit, "adl", 3)]
            offered = search.lookup(unit, "account", "birke", 50, "kind == 'customer'")
            return [*told, offered, search.lookup(unit, "account", limit=50)]

    people = (office.ada, office.bob, office.sue, office.deb, office.boss)
    broad = [found(who) for who in people]
    office.workspace.forget()
    monkeypatch.setattr(narrow, "_is_sparse", lambda *told: True)
    monkeypatch.setattr(narrow, "HANDFUL", handful)
    monkeypatch.setattr(search_finding, "WINDOW", window)
    monkeypatch.setattr(search, "FIRST_LOOK", 0)
    narrowed = [found(who) for who in people]
    assert [each[2:] for each in narrowed] == [each[2:] for each in broad]
    for few, many in zip(narrowed, broad, strict=True):
        assert [each.results for each in few[:2]] == [each.results for each in many[:2]]


def test_many_people_who_own_much_are_not_gathered(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The boss is above two people, too many for a walk each, who own two fifths of 60."""
    monkeypatch.setattr(narrow, "_is_sparse", lambda *told: True)
    monkeypatch.setattr(narrow, "MOST_OWNERS", 1)
    monkeypatch.setattr(narrow, "_rows", lambda *told: 60)
    query = Query("account", ("name",), limit=50)
    found: list[bool] = []
    usual = narrow.walks

    def noted(*told: Any) -> Any:
        found.append((walks := usual(*told)) is not None)
        return walks

    monkeypatch.setattr(narrow, "walks", noted)
    pages = []
    for page in (1, 50):
        monkeypatch.setattr(narrow, "PAGE", page)
        office.workspace.forget()
        pages.append(walked(office, office.boss, query))
    assert found == [False, True] and pages[0] == pages[1]


def test_few_among_many_are_noticed(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fifth of all is Ada's, two fifths are her boss's people's."""
    monkeypatch.setattr(narrow, "SMALL", 10)
    monkeypatch.setattr(narrow, "SPARSE", 3)
    with office.workspace.write(SYSTEM) as unit:
        unit.connection.exec_driver_sql("ANALYZE")
    chosen: list[bool] = []
    usual = narrow._is_sparse

    def noted(*told: Any) -> bool:
        chosen.append(usual(*told))
        return chosen[-1]

    monkeypatch.setattr(narrow, "_is_sparse", noted)
    for who in (office.ada, office.boss):
        walked(office, who, Query("account", ("name",), limit=50))
    assert chosen == [True, False]
