"""Steps after a save take the record's values from the save, as long as nobody saved it again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.builders import a_field, a_package, a_permission_set, an_object
from tests.runtime.everything import RECORDS, STORED, Everything, name_of
from tests.runtime.shop import FULL, Shop
from tests.statements import heard
from typecase.bootstrap import runner_of
from typecase.runtime import comments, saving
from typecase.runtime.actors import SYSTEM
from typecase.runtime.changes import Change
from typecase.runtime.facts import Facts, surroundings
from typecase.runtime.storage.tables import ObjectTable
from typecase.runtime.storage.unit_of_work import Unit
from typecase.workflow import schedules
from typecase.workflow.storage import values

CHAIN = [
    {"name": "first", "on": "update", "when": "changed(size)",
     "do": [{"log": "record.name & ' before'"}, {"set": {"name": "'Changed'"}}]},
    {"name": "second", "on": "update", "when": "changed(size)",
     "do": [{"log": "record.name & ' after'"}]},
    {"name": "third", "on": "update", "when": "changed(size)",
     "do": [{"log": "record.owner.name"}]},
    {"name": "timed", "on": "schedule", "cron": "0 8 1 1 *", "for": "true",
     "do": [{"log": "record.name & ' at first'"}, {"set": {"name": "'Timed'"}},
            {"log": "record.name & ' at last'"}]},
    {"name": "quick", "on": "schedule", "cron": "0 8 1 1 *", "for": "true", "when": "size == 2",
     "do": [{"log": "record.name & text(record.size)"}, {"log": "record.name & ' again'"}]},
]  # fmt: skip


def test_a_value_of_any_type_is_the_one_a_statement_reads(database: str, tmp_path: Path) -> None:
    things, seen = Everything(database, tmp_path), set[str]()

    def compare(unit: Unit, of: ObjectTable, changes: list[Change]) -> None:
        for change in changes:
            held = Facts(unit, of, changes).held(change)
            paths = {(name,) for name in held}
            read = values.values_of(unit, of.object.name, paths, change.id, surroundings(unit))
            assert {(name,): value for name, value in held.items()} == read
            assert {(name,): type(value) for name, value in held.items()} == {
                path: type(value) for path, value in read.items()
            }
            seen.update(held)

    def save(unit: Unit, number: int, raw: dict[str, Any]) -> None:
        unit = replace(unit, hooks=replace(unit.hooks, after=(compare,)))
        saving.update(unit, "thing", things.ids[number], {**raw, "name": "Again"})
        saving.create(unit, "thing", {"name": "New", **raw})

    try:
        for number in range(RECORDS):
            raw = things._raw(number)
            things.workspace.run(SYSTEM, lambda unit, n=number, r=raw: save(unit, n, r))
    finally:
        things.close()
    assert {"name", "owner"} <= seen
    assert len(seen & {name_of(sample) for sample in STORED}) > 20


class Chained(Shop):
    def __init__(self, database: str, folder: Path) -> None:
        box = an_object("box", a_field("size", "integer"), tracks=["comments"],
                        process={"automations": CHAIN})  # fmt: skip
        sales = a_permission_set("sales", box=FULL)
        design = a_permission_set("design", system=["designer"])
        rep = {"name": "rep", "label": "Rep", "permissions": ["sales"]}
        self.open(database, folder, a_package(box, permissions=[sales, design], roles=[rep]))
        self.ada = self.person("ada", "rep")

    def start(self, name: str) -> None:
        admin = self.person("admin", None, "design")
        self.workspace.run(admin, lambda unit: schedules.start(unit, f"box.{name}"))
        runner_of(self.workspace, plans=False).work_off()

    def said(self, box: str) -> set[str]:
        with self.workspace.read(SYSTEM) as unit:
            return {each.body for each in comments.of_record(unit, "box", box)}


@pytest.fixture
def chained(database: str, tmp_path: Path) -> Iterator[Chained]:
    built = Chained(database, tmp_path)
    yield built
    built.close()


def test_what_steps_changed_is_read_again(chained: Chained) -> None:
    ada = chained.ada
    box = chained.workspace.run(ada, lambda unit: saving.create(unit, "box", {"name": "Box"}))
    chained.workspace.run(ada, lambda unit: saving.update(unit, "box", box, {"size": 1}))
    assert chained.said(box) == {"Box before", "Changed after", ada.name}


def test_a_timer_reads_again_what_its_own_steps_changed(chained: Chained) -> None:
    box = chained.workspace.run(SYSTEM, lambda unit: saving.create(unit, "box", {"name": "Box"}))
    chained.start("timed")
    assert chained.said(box) == {"Box at first", "Timed at last"}


def test_a_timer_reads_its_record_once(chained: Chained) -> None:
    raw = {"name": "Box", "size": 2}
    box = chained.workspace.run(SYSTEM, lambda unit: saving.create(unit, "box", raw))
    with heard() as told:
        chained.start("quick")
    assert chained.said(box) == {"Box2", "Box again"}
    found, read = (each for each in told if "FROM o_box" in each or ".o_box" in each)
    assert found != read, "one statement finds the records, one reads this one"
