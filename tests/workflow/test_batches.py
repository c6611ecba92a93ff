"""Automations of many records saved at once: what they come to is what one after the other comes
to, and what is done together takes few statements."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.builders import a_field, a_lookup, a_package, a_permission_set, a_picklist, an_object
from tests.runtime.shop import FULL, Shop
from tests.statements import heard
from typecase.errors import Conflict, RecordInvalid
from typecase.runtime import saving
from typecase.runtime.actors import SYSTEM
from typecase.runtime.storage.unit_of_work import Unit
from typecase.workflow import automations
from typecase.workflow.bounds import bounds_of

BOX = [
    {"name": "together", "on": "update", "order": 1, "when": "changed(size)", "do": [
        {"name": "small", "check": "coalesce(record.size, 0) < 100", "message": "Too large."},
        {"create": "tag", "as": "made", "values": {
            "name": "record.name & ' ' & text(record.size)", "box": "record"}},
        {"if": "record.size > 5", "do": [{"log": "'Large: ' & record.name"}],
         "else": [{"notify": [{"role": "boss"}, "record.owner"], "text": "A small one."}]},
        {"set": {"last": "made", "seen": "record.size"}},
    ]},
    {"name": "apart", "on": "update", "order": 2, "when": "changed(size)", "do": [
        {"update": "record.shelf", "values": {"filled": "record.shelf.filled + record.size"}},
        {"log": "'Shelf holds ' & text(record.shelf.filled)"}]},
    {"name": "touches_others", "on": "update", "order": 0, "when": "changed(size) and size == 7",
     "do": [{"create": "ripple", "values": {"name": "record.name", "shelf": "record.shelf"}},
            {"log": "'Now touched ' & text(record.touched)"}]},
    {"name": "again", "on": "update", "order": 4, "when": "changed(touched)", "do": [
        {"log": "'Touched ' & text(record.touched)"}]},
    {"name": "counted", "on": "update", "order": 5, "when": "changed(size)", "do": [
        {"log": "'Tags: ' & text(record.tag_count)"}]},
]  # fmt: skip
RIPPLE = [
    {"name": "reach", "on": "create", "do": [
        {"find": "box", "filter": "shelf == record.shelf", "sort": "name", "as": "boxes"},
        {"for_each": "boxes", "as": "box", "do": [
            {"update": "box", "values": {"touched": "box.touched + 1"}}]}]},
]  # fmt: skip
TAG = [{"name": "told", "on": "create", "do": [
    {"if": "starts_with(record.name, 'Bad')",
     "do": [{"check": "false", "message": "A bad name."}]},
    {"notify": "record.owner", "text": "A tag was made."}]}]  # fmt: skip


class Store(Shop):
    def __init__(self, database: str, folder: Path) -> None:
        names = ("shelf", "box", "tag", "ripple")
        objects = (
            an_object("shelf", a_field("filled", "integer", default=0)),
            an_object(
                "box", a_lookup("shelf", "shelf", "boxes"), a_lookup("last", "tag", "last_of"),
                a_field("size", "integer"), a_field("seen", "integer"),
                a_field("touched", "integer", default=0), a_picklist("kind", "one", "two"),
                a_field("tag_count", "rollup", of="tags", function="count"),
                tracks=["history", "comments"], process={"automations": BOX}),
            an_object("tag", a_lookup("box", "box", "tags"), process={"automations": TAG}),
            an_object("ripple", a_lookup("shelf", "shelf", "ripples"),
                      process={"automations": RIPPLE}),
        )  # fmt: skip
        sales = a_permission_set("sales", **dict.fromkeys(names, FULL))
        roles = [
            {"name": "boss", "label": "Boss", "permissions": ["sales"]},
            {"name": "rep", "label": "Rep", "above": "boss", "permissions": ["sales"]},
        ]
        self.open(database, folder, a_package(*objects, permissions=[sales], roles=roles))
        self.ada, self.boss = self.person("ada", "rep"), self.person("bob", "boss")

    def filled(self, names: list[str]) -> list[str]:
        """Boxes on a shelf of their own."""

        def make(unit: Unit) -> list[str]:
            shelf = saving.create(unit, "shelf", {"name": "S"})
            return saving.create_many(unit, "box", [{"name": n, "shelf": shelf} for n in names])

        return self.workspace.run(self.ada, make)

    def grow(self, ids: list[str], sizes: list[int]) -> int:
        """Saves all at once; returns how many statements it took."""
        wanted = [(id_, {"size": size}, None) for id_, size in zip(ids, sizes, strict=True)]
        with heard() as told:
            self.workspace.run(self.ada, lambda unit: saving.update_many(unit, "box", wanted))
        return len(told)

    def seen(self) -> dict[str, list[Any]]:
        """All that a reader could tell, without ids and moments."""
        asked = {
            "boxes": "SELECT b.name, b.size, b.seen, b.touched, b.tag_count, b.version, t.name,"
                     " s.filled, s.version FROM o_box b JOIN o_shelf s ON s.id = b.shelf"
                     " LEFT JOIN o_tag t ON t.id = b.last ORDER BY b.name",
            "tags": "SELECT t.name, b.name, t.version FROM o_tag t JOIN o_box b ON b.id = t.box"
                    " ORDER BY t.name",
            "comments": "SELECT b.name, c.body FROM tc_comment c JOIN o_box b ON b.id = c.record"
                        " ORDER BY b.name, c.id",
            "notices": "SELECT u.name, n.text, n.object, count(*) FROM tc_notice n"
                       " JOIN tc_user u ON u.id = n.\"user\" GROUP BY u.name, n.text, n.object"
                       " ORDER BY u.name, n.text, n.object",
            "runs": "SELECT r.automation, r.outcome, b.name, r.error, count(*)"
                    " FROM tc_automation_run r LEFT JOIN o_box b ON b.id = r.record"
                    " GROUP BY r.automation, r.outcome, b.name, r.error"
                    " ORDER BY r.automation, r.outcome, b.name, r.error",
        }  # fmt: skip
        with self.workspace.read(SYSTEM) as unit:
            return {
                name: [tuple(row) for row in unit.execute(sa.text(text))]
                for name, text in asked.items()
            }


@pytest.fixture
def store(database: str, tmp_path: Path) -> Iterator[Store]:
    built = Store(database, tmp_path)
    yield built
    built.close()


def apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(automations, "_together", lambda *_: [])


SIZES = {
    "nothing between them": [1, 9, 3, 12],
    "one reaches the others": [1, 7, 3, 12],
    "all reach all": [7, 7, 7, 7],
}


@pytest.mark.parametrize("sizes", SIZES.values(), ids=SIZES)
def test_together_comes_to_the_same_as_one_after_the_other(
    database: str,
    other_database: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    sizes: list[int],
) -> None:
    found = []
    for number, address in enumerate((database, other_database)):
        if number:
            apart(monkeypatch)
        store = Store(address, tmp_path / str(number))
        try:
            store.grow(store.filled(["A", "B", "C", "D"]), sizes)
            found.append(store.seen())
        finally:
            store.close()
    assert found[0] == found[1]
    assert found[0]["tags"] and found[0]["notices"]
    assert ("A", "Tags: 1") in found[0]["comments"], "a rollup is read again after a child came"


def test_a_fault_of_one_is_told_as_it_would_be_alone_and_saves_nothing(store: Store) -> None:
    ids, said = store.filled(["A", "B", "C"]), []
    before = store.seen()
    for chosen, sizes in ((ids, [1, 100, 3]), (ids[1:2], [100])):
        with pytest.raises(RecordInvalid) as refused:
            store.grow(chosen, sizes)
        said.append([each.text() for each in refused.value.problems])
    assert said[0] == said[1] == ["Too large."]
    after = store.seen()
    failed = [("box.together", "failed", "B", "Too large.", 2)]
    assert after == {**before, "runs": failed}, "written down once for each try, nothing else"


def test_a_fault_further_down_names_the_record_it_happened_for(store: Store) -> None:
    ids = store.filled(["A", "Bad", "C"])
    before = store.seen()
    with pytest.raises(RecordInvalid) as refused:
        store.grow(ids, [1, 2, 3])
    assert "A bad name." in refused.value.problems[0].text()
    after = store.seen()
    assert {each[:3] for each in after.pop("runs")} == {
        ("box.together", "failed", "Bad"), ("tag.told", "failed", None)
    }  # fmt: skip
    del before["runs"]
    assert after == before


def test_what_was_tried_and_undone_does_not_count(store: Store) -> None:
    ids = store.filled(["A", "B"])

    def save(unit: Unit) -> tuple[int, int]:
        saving.update_many(unit, "box", [(id_, {"size": 7}, None) for id_ in ids])
        return bounds_of(unit).steps, bounds_of(unit).rows

    counted = store.workspace.run(store.ada, save)
    with pytest.MonkeyPatch.context() as patched:
        apart(patched)
        for id_ in ids:
            store.workspace.run(
                store.ada, lambda unit, i=id_: saving.update(unit, "box", i, {"size": None})
            )
        assert store.workspace.run(store.ada, save) == counted


class Knots(Shop):
    def __init__(self, database: str, folder: Path, knot: Any) -> None:
        self.open(database, folder, a_package(knot))


def test_loops_of_many_stop_as_those_of_one_do(database: str, tmp_path: Path) -> None:
    loop = {"name": "loop", "on": ["create", "update"], "do": [
        {"create": "knot", "values": {"name": "record.name"}}]}  # fmt: skip
    knot = an_object("knot", process={"automations": [loop]})
    shop = Knots(database, tmp_path, knot)
    try:
        with pytest.raises(Conflict, match=r"knot\.loop → knot\.loop"):
            shop.workspace.run(
                SYSTEM, lambda u: saving.create_many(u, "knot", [{"name": "A"}, {"name": "B"}])
            )
    finally:
        shop.close()


def test_what_is_done_together_takes_as_many_statements_for_many_as_for_few(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(automations, "_of_change", _only(automations._of_change, "together"))
    few = store.grow(store.filled(["A", "B"]), [1, 9])
    many = store.grow(store.filled([f"N{n}" for n in range(22)]), [1, 9] * 11)
    assert many - few <= 20 * 2, "each record is written twice: by the save, and by the step"


def _only(of_change: Any, *names: str) -> Any:
    return lambda *about: (each for each in of_change(*about) if each.name in names)
