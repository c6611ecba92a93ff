"""Lists are prepared once and kept; what they say of today and of now is new each time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from tests.builders import a_field, a_lookup, a_package, a_permission_set, an_object
from tests.runtime.shop import Shop
from typecase.runtime import reading, saving
from typecase.runtime.actors import SYSTEM
from typecase.runtime.queries import Measure, Query, parse_sort
from typecase.runtime.storage import listing
from typecase.runtime.storage.unit_of_work import Unit

LATE = {"of": "tasks", "function": "count", "filter": "due < today()", "keep": "query"}


def test_a_count_of_what_is_late_today_is_another_one_tomorrow(
    database: str, tmp_path: Path
) -> None:
    reads = {name: ["read", "view_all"] for name in ("project", "task")}
    package = a_package(
        an_object("project", a_field("late", "rollup", returns="integer", **LATE)),
        an_object("task", a_lookup("project", "project", "tasks"), a_field("due", "date")),
        permissions=[a_permission_set("work", **reads)],
        roles=[{"name": "rep", "label": "Rep", "permissions": ["work"]}],
    )
    shop = Shop.__new__(Shop)
    shop.open(database, tmp_path, package)
    ada = shop.person("ada", "rep")
    with shop.workspace.write(SYSTEM) as unit:
        project = saving.create(unit, "project", {"name": "Bridge"})
        due = shop.clock.now().date().isoformat()
        saving.create(unit, "task", {"name": "Plan", "project": project, "due": due})

    def late() -> int:
        page = shop.workspace.look(
            ada, lambda unit: reading.find(unit, Query("project", ("late",)))
        )
        return int(page.rows[0]["late"])

    assert late() == 0
    shop.clock.advance(timedelta(days=1))
    assert late() == 1
    shop.close()


OVERDUE = {"of": "tasks", "function": "count", "filter": "ends_at < now()", "keep": "query"}


@pytest.fixture
def yard(database: str, tmp_path: Path) -> Iterator[Shop]:
    """A project with tasks that end one hour after the other."""
    reads = {name: ["read", "view_all"] for name in ("project", "task")}
    over = {"expression": "ends_at < now()", "returns": "boolean"}
    left = {"expression": "hours(ends_at - now())", "returns": "decimal", "scale": 2}
    package = a_package(
        an_object("project", a_field("overdue", "rollup", returns="integer", **OVERDUE)),
        an_object(
            "task",
            a_lookup("project", "project", "tasks"),
            a_field("ends_at", "datetime"),
            a_field("over", "formula", **over),
            a_field("left", "formula", **left),
        ),
        permissions=[a_permission_set("work", **reads)],
        roles=[{"name": "rep", "label": "Rep", "permissions": ["work"]}],
    )
    shop = Shop.__new__(Shop)
    shop.open(database, tmp_path, package)
    shop.ada = shop.person("ada", "rep")
    with shop.workspace.write(SYSTEM) as unit:
        project = saving.create(unit, "project", {"name": "Bridge"})
        for hour in range(4):
            ends_at = (shop.clock.now() + timedelta(hours=hour, minutes=30)).isoformat()
            task = {"name": f"Task {hour}", "project": project, "ends_at": ends_at}
            saving.create(unit, "task", task)
    yield shop
    shop.close()


def test_what_a_kept_list_says_of_now_is_said_of_each_reading(
    yard: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second reading makes no statement, and finds what has come to its end since."""
    made: list[object] = []
    prepare, prepare_groups = listing._prepare, listing._prepare_groups
    monkeypatch.setattr(listing, "_prepare", lambda *a: made.append(a) or prepare(*a))
    monkeypatch.setattr(listing, "_prepare_groups", lambda *a: made.append(a) or prepare_groups(*a))
    order = parse_sort("left")

    def seen(unit: Unit) -> dict[str, object]:
        late = Query("task", ("name", "left"), ("ends_at < now()",), order, 1, count="exact")
        first = reading.find(unit, late)
        rest = (
            [] if first.next is None else reading.find(unit, replace(late, cursor=first.next)).rows
        )
        soon = Query("task", filters=("ends_at >= now()", "ends_at < add_hours(now(), 1)"))
        by_over = Query("task", group=("over",), measures=(Measure("count"),))
        return {
            "late": [row["name"] for row in (*first.rows, *rest)],
            "count": first.count,
            "left": [float(row["left"]) for row in first.rows],
            "soon": len(reading.find(unit, soon).rows),
            "over": {bool(g["over"]): g["count"] for g in reading.groups(unit, by_over)},
            "overdue": reading.find(unit, Query("project", ("overdue",))).rows[0]["overdue"],
        }

    look = partial(yard.workspace.look, yard.ada, seen)
    assert look() == {
        "late": [], "count": 0, "left": [], "soon": 1, "over": {False: 4}, "overdue": 0,
    }  # fmt: skip
    yard.clock.advance(timedelta(hours=2))
    again = len(made)
    assert look() == {
        "late": ["Task 0", "Task 1"], "count": 2, "left": [-1.5], "soon": 1,
        "over": {False: 2, True: 2}, "overdue": 2,
    }  # fmt: skip
    assert len(made) == again


def test_what_only_python_computes_of_now_is_prepared_for_each_reading(yard: Shop) -> None:
    query = Query("task", filters=("power(hour(now()), 1) < 13",))

    def count() -> int:
        return len(yard.workspace.look(yard.ada, lambda unit: reading.find(unit, query)).rows)

    assert count() == 4
    yard.clock.advance(timedelta(hours=2))
    assert count() == 0
