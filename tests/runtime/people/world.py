"""A small workspace with people in it, for tests of identity and of what lies beside records.

The catalog is made by hand, so these tests need no package, only the two databases.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from typecase.clock import FrozenClock
from typecase.metadata.catalog import Catalog
from typecase.metadata.definitions import Access, Field, Object
from typecase.metadata.rights import OBJECT_RIGHTS, SYSTEM_RIGHTS, PermissionSet, Role
from typecase.runtime import passwords, users
from typecase.runtime.actors import SYSTEM, Actor
from typecase.runtime.settings import WorkspaceSettings
from typecase.runtime.storage.database import Database
from typecase.runtime.storage.migrations import migrate
from typecase.runtime.storage.people import actor_of
from typecase.runtime.storage.tables import StorageModel
from typecase.runtime.workspaces import Workspace

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
GOOD = "correct horse battery"
"""Everybody's password here."""

EVERY = frozenset(OBJECT_RIGHTS)
WORKING = frozenset(("read", "create", "edit"))
TRACKS = frozenset(("history", "activities", "files", "comments", "tags"))


def a_set(name: str, system: Any = (), fields: Mapping[str, Any] | None = None, **objects: Any):
    granted = {each: frozenset(rights) for each, rights in objects.items()}
    return PermissionSet(f"w:{name}", name, name, granted, fields or {}, frozenset(system))


def text(obj: str, name: str, **more: Any) -> Field:
    return Field(f"w:{obj}.{name}", name, "text", name.capitalize(), **more)


def an_object(name: str, *fields: Field, **more: Any) -> Object:
    more.setdefault("tracks", TRACKS)
    told = (text(name, "name"), *fields)
    return Object(f"w:{name}", name, name.capitalize(), f"{name}s", "w", "name", told, **more)


DEAL = an_object("deal", text("deal", "margin", sensitive=True))
BOOK = an_object("book", owner="none", access=Access(default="read"))
PLAIN = an_object("plain", owner="none", tracks=frozenset())

CATALOG = Catalog(
    version=0,
    objects={each.name: each for each in (DEAL, BOOK, PLAIN)},
    roles={
        "manager": Role("w:manager", "manager", "Manager", None, ("sales",)),
        "rep": Role("w:rep", "rep", "Rep", "manager", ("sales",)),
        "chief": Role("w:chief", "chief", "Chief", None, ("administration",)),
    },
    permission_sets={
        each.name: each
        for each in (
            a_set("sales", deal=WORKING, book=("read",), plain=WORKING),
            a_set("finance", ("export", "pay_out"), {"deal.margin": "edit"}, deal=("view_all",)),
            a_set("administration", SYSTEM_RIGHTS, **{"*": EVERY}),
            a_set("office", ("manage_users",)),
            a_set("rights_office", ("manage_users", "manage_rights")),
        )
    },
)


@dataclass
class World:
    """A workspace and its people: ``world.ids["ann"]``."""

    workspace: Workspace
    clock: FrozenClock
    ids: dict[str, str]

    def actor(self, login: str) -> Actor:
        with self.workspace.read(SYSTEM) as unit:
            return actor_of(unit, self.ids[login])

    def add(self, login: str, password: passwords.Hashed | None = None, **values: Any) -> str:
        values = {"login": login, "name": login.capitalize(), **values}
        self.ids[login] = self.workspace.run(
            SYSTEM, lambda unit: users.create(unit, values, password, must_change=False)
        )
        return self.ids[login]

    def count(self, statement: Any) -> Any:
        with self.workspace.read(SYSTEM) as unit:
            return unit.execute(statement).scalar_one()


@contextmanager
def open_world(address: str, files: Path, schema: str | None = None) -> Iterator[World]:
    """An empty workspace with its own tables and those of the objects above."""
    clock = FrozenClock(NOON)
    settings = WorkspaceSettings(files=files, secret=b"only for tests")
    workspace = Workspace(settings, Database(address, schema), clock)
    model = StorageModel(CATALOG)
    workspace._loaded = CATALOG, model
    with workspace.database.writing() as connection:
        migrate(connection, schema)
        for of in model:
            of.table.metadata.create_all(connection)
    try:
        yield World(workspace, clock, {})
    finally:
        workspace.database.close()
