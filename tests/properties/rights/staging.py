"""A world as people and records of a real database, and what happens in it afterwards."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tests.runtime.shop import Shop
from typecase.runtime import (
    branches,
    file_store,
    files,
    installing,
    saving,
    sessions,
    sharing,
)
from typecase.runtime.actors import SYSTEM
from typecase.runtime.sharing import To
from typecase.runtime.storage.access_tables import membership, queue
from typecase.runtime.storage.database import Credential
from typecase.runtime.storage.people import create_person, rebuild_visibility
from typecase.runtime.storage.system_tables import user, user_permission
from typecase.runtime.storage.unit_of_work import Unit
from typecase.runtime.workspaces import Workspace

from .packages import LINKS, package
from .worlds import OWNED, Organisation, Owner, Person, Row, Whom, World

SECRET = "geheim"


@dataclass
class Stage:
    """A world in the database: ids by their numbers in the world."""

    world: World
    batch: str
    workspace: Workspace
    people: list[str]
    doors: list[Credential]
    places: list[str]
    queues: dict[str, str]
    rows: list[str]
    files: dict[int, str]
    """Of a few rows, the file beside them."""
    cases: list[str] = field(default_factory=list)
    """Ids by the places of the world's cases."""

    def to(self, whom: Whom) -> To:
        """Whom a share is for, as the platform says it."""
        match whom.kind:
            case "person":
                return To("user", self.people[int(whom.name)])
            case "queue":
                return To("queue", self.queues[str(whom.name)])
            case "branch" | "tree":
                return To(whom.kind, self.places[int(whom.name)])
        return To(whom.kind, str(whom.name))

    def owner(self, owner: Owner) -> str | None:
        if owner is None:
            return None
        return self.people[int(owner[1])] if owner[0] == "person" else self.queues[str(owner[1])]


class Theatre:
    """One database for all worlds of a test; each is staged with its organisation published."""

    def __init__(self, database: str, folder: Path, organisation: Organisation) -> None:
        self.numbers = itertools.count(1)
        self.shop = Shop.__new__(Shop)
        self.shop.open(database, folder, package(organisation, 0))
        self.workspace = self.shop.workspace
        self.stored = file_store.store(folder / "files", io.BytesIO(b"bytes"), "bytes.txt")

    def close(self) -> None:
        self.shop.close()

    def stage(self, world: World, with_files: int) -> Stage:
        """Publishes the world's organisation, then makes its people, places, records, shares."""
        self.workspace.run(SYSTEM, _retire)
        self.publish(world.organisation)
        made = Stage(world, f"batch{next(self.numbers)}", self.workspace, [], [], [], {}, [], {})
        for scene in (_people, _places, _rows, _shares):
            self.workspace.run(SYSTEM, lambda unit, scene=scene: scene(unit, made))
        self.workspace.run(SYSTEM, lambda unit: self._files(unit, made, with_files))
        return made

    def publish(self, organisation: Organisation) -> None:
        installing.install(self.workspace, [package(organisation, next(self.numbers))])

    def _files(self, unit: Unit, stage: Stage, count: int) -> None:
        for number, row in list(enumerate(stage.world.rows))[:: max(1, len(stage.rows) // count)]:
            stage.files[number] = files.attach(unit, row.kind, stage.rows[number], self.stored)

    # What happens ---------------------------------------------------------------------------

    def wait(self, stage: Stage, minutes: int) -> None:
        self.shop.clock.advance(timedelta(minutes=minutes))
        stage.world.minute += minutes

    def settle(self) -> None:
        """Lets PostgreSQL clear away and count what a world left: the tests' cluster never does so
        by itself, and a long run would be planned for tables as they were at its beginning."""
        engine = self.workspace.database.engine
        if engine.dialect.name == "postgresql":
            with engine.connect() as connection:
                connection.execution_options(isolation_level="AUTOCOMMIT")
                connection.exec_driver_sql("VACUUM ANALYZE")

    def do(self, work: Callable[[Unit], Any]) -> None:
        self.workspace.run(SYSTEM, work)


def _retire(unit: Unit) -> None:
    """The people of worlds before belong nowhere and own nothing that is asked for."""
    unit.execute(sa.delete(user_permission))
    unit.execute(sa.delete(membership))
    unit.execute(sa.update(user).values(role=None))
    unit.execute(sa.delete(unit.model.table("place").table))


def _people(unit: Unit, stage: Stage) -> None:
    for number, person in enumerate(stage.world.people):
        login = f"{stage.batch}.{number}"
        told = {"login": login, "name": login, "role": person.role, "permission_sets": sets(person)}
        stage.people.append(create_person(unit, told, None))
        stage.doors.append(sessions.credential(sessions.begin(unit, stage.people[-1], None, None)))
    rebuild_visibility(unit.connection, unit.catalog)
    by_definition = {row.definition: row.id for row in unit.execute(sa.select(queue))}
    stage.queues.update({q.name: by_definition[q.id] for q in unit.catalog.queues.values()})


def sets(person: Person) -> list[str]:
    granted = [f"{kind}_{right}" for kind, right in sorted(person.grants)]
    return [*granted, "office", *["vip"] * person.is_vip, *["opened"] * person.opened]


def _places(unit: Unit, stage: Stage) -> None:
    for number, above in enumerate(stage.world.branches):
        raw = {"name": f"{stage.batch} place {number}"}
        raw |= {} if above is None else {"above": stage.places[above]}
        stage.places.append(saving.create(unit, "place", raw))
    for number, person in enumerate(stage.world.people):
        belong(unit, stage, number, person.branches)


def belong(unit: Unit, stage: Stage, person: int, numbers: frozenset[int]) -> None:
    chosen = {stage.places[n]: "place" for n in numbers}
    branches.set_of_person(unit, stage.people[person], chosen)


def _rows(unit: Unit, stage: Stage) -> None:
    """In rounds: each round holds the rows of one kind whose upper rows are there."""
    waiting, made = dict(enumerate(stage.world.rows)), {}
    while waiting:
        ready = {n: r for n, r in waiting.items() if r.above is None or r.above in made}
        for kind in LINKS:
            several = [n for n, r in ready.items() if r.kind == kind]
            raws = [_raw(stage, n, ready[n], made) for n in several]
            if raws:
                made |= zip(several, saving.create_many(unit, kind, raws), strict=True)
        waiting = {n: r for n, r in waiting.items() if n not in made}
    stage.rows.extend(made[n] for n in range(len(made)))


def _raw(stage: Stage, number: int, row: Row, made: dict[int, str]) -> dict[str, Any]:
    raw: dict[str, Any] = {
        "name": title(stage, number),
        "batch": stage.batch,
        "weight": row.weight,
        "contact": None if row.named is None else stage.people[row.named],
        "region": None if row.region is None else stage.places[row.region],
    }
    if row.above is not None:
        raw[LINKS[row.kind]] = made[row.above]
    if row.kind == "thing":
        raw["secret"] = SECRET + stage.batch
    return raw | ({"owner": stage.owner(row.owner)} if row.kind in OWNED else {})


def title(stage: Stage, number: int) -> str:
    return f"{stage.batch} n{number}"


def _shares(unit: Unit, stage: Stage) -> None:
    start = unit.now - timedelta(minutes=stage.world.minute)
    for each in stage.world.shares:
        until = None if each.until is None else start + timedelta(minutes=each.until)
        kind = stage.world.rows[each.row].kind
        sharing.share(unit, kind, stage.rows[each.row], stage.to(each.whom), each.level, until)
