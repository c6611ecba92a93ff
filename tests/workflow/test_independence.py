"""Which steps are done for several records together: those where no record can tell. Whatever the
definitions say, what comes of it is what one after the other comes to."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.builders import a_field, a_lookup, a_package, an_object
from tests.runtime.shop import Shop
from typecase.errors import TypecaseError
from typecase.runtime import saving
from typecase.runtime.actors import SYSTEM
from typecase.runtime.storage.unit_of_work import Unit
from typecase.workflow import automations

MAKE = {"create": "part", "values": {"name": "record.name", "shelf": "record.shelf"}}
COUNTED = a_field("counted", "formula", expression="shelf.part_count", returns="integer")


@dataclass(frozen=True)
class Case:
    """What there is beside a box that makes a part on its shelf."""

    together: bool
    fields: tuple[dict[str, Any], ...] = ()
    automations: tuple[dict[str, Any], ...] = ()
    part: dict[str, Any] = field(default_factory=dict)
    sla: tuple[dict[str, Any], ...] = ()
    shelf: dict[str, Any] = field(default_factory=dict)
    steps: tuple[dict[str, Any], ...] = (MAKE,)
    boxes: tuple[dict[str, Any], ...] = ()
    names: tuple[str, ...] = ("A", "B", "C")


def on_create(do: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {"name": "follow", "on": "create", "do": do, **more}


def refused(when: str) -> dict[str, Any]:
    return {"validations": [{"name": "full", "when": when, "message": "Full."}]}


PLACE = a_field("place", "integer")
NUMBER = a_field("number", "autonumber", pattern="P-{seq:3}")

CASES = {
    "nothing": Case(True),
    "a validation of its own": Case(True, part=refused("name == 'X'")),
    "a validation that refuses": Case(False, part=refused("name == 'B'")),
    "a validation that counts": Case(False, part=refused("shelf.part_count >= 2")),
    "a validation of a formula": Case(False, (COUNTED,), part=refused("counted >= 2")),
    "what is required by count": Case(
        False, (a_field("why", required="shelf.part_count >= 2"),)),
    "a default of its own": Case(True, (a_field("again", default="name & '!'"),)),
    "a default that counts": Case(
        False, (a_field("place", "integer", default="shelf.part_count + 1"),)),
    "a fill": Case(False, (a_lookup("previous", "part", "next", fill={
        "find": "part", "filter": "shelf == record.shelf", "sort": "-name", "value": "id"}),)),
    "a filter": Case(False, shelf={"filter": "part_count < 2"}),
    "a setter of its own": Case(True, (PLACE,), (
        on_create([{"set": {"place": "7"}}], moment="before", when="name != 'B'"),)),
    "a setter that counts": Case(False, (PLACE,), (
        on_create([{"set": {"place": "shelf.part_count"}}], moment="before"),)),
    "a setter when it counts": Case(False, (PLACE,), (
        on_create([{"set": {"place": "7"}}], moment="before", when="shelf.part_count > 1"),)),
    "a follower of its own": Case(True, (), (on_create([{"log": "'Made ' & record.name"}]),)),
    "a follower that counts": Case(False, (), (
        on_create([{"log": "'Number ' & text(record.shelf.part_count)"}]),)),
    "a follower when it counts": Case(False, (), (
        on_create([{"log": "'Made'"}], when="shelf.part_count > 1"),)),
    "a follower that writes": Case(False, (PLACE,), (on_create([
        {"update": "record.shelf", "values": {"seen": "record.shelf.seen * 2 + 1"}},
        {"set": {"place": "record.shelf.seen"}}]),)),
    "a clock that counts": Case(False, sla=(
        {"name": "all", "label": "All", "order": 1, "when": "shelf.part_count > 1", "targets": [
            {"name": "reply", "label": "Reply", "starts": "created", "stops": "name == 'X'",
             "within": "9h"}]},)),
    "numbers, drawn once": Case(True, (NUMBER,)),
    "numbers, drawn twice": Case(False, (NUMBER,), steps=(MAKE, MAKE)),
    "numbers, drawn on both sides": Case(False, (NUMBER,), steps=(
        {"if": "record.name == 'B'", "do": [MAKE], "else": [MAKE]},)),
    "what is unique": Case(False, (a_field("code", unique=True, default="name"),),
                           names=("A", "B", "A")),
    "a rule against doubles": Case(False, part={"duplicates": [
        {"name": "same", "match": [{"field": "name", "method": "normalised"}],
         "on_match": "refuse"}]}, names=("A", "B", "a")),
    "what its own save sets off": Case(
        False, steps=({"set": {"mark": "1"}}, MAKE), boxes=(
            {"name": "marked", "on": "update", "when": "changed(mark)", "do": [
                {"log": "'Marked at ' & text(record.shelf.part_count)"}]},)),
    "what its own save could set off": Case(
        True, steps=({"set": {"mark": "1"}}, MAKE), boxes=(
            {"name": "marked", "on": "update", "when": "changed(mark) and mark == 2", "do": [
                {"log": "'Marked at ' & text(record.shelf.part_count)"}]},)),
}  # fmt: skip


class Store(Shop):
    def __init__(self, database: str, folder: Path, case: Case) -> None:
        start = {"name": "start", "on": "create", "do": list(case.steps)}
        self.open(database, folder, a_package(
            an_object("shelf", a_field("seen", "integer", default="0"),
                      a_field("part_count", "rollup", of="parts", function="count")),
            an_object("box", a_lookup("shelf", "shelf", "boxes"), a_field("mark", "integer"),
                      tracks=["comments"], process={"automations": [start, *case.boxes]}),
            an_object("part", a_lookup("shelf", "shelf", "parts", **case.shelf), *case.fields,
                      tracks=["comments"], **case.part,
                      process={"automations": list(case.automations), "sla": list(case.sla)}),
        ))  # fmt: skip
        self.names = sorted({"name", "version"} | {each["name"] for each in case.fields} - {
            "counted", "previous"})  # fmt: skip

    def fill(self, names: tuple[str, ...]) -> str:
        """Boxes of one shelf, all at once; returns what was wrong with it."""

        def make(unit: Unit) -> None:
            shelf = saving.create(unit, "shelf", {"name": "S"})
            saving.create_many(unit, "box", [{"name": name, "shelf": shelf} for name in names])

        try:
            self.workspace.run(SYSTEM, make)
        except TypecaseError as error:
            return f"{error} {[each.text() for each in getattr(error, 'problems', ())]}"
        return ""

    def seen(self) -> list[list[tuple[Any, ...]]]:
        columns = ", ".join(f"p.{name}" for name in self.names)
        asked = [
            f"SELECT {columns} FROM o_part p ORDER BY {columns}",
            "SELECT seen, part_count FROM o_shelf",
            "SELECT body FROM tc_comment ORDER BY body",
            "SELECT p.name, c.target FROM tc_sla_clock c JOIN o_part p ON p.id = c.record"
            " ORDER BY p.name",
            "SELECT automation, outcome, count(*) FROM tc_automation_run"
            " GROUP BY automation, outcome ORDER BY automation, outcome",
        ]
        if "previous" in self.workspace.catalog.objects["part"].by_name:
            asked.append("SELECT p.name, q.name FROM o_part p LEFT JOIN o_part q"
                         " ON q.id = p.previous ORDER BY p.name")  # fmt: skip
        with self.workspace.read(SYSTEM) as unit:
            return [[tuple(row) for row in unit.execute(sa.text(text))] for text in asked]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_together_where_no_record_can_tell_and_the_same_in_any_case(
    database: str,
    other_database: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    case: Case,
) -> None:
    kept = list[str]()
    together = automations._together

    def noted(unit: Unit, automation: Any, *about: Any) -> list[dict[str, Any]]:
        rows = together(unit, automation, *about)
        kept.extend([automation.name] if rows else [])
        return rows

    found = []
    for number, address in enumerate((database, other_database)):
        monkeypatch.setattr(automations, "_together", (lambda *_: []) if number else noted)
        store = Store(address, tmp_path / str(number), case)
        try:
            said = store.fill(case.names)
            found.append((said, store.seen()))
        finally:
            store.close()
    assert found[0] == found[1]
    assert ("start" in kept) == case.together
