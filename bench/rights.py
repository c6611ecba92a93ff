"""``python -m bench.rights``: what it costs that people see different records.

One object with many records; people in seven levels of roles, sharing rules, shares by hand. A
list page of somebody who sees 50, 10,000 or half of the records is set against the page of an
administrator who sees them all, same view, same run. The cost is processor time of this process
and, on PostgreSQL, of its backend.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bench.loading import insert, settle
from tests import databases
from tests.builders import a_field, a_package, a_permission_set, a_picklist, a_view, an_object
from typecase.bootstrap import build_platform, initialise
from typecase.clock import SystemClock
from typecase.config import Settings
from typecase.runtime import explaining, installing, reading, search, users
from typecase.runtime.actors import SYSTEM, Actor
from typecase.runtime.queries import Query, parse_sort
from typecase.runtime.storage import access_tables, people
from typecase.runtime.storage.ids import new_id
from typecase.runtime.storage.unit_of_work import Unit
from typecase.runtime.workspaces import Workspace

LEVELS = 7
TEAMS = 2 ** (LEVELS - 2)
RULES = 20
STAGES = ("new", "talks", "offer", "won", "lost")
BEGAN = datetime(2025, 1, 1, tzinfo=UTC)
ROUNDS, CALLS = 5, 20
FULL = ["read", "create", "edit", "delete"]


@dataclass(frozen=True)
class Size:
    records: int
    people: int
    shares: int


@dataclass(frozen=True)
class World:
    """``who``: what each person is called → them."""

    workspace: Workspace
    who: dict[str, Actor]
    moved: str
    """Somebody who owns a twentieth of all records."""


# The definitions ----------------------------------------------------------------------------


def roles() -> list[dict[str, Any]]:
    """A binary tree: ``chief`` on top, then ``r1``, and so on to the teams."""
    found: list[dict[str, Any]] = [{"name": "chief", "label": "Chief"}]
    for number in range(1, 2 * TEAMS):
        above = f"r{number // 2}" if number > 1 else "chief"
        found.append({"name": f"r{number}", "label": f"R{number}", "above": above})
    return [{**role, "permissions": ["sales"]} for role in found] + [
        {"name": "admin", "label": "Admin", "permissions": ["sales", "everything"]}
    ]


def package() -> Any:
    rules = [
        {"name": f"rule{n}", "when": f"stage == '{STAGES[n % 5]}' and amount > {9_000 + n}",
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
        roles=roles(),
    )  # fmt: skip


# The data -----------------------------------------------------------------------------------


def fill(unit: Unit, size: Size) -> tuple[dict[str, str], str]:
    """People, records and shares. Returns the people who are asked for, and whom to move."""
    dice = random.Random("rights")
    staff = make_people(unit, size.people)
    owners = owners_of(dice, staff, size.records)
    ids = [new_id(BEGAN + timedelta(seconds=n)) for n in range(size.records)]
    insert(unit.connection, unit.model.table("deal").table, deals(unit, dice, ids, owners))
    everybody = [id_ for several in staff.values() for id_ in several]
    insert(unit.connection, access_tables.share, shares(unit, dice, ids, everybody, size.shares))
    people.rebuild_visibility(unit.connection, unit.catalog)
    named = {
        "administrator": staff["admin"][0],
        "sees 50": staff[f"r{TEAMS}"][0],
        "sees 10,000": staff[f"r{TEAMS + 2}"][0],
        "sees half": staff["r2"][0],
    }
    return named, staff[f"r{2 * TEAMS - 1}"][0]


def make_people(unit: Unit, count: int) -> dict[str, list[str]]:
    """Role → people. Two of each but the teams, which share the rest."""
    names = ["chief", "admin", *(f"r{n}" for n in range(1, 2 * TEAMS))]
    chosen = [name for name in names for _ in range(2)]
    chosen += [f"r{TEAMS + n % TEAMS}" for n in range(count - len(chosen))]
    found: dict[str, list[str]] = {}
    for number, role in enumerate(chosen):
        row = {"login": f"p{number}", "name": f"Person {number}", "role": role}
        found.setdefault(role, []).append(people.create_person(unit, row, None))
    return found


def owners_of(dice: random.Random, staff: dict[str, list[str]], count: int) -> list[str]:
    """Half of all below ``r2``; one who has 50, one who has 10,000, one who has a twentieth."""
    small, middle = staff[f"r{TEAMS}"][0], staff[f"r{TEAMS + 2}"][0]
    large = staff[f"r{2 * TEAMS - 1}"][0]
    fixed = [small] * 50 + [middle] * (count // 100) + [large] * (count // 20)
    left = [p for n in range(TEAMS, TEAMS + TEAMS // 2) for p in staff[f"r{n}"]]
    left = [p for p in left if p not in (small, middle)]
    right = [p for n in range(TEAMS + TEAMS // 2, 2 * TEAMS) for p in staff[f"r{n}"]]
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
    unit: Unit, dice: random.Random, ids: list[str], everybody: list[str], count: int
) -> Iterator[dict[str, Any]]:
    seen = set()
    while len(seen) < count:
        pair = dice.choice(ids), dice.choice(everybody)
        if pair in seen:
            continue
        seen.add(pair)
        yield {
            "id": new_id(BEGAN + timedelta(seconds=len(seen))),
            "object": "shop:deal",
            "record": pair[0],
            "principal": f"user:{pair[1]}",
            "level": dice.choice(["read", "edit"]),
            "granted_by": pair[1],
            "granted_at": BEGAN,
        }


@contextmanager
def world(url: str, folder: Path, size: Size) -> Iterator[World]:
    settings = Settings(
        folder=folder, database=url, schema=None, files=folder / "f", secret="s" * 40
    )
    platform = build_platform(settings, SystemClock())
    workspace = platform.main
    initialise(workspace)
    installing.install(workspace, [package()])
    with workspace.write(SYSTEM) as unit:
        named, moved = fill(unit, size)
    settle(url)
    with workspace.read(SYSTEM) as unit:
        who = {name: people.actor_of(unit, id_) for name, id_ in named.items()}
    try:
        yield World(workspace, who, moved)
    finally:
        platform.close()


# What is asked ------------------------------------------------------------------------------

LIST = Query("deal", ("name", "stage", "amount", "close_date", "owner.name"), limit=50,
             sort=parse_sort("-close_date"))  # fmt: skip


def cost(world: World, who: Actor, work: Callable[[Unit], Any]) -> float:
    """Milliseconds of processor time, of the best of several rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        with world.workspace.read(who) as unit:
            work(unit)
            began = cpu(unit)
            for _ in range(CALLS):
                work(unit)
            best = min(best, (cpu(unit) - began) * 1000 / CALLS)
    return best


def cpu(unit: Unit) -> float:
    """Seconds of this process, and of the backend that serves it."""
    own = time.process_time()
    if not unit.is_postgres:
        return own
    pid = unit.connection.scalar(sa.select(sa.func.pg_backend_pid()))
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return own + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def ask(world: World) -> Iterator[str]:
    def page(unit: Unit) -> Any:
        return reading.find(unit, LIST)

    usual = cost(world, world.who["administrator"], page)
    for name, who in world.who.items():
        with world.workspace.read(who) as unit:
            seen = reading.find(unit, Query("deal", ("name",), limit=1, count="exact")).count
            first = page(unit).rows[0].id
        spent = cost(world, who, page)
        yield f"| list page, {name} ({seen:,} records) | {spent:.2f} ms | {spent / usual:.2f} × |"
        spent = cost(world, who, lambda unit: search.search(unit, "deal 77"))
        yield f"| search box, {name} | {spent:.2f} ms | |"
        spent = cost(world, who, lambda unit: search.lookup(unit, "deal", "deal 7"))
        yield f"| lookup, {name} | {spent:.2f} ms | |"
        spent = cost(world, who, lambda unit, id_=first: explaining.explain(unit, "deal", id_))
        yield f"| explanation of one record, {name} | {spent:.2f} ms | |"
        spent = cost(world, who, lambda unit, id_=first: reading.stored(unit, "deal", id_))
        yield f"| decision for one record with its statement, {name} | {spent:.2f} ms | |"
    yield f"| moving a role that owns {owned(world):,} records | {move(world):.0f} ms wall | |"


def owned(world: World) -> int:
    with world.workspace.read(SYSTEM) as unit:
        mine = (f"owner == '{world.moved}'",)
        return reading.find(unit, Query("deal", ("id",), filters=mine, count="exact")).count or 0


def move(world: World) -> float:
    """How long nobody else writes while somebody changes role."""
    began = time.perf_counter()
    world.workspace.run(
        world.who["administrator"], lambda u: users.update(u, world.moved, {"role": f"r{TEAMS}"})
    )
    return (time.perf_counter() - began) * 1000


# The command --------------------------------------------------------------------------------


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.rights", description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--people", type=int, default=2_000)
    parser.add_argument("--shares", type=int, default=20_000)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    told = parser.parse_args()
    size = Size(told.records, told.people, told.shares)
    counts = f"{size.records:,} records, {size.people:,} people, {size.shares:,} shares"
    print(f"{told.database}, {counts}\n\n| work | cost | to the administrator |\n|---|---|---|")
    with (
        tempfile.TemporaryDirectory() as name,
        database(told.database, Path(name)) as url,
        world(url, Path(name), size) as built,
    ):
        for line in ask(built):
            print(line, flush=True)


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'rights.sqlite'}"
        return
    run = databases.open_run()
    try:
        databases.ensure_cluster(run)
        with databases.fresh_database(run) as url:
            yield url
    finally:
        databases.close_run(run)


if __name__ == "__main__":
    main()
