"""``python -m bench.rights``: what it costs that people see different records.

One object with many records; people in seven levels of roles, sharing rules, shares by hand. A
list page of somebody who sees 50, 10,000 or half of the records is set against the page of an
administrator who sees them all, same view, same run. The cost is processor time of this process
and, on PostgreSQL, of its backend. The database is kept in ``--folder`` and asked again next time.
"""

from __future__ import annotations

import argparse
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import sqlalchemy as sa

from bench.rights_world import LAST, TEAMS, Size, World, package, world
from typecase.runtime import explaining, installing, reading, saving, search, users
from typecase.runtime.actors import SYSTEM, Actor
from typecase.runtime.queries import Query, parse_sort
from typecase.runtime.storage.unit_of_work import Unit

ROUNDS, CALLS = 15, 20
LONGEST = 0.05
"""Seconds of one call above which it is not repeated as often."""

LIST = Query("deal", ("name", "stage", "amount", "close_date", "owner.name"), limit=50,
             sort=parse_sort("-close_date"))  # fmt: skip
Ask = Callable[[Unit], Any]

COMMON, RARE = "deal 77", "deal 777123"


def in_turns(world: World, asked: Mapping[str, tuple[Actor, Ask]]) -> dict[str, float]:
    """What each costs in milliseconds of processor time: the best of several rounds, in which they
    take turns, so that what else the machine does meets all alike."""
    best = dict.fromkeys(asked, float("inf"))
    for _ in range(ROUNDS):
        for name, (who, work) in asked.items():
            best[name] = min(best[name], cost(world, who, work))
    return best


def cost(world: World, who: Actor, work: Ask) -> float:
    """Milliseconds of one round."""
    with world.workspace.read(who) as unit:
        work(unit)
        began = cpu(unit)
        work(unit)
        calls = CALLS if cpu(unit) - began < LONGEST else 1
        began = cpu(unit)
        for _ in range(calls):
            work(unit)
        return (cpu(unit) - began) * 1000 / calls


def cpu(unit: Unit) -> float:
    """Seconds of this process, and of the backend that serves it."""
    own = time.process_time()
    if not unit.is_postgres:
        return own
    pid = unit.connection.scalar(sa.select(sa.func.pg_backend_pid()))
    ran_for = int(Path(f"/proc/{pid}/schedstat").read_text().split()[0])
    return own + ran_for / 1e9


def ask(world: World) -> Iterator[str]:
    asked: dict[str, dict[str, tuple[Actor, Ask]]] = {}
    seen = {}
    for name, who in world.who.items():
        with world.workspace.read(who) as unit:
            seen[name] = reading.find(unit, Query("deal", ("name",), limit=1, count="exact")).count
            first = reading.find(unit, LIST).rows[0].id
        for work, called in works(first).items():
            asked.setdefault(work, {})[name] = who, called
    for work, by_name in asked.items():
        spent = in_turns(world, by_name)
        for name, each in spent.items():
            ratio = f"{each / spent['administrator']:.2f} ×"
            yield f"| {work}, {name} ({seen[name]:,}) | {each:.2f} ms | {ratio} |"
    yield f"| moving a person who owns {owned(world):,} records | {moved(world)} | |"
    yield f"| moving their role below another | {role_moved(world)} | |"


def works(id_: str) -> dict[str, Ask]:
    after: list[str | None] = []

    def page(unit: Unit) -> Any:
        return reading.find(unit, LIST)

    def following(unit: Unit) -> Any:
        if not after:
            after.append(page(unit).next)
        return reading.find(unit, Query(**{**vars_of(LIST), "cursor": after[0]}))

    return {
        "list page": page,
        "the page after it": following,
        f"search box, “{COMMON}”": lambda unit: search.search(unit, COMMON),
        f"search box, “{RARE}”": lambda unit: search.search(unit, RARE),
        "lookup": lambda unit: search.lookup(unit, "deal", COMMON),
        "explanation of one record": lambda unit: explaining.explain(unit, "deal", id_),
        "one record within the reader's rows": lambda unit: reading.stored(unit, "deal", id_),
    }


def vars_of(query: Query) -> dict[str, Any]:
    return {name: getattr(query, name) for name in query.__dataclass_fields__}


# Moving -------------------------------------------------------------------------------------


def owned(world: World) -> int:
    with world.workspace.read(SYSTEM) as unit:
        mine = (f"owner == '{world.moved}'",)
        return reading.find(unit, Query("deal", ("id",), filters=mine, count="exact")).count or 0


def moved(world: World) -> str:
    """Somebody changes role, away and back."""
    admin = world.who["administrator"]

    def to(role: str) -> None:
        world.workspace.run(admin, lambda u: users.update(u, world.moved, {"role": role}))

    told = timed(world, lambda: to(f"r{TEAMS}"))
    to(f"r{LAST}")
    return told


def role_moved(world: World) -> str:
    """A publication puts the role below another, and back."""
    with world.workspace.read(SYSTEM) as unit:
        last = int(unit.catalog.packages[0].version.rpartition(".")[2])
    moved = package(last + 1, TEAMS // 2)
    told = timed(world, lambda: installing.install(world.workspace, [moved]))
    installing.install(world.workspace, [package(last + 2)])
    return told


def timed(world: World, work: Callable[[], Any]) -> str:
    """How long it took, what it made somebody who saves meanwhile wait at most, and how many
    more the manager of the other half sees right afterwards."""
    manager = Query("deal", ("id",), limit=1, count="exact")

    def sees() -> int:
        with world.workspace.read(world.who["sees half"]) as unit:
            return reading.find(unit, manager).count or 0

    before, over, waits = sees(), threading.Event(), [0.0]

    def save() -> None:
        while not over.is_set():
            began = time.perf_counter()
            world.workspace.run(SYSTEM, lambda u: saving.create(u, "deal", {"name": "Meanwhile"}))
            waits.append(time.perf_counter() - began)
            over.wait(0.01)

    other = threading.Thread(target=save)
    other.start()
    began = time.perf_counter()
    try:
        work()
    finally:
        took = time.perf_counter() - began
        over.set()
        other.join()
    more = sees() - before
    return f"{took * 1000:.0f} ms; others waited {max(waits) * 1000:.0f} ms; sees {more:+,} at once"


# The command --------------------------------------------------------------------------------


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.rights", description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--people", type=int, default=2_000)
    parser.add_argument("--shares", type=int, default=20_000)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--folder", type=Path, default=Path(gettempdir(), "typecase-rights"))
    told = parser.parse_args()
    size = Size(told.records, told.people, told.shares)
    with world(told.database, told.folder, size) as built:
        load = os.getloadavg()[0]
        print(f"{told.database}, {size}, {datetime.now(UTC):%Y-%m-%d}, load average {load:.1f}\n")
        print("| work | cost | to the administrator |\n|---|---|---|")
        for line in ask(built):
            print(line, flush=True)


if __name__ == "__main__":
    main()
