"""Two workspaces in one process: neither sees, counts, finds or backs up anything of the other."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.builders import a_field, a_package, a_permission_set, a_view, an_object
from typecase.bootstrap import build_platform, initialise
from typecase.clock import FrozenClock
from typecase.config import Settings
from typecase.errors import NotFound
from typecase.runtime import backup, checking, installing, reading, recycle, saving, search
from typecase.runtime.actors import SYSTEM
from typecase.runtime.queries import Query
from typecase.runtime.workspaces import Workspace

from .shop import FULL, NOON


def package(*fields: Any) -> Any:
    return a_package(
        an_object(
            "deal",
            a_field("code", unique=True),
            *fields,
            views=[a_view("all", "name", sort="name")],
            indexes=[["code", "name"]],
        ),
        permissions=[a_permission_set("all", deal=FULL)],
    )


def opened(url: str, schema: str | None, folder: Path) -> Any:
    settings = Settings(
        folder=folder, database=url, schema=schema, files=folder / "files", secret="s" * 40
    )
    platform = build_platform(settings, FrozenClock(NOON))
    initialise(platform.main)
    return platform


@pytest.fixture(params=["file and schema", "two schemas"])
def two(
    request: pytest.FixtureRequest, sqlite_database: str, postgres_database: str, tmp_path: Path
) -> Iterator[tuple[Workspace, Workspace]]:
    first = (sqlite_database, None) if "file" in request.param else (postgres_database, "north")
    platforms = [
        opened(*first, tmp_path / "a"),
        opened(postgres_database, "south", tmp_path / "b"),
    ]
    installing.install(platforms[0].main, [package(a_field("size", "integer"))])
    installing.install(platforms[1].main, [package()])
    yield platforms[0].main, platforms[1].main
    for platform in platforms:
        platform.close()


def create(workspace: Workspace, **raw: Any) -> str:
    return workspace.run(SYSTEM, lambda unit: saving.create(unit, "deal", raw))


def names(workspace: Workspace) -> list[str]:
    query = Query("deal", ("name",))
    page = workspace.look(SYSTEM, lambda unit: reading.find(unit, query))
    return sorted(str(row["name"]) for row in page.rows)


def test_records_stay_where_they_are(two: tuple[Workspace, Workspace]) -> None:
    north, south = two
    here = create(north, name="Northern", code="A", size=3)
    create(south, name="Southern", code="A")
    assert (names(north), names(south)) == (["Northern"], ["Southern"])
    with pytest.raises(NotFound):
        south.look(SYSTEM, lambda unit: reading.get(unit, "deal", here))
    with pytest.raises(NotFound):
        south.run(SYSTEM, lambda unit: saving.update(unit, "deal", here, {"name": "Mine"}))
    with pytest.raises(NotFound):
        south.run(SYSTEM, lambda unit: recycle.delete(unit, "deal", here))
    found = [w.look(SYSTEM, lambda unit: search.search(unit, "ern", 20, None)) for w in two]
    assert [len(each.results) for each in found] in ([1, 1], [0, 0])
    titles = [w.look(SYSTEM, lambda u: search.search(u, "southern", 20, None)) for w in two]
    assert [len(each.results) for each in titles] == [0, 1]


def test_definitions_stay_where_they_are(two: tuple[Workspace, Workspace]) -> None:
    north, south = two
    assert "size" in north.catalog.object("deal").by_name
    assert "size" not in south.catalog.object("deal").by_name
    installing.install(south, [package(a_field("color"))])
    assert "color" not in north.catalog.object("deal").by_name
    assert (north.catalog.version, south.catalog.version) == (1, 2)


def test_every_statement_names_its_schema(two: tuple[Workspace, Workspace]) -> None:
    """Nothing relies on a search path: there is none that would find it."""
    _, south = two
    seen: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        seen.append(statement)

    sa.event.listen(south.database.engine, "before_cursor_execute", note)
    id_ = create(south, name="Southern", code="A")
    south.run(SYSTEM, lambda unit: saving.update(unit, "deal", id_, {"name": "More"}))
    gone = south.run(SYSTEM, lambda unit: recycle.delete(unit, "deal", id_))
    south.run(SYSTEM, lambda unit: recycle.restore(unit, gone.id))
    south.look(SYSTEM, lambda unit: search.search(unit, "more", 20, None))
    names(south)
    installing.install(south, [package(a_field("color"))])
    assert [f for f in checking.check(south, []) if not f.is_harmless] == []
    sa.event.remove(south.database.engine, "before_cursor_execute", note)
    bare = [s for s in seen if " tc_" in s.replace('"', "") and "south" not in s]
    assert bare == []


def test_tables_views_and_indexes_lie_in_their_schema_alone(
    two: tuple[Workspace, Workspace],
) -> None:
    _, south = two
    with south.database.engine.connect() as connection:
        found = connection.execute(
            sa.text(
                "select nspname, relname, relkind from pg_class c"
                " join pg_namespace n on n.oid = c.relnamespace"
                " where nspname = 'public' or nspname = 'south'"
            )
        ).all()
    in_public = [row.relname for row in found if row.nspname == "public"]
    kinds = {row.relkind for row in found if row.nspname == "south"}
    assert in_public == []
    assert {"r", "v", "i"} <= {k.decode() if isinstance(k, bytes) else k for k in kinds}


def test_a_view_shows_its_own_workspace(two: tuple[Workspace, Workspace]) -> None:
    north, south = two
    create(north, name="Northern", code="A")
    create(south, name="Southern", code="A")
    with south.database.engine.connect() as connection:
        told = connection.execute(sa.text('select name from "south"."v_deal"')).scalars().all()
    assert told == ["Southern"]


def test_a_backup_holds_one_workspace(two: tuple[Workspace, Workspace], tmp_path: Path) -> None:
    north, south = two
    create(north, name="Northern", code="A")
    create(south, name="Southern", code="A")
    path = tmp_path / "south.zip"
    backup.back_up(south.database, tmp_path / "b" / "files", path, south.clock)
    held = path.read_bytes()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            held = b"".join(archive.read(name) for name in archive.namelist())
    assert b"Northern" not in held
