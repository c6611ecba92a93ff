"""A company in seven levels of roles, with sharing rules and shares by hand, for ``bench.rights``.

It is made once for each size and kept in a folder: a million records take minutes to make.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa

from bench.loading import insert, settle
from bench.processes import POSTGRES
from tests import databases
from tests.builders import a_field, a_package, a_permission_set, a_picklist, a_view, an_object
from typecase.bootstrap import build_platform, initialise
from typecase.clock import SystemClock
from typecase.config import Settings
from typecase.metadata.sources import PackageSource
from typecase.runtime import installing, search_indexing
from typecase.runtime.actors import SYSTEM, Actor
from typecase.runtime.storage import access_tables, people
from typecase.runtime.storage.ids import new_id
from typecase.runtime.storage.system_tables import user
from typecase.runtime.storage.unit_of_work import Unit
from typecase.runtime.workspaces import Workspace

LEVELS = 7
TEAMS = 2 ** (LEVELS - 2)
LAST = 2 * TEAMS - 1
"""The role with a twentieth of all records, in the other half than ``r2``'s."""
RULES = 20
STAGES = ("new", "talks", "offer", "won", "lost")
BEGAN = datetime(2025, 1, 1, tzinfo=UTC)
FULL = ["read", "create", "edit", "delete"]
SMALL_OWNS, SMALL_SHARED = 30, 20


@dataclass(frozen=True)
class Size:
    records: int
    people: int
    shares: int

    def __str__(self) -> str:
        return f"{self.records:,} records, {self.people:,} people, {self.shares:,} shares"

    @property
    def name(self) -> str:
        return f"rights_{self.records}_{self.people}_{self.shares}"


@dataclass(frozen=True)
class World:
    """``who``: what each person is called → them; ``moved``: the owner of a twentieth."""

    workspace: Workspace
    who: dict[str, Actor]
    moved: str


LOGINS = {
    "administrator": "admin.0",
    "sees 50": f"r{TEAMS}.0",
    "sees 10,000": f"r{TEAMS + 2}.0",
    "sees half": "r2.0",
}
MOVED = f"r{LAST}.0"


# The definitions ----------------------------------------------------------------------------


def package(version: int = 0, above_last: int = LAST // 2) -> PackageSource:
    """``above_last``: the number of the role above ``r{LAST}``."""
    rules = [
        {"name": f"rule{n}", "when": f"stage == '{STAGES[n % 5]}' and amount > {9_900 + n}",
         "with": [{"role": f"r{n + 1}", "below": n % 2 == 0}], "grant": "read"}
        for n in range(1, RULES + 1)
    ]  # fmt: skip
    return a_package(
        an_object(
            "deal",
            a_field("name", required=True, search=True),
            a_picklist("stage", *STAGES),
            a_field("amount", "currency"),
            a_field("close_date", "date"),
            access={"sharing": rules},
            indexes=[["stage", "close_date"]],
            views=[a_view("all", "name", "stage", "amount", "owner.name", sort="-close_date")],
        ),
        permissions=[
            a_permission_set("sales", deal=FULL),
            a_permission_set("everything", deal=[*FULL, "view_all", "edit_all"],
                             system=["manage_rights", "manage_users"]),
        ],
        roles=roles(above_last),
        version=f"1.0.{version}",
    )  # fmt: skip


def roles(above_last: int) -> list[dict[str, Any]]:
    """A binary tree: ``chief`` on top, then ``r1``, and so on to the teams."""
    found: list[dict[str, Any]] = [{"name": "chief", "label": "Chief"}]
    for number in range(1, LAST + 1):
        upper = above_last if number == LAST else number // 2
        above = f"r{upper}" if number > 1 else "chief"
        found.append({"name": f"r{number}", "label": f"R{number}", "above": above})
    return [{**role, "permissions": ["sales"]} for role in found] + [
        {"name": "admin", "label": "Admin", "permissions": ["sales", "everything"]}
    ]


# The data -----------------------------------------------------------------------------------


def fill(unit: Unit, size: Size) -> None:
    """People, records and shares."""
    dice = random.Random("rights")
    staff = make_people(unit, size.people)
    owners = owners_of(dice, staff, size.records)
    ids = [new_id(BEGAN + timedelta(seconds=n)) for n in range(size.records)]
    insert(unit.connection, unit.model.table("deal").table, deals(unit, dice, ids, owners))
    insert(unit.connection, access_tables.share, shares(dice, ids, staff, size.shares))
    people.rebuild_visibility(unit.connection, unit.catalog)


def make_people(unit: Unit, count: int) -> dict[str, list[str]]:
    """Role → people. Two of each but the teams, which share the rest."""
    names = ["chief", "admin", *(f"r{n}" for n in range(1, LAST + 1))]
    chosen = [name for name in names for _ in range(2)]
    chosen += [f"r{TEAMS + n % TEAMS}" for n in range(count - len(chosen))]
    found: dict[str, list[str]] = {}
    for role in chosen:
        several = found.setdefault(role, [])
        told = {"login": f"{role}.{len(several)}", "name": f"{role} {len(several)}", "role": role}
        several.append(people.create_person(unit, told, None))
    return found


def owners_of(dice: random.Random, staff: dict[str, list[str]], count: int) -> list[str]:
    """Half of all below ``r2``; three have as many as their names say, rules and shares apart."""
    small, middle = staff[f"r{TEAMS}"][0], staff[f"r{TEAMS + 2}"][0]
    large = staff[f"r{LAST}"][0]
    fixed = [small] * SMALL_OWNS + [middle] * (count * 82 // 10_000) + [large] * (count // 20)
    left = [p for n in range(TEAMS, TEAMS + TEAMS // 2) for p in staff[f"r{n}"]]
    left = [p for p in left if p not in (small, middle)]
    right = [p for n in range(TEAMS + TEAMS // 2, LAST + 1) for p in staff[f"r{n}"]]
    rest = count - len(fixed)
    owners = fixed + [dice.choice(left if n % 2 else right) for n in range(rest)]
    dice.shuffle(owners)
    return owners


def deals(
    unit: Unit, dice: random.Random, ids: list[str], owners: list[str]
) -> Iterator[dict[str, Any]]:
    of = unit.model.table("deal")
    for number, (id_, owner) in enumerate(zip(ids, owners, strict=True)):
        made = BEGAN + timedelta(seconds=number)
        values = {
            "id": id_, "owner": owner, "created_at": made, "created_by": owner,
            "updated_at": made, "updated_by": owner, "version": 1, "tc_rollups": 0,
            "name": f"Deal {number}", "stage": dice.choice(STAGES),
            "amount": Decimal(dice.randrange(10_000)), "amount_currency": "CNY",
            "close_date": date(2025, 1, 1) + timedelta(days=dice.randrange(1_000)),
        }  # fmt: skip
        row = {of.columns[name].name: value for name, value in values.items() if name in of.columns}
        row[of.columns["amount_base"].name] = values["amount"]
        for name, column in of.sort_keys.items():
            row[column.name] = str(values[name]).lower()
        yield row


def shares(
    dice: random.Random, ids: list[str], staff: dict[str, list[str]], count: int
) -> Iterator[dict[str, Any]]:
    small = staff[f"r{TEAMS}"][0]
    others = [id_ for several in staff.values() for id_ in several if id_ != small]
    seen = {(id_, small): None for id_ in dice.sample(ids, SMALL_SHARED)}
    while len(seen) < count:
        seen[dice.choice(ids), dice.choice(others)] = None
    for number, (record, person) in enumerate(seen):
        yield {
            "id": new_id(BEGAN + timedelta(seconds=number)),
            "object": "shop:deal",
            "record": record,
            "principal": f"user:{person}",
            "level": dice.choice(["read", "edit"]),
            "granted_by": person,
            "granted_at": BEGAN,
        }


# Kept ---------------------------------------------------------------------------------------


@contextmanager
def world(kind: str, folder: Path, size: Size) -> Iterator[World]:
    """The world of that size, made unless ``folder`` has it. ``kind``: sqlite or postgresql."""
    folder.mkdir(exist_ok=True)
    made = folder / f"{size.name}.{kind}.made"
    is_new = not made.exists()
    with (_sqlite if kind == "sqlite" else _postgres)(folder, size, is_new) as url:
        told = Settings(folder, url, schema=None, files=folder / "f", secret="s" * 40)
        platform = build_platform(told, SystemClock())
        try:
            if is_new:
                _make(platform.main, url, size)
                made.touch()  # what was broken off is not taken for whole
            yield _found(platform.main)
        finally:
            platform.close()


def _make(workspace: Workspace, url: str, size: Size) -> None:
    initialise(workspace)
    installing.install(workspace, [package()])
    with workspace.write(SYSTEM) as unit:
        fill(unit, size)
    last: str | None = None
    while True:
        with workspace.write(SYSTEM) as unit:
            for _ in range(20):
                last = search_indexing.rebuild(unit, "deal", last)
                if last is None:
                    break
        if last is None:
            break
    settle(url)


def _found(workspace: Workspace) -> World:
    with workspace.read(SYSTEM) as unit:
        ids = {row.login: row.id for row in unit.execute(sa.select(user.c.login, user.c.id))}
        who = {name: people.actor_of(unit, ids[login]) for name, login in LOGINS.items()}
    return World(workspace, who, ids[MOVED])


@contextmanager
def _sqlite(folder: Path, size: Size, is_new: bool) -> Iterator[str]:
    path = folder / f"{size.name}.sqlite"
    if is_new:
        for each in folder.glob(f"{path.name}*"):
            each.unlink()
    yield f"sqlite:///{path}"


@contextmanager
def _postgres(folder: Path, size: Size, is_new: bool) -> Iterator[str]:
    run = databases.Run(folder / "pg")
    run.folder.mkdir(exist_ok=True)
    run.folder.chmod(0o755)
    folder.chmod(0o755)
    if run.data.exists():
        databases.restart(run)  # it may still run, where the last measuring was broken off
    else:
        databases.ensure_cluster(run)
        with (run.data / "postgresql.conf").open("a") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in POSTGRES.items())
        databases.restart(run)
    try:
        if is_new:
            _create_anew(run, size.name)
        yield run.url(size.name)
    finally:
        databases.stop_cluster(run)


def _create_anew(run: databases.Run, name: str) -> None:
    with psycopg.connect(run.url("postgres"), autocommit=True) as connection:
        quoted = psycopg.sql.Identifier(name)
        drop = psycopg.sql.SQL("DROP DATABASE IF EXISTS {}").format(quoted)
        connection.execute(drop)
        create = psycopg.sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(quoted)
        connection.execute(create)
