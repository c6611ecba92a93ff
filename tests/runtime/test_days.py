"""Lists are prepared once and kept; what they say of today is new every day."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from tests.builders import a_field, a_lookup, a_package, a_permission_set, an_object
from tests.runtime.shop import Shop
from typecase.runtime import reading, saving
from typecase.runtime.actors import SYSTEM
from typecase.runtime.queries import Query

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
