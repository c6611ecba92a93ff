"""Who sees what: a naive model of thirty lines, and every way to ask, over random worlds.

A list, a record, a count, a group, the search, a lookup and the history must all say the same.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.builders import a_field, a_lookup, a_package, a_permission_set, an_object
from tests.runtime.shop import Shop
from typecase.errors import AccessDenied, NotFound, UnknownName
from typecase.runtime import history, reading, saving, search
from typecase.runtime.actors import SYSTEM, Actor
from typecase.runtime.queries import Measure, Query
from typecase.runtime.storage.people import create_person, load_actor, rebuild_visibility
from typecase.runtime.storage.unit_of_work import Unit

DEFAULTS = ("private", "read", "edit")
ROLES = ("boss", "lead", "rep")
"""From the top down: each sees what those after it own."""
GRANTS = ("read", "edit", "view_all", "edit_all")
SECRET = "geheim"


# The world ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Person:
    role: str | None
    grants: frozenset[tuple[str, str]]
    """(``thing`` or ``part``, right): the same for all three defaults."""
    opened: bool
    """Whether the sensitive field is."""


@dataclass(frozen=True)
class Record:
    default: str
    owner: int
    parts: int


@dataclass(frozen=True)
class World:
    people: tuple[Person, ...]
    records: tuple[Record, ...]


people = st.builds(
    Person,
    st.sampled_from((*ROLES, None)),
    st.frozensets(st.tuples(st.sampled_from(("thing", "part")), st.sampled_from(GRANTS))),
    st.booleans(),
)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    count = draw(st.integers(2, 4))
    record = st.builds(
        Record, st.sampled_from(DEFAULTS), st.integers(0, count - 1), st.integers(0, 2)
    )
    several = st.lists(record, min_size=1, max_size=5)
    return World(
        tuple(draw(st.lists(people, min_size=count, max_size=count))), tuple(draw(several))
    )


# The model ----------------------------------------------------------------------------------


def rights(person: Person, kind: str) -> set[str]:
    """What is granted, and what follows from it."""
    given = {right for of, right in person.grants if of == kind}
    if given:
        given.add("read")
    if "edit_all" in given:
        given |= {"view_all", "edit"}
    return given


def is_above(one: Person, other: Person) -> bool:
    if one.role is None or other.role is None:
        return False
    return ROLES.index(one.role) < ROLES.index(other.role)


def may(world: World, who: int, doing: str, kind: str, record: Record) -> bool:
    """May they read or edit this thing, or the parts of it?"""
    person, given = world.people[who], rights(world.people[who], kind)
    everything = "view_all" if doing == "read" else "edit_all"
    if doing not in given:
        return False
    if everything in given:
        return True
    if kind == "part":
        return may(world, who, doing, "thing", record)
    if record.default == "edit" or (doing == "read" and record.default == "read"):
        return True
    return who == record.owner or is_above(person, world.people[record.owner])


# The platform -------------------------------------------------------------------------------


def package() -> Any:
    objects = []
    for default in DEFAULTS:
        thing, part = f"thing_{default}", f"part_{default}"
        objects += [
            an_object(
                thing,
                a_field("batch"),
                a_field("secret", sensitive=True, search=True),
                access={"default": default},
                tracks=["history"],
            ),
            an_object(
                part,
                a_field("batch"),
                {**a_lookup("thing", thing, "parts", required=True), "type": "master"},
                owner="parent",
            ),
        ]
    sets = [
        a_permission_set(f"{kind}_{right}", **{f"{kind}_{d}": [right] for d in DEFAULTS})
        for kind in ("thing", "part")
        for right in GRANTS
    ]
    opened = {f"thing_{default}.secret": "edit" for default in DEFAULTS}
    return a_package(
        *objects,
        permissions=[*sets, a_permission_set("opened", fields=opened)],
        roles=[
            {"name": role, "label": role.title()} | ({"above": above} if above else {})
            for role, above in zip(ROLES, (None, *ROLES), strict=False)
        ],
    )


class Platform:
    """One database for all examples; each example is a batch of its own."""

    def __init__(self, database: str, folder: Path) -> None:
        self.shop = Shop.__new__(Shop)
        self.shop.open(database, folder, package())
        self.batches = itertools.count()

    def build(self, world: World) -> tuple[str, list[Actor], list[str], list[list[str]]]:
        """The batch, its people, the ids of its things, and of the parts of each."""
        batch = f"batch{next(self.batches)}"

        def make(unit: Unit) -> Any:
            ids = [create_person(unit, row(batch, n, p), None) for n, p in enumerate(world.people)]
            rebuild_visibility(unit.connection, unit.catalog)
            things, parts = [], []
            for record in world.records:
                raw = {"name": f"{batch} thing", "batch": batch, "secret": SECRET + batch}
                name = f"thing_{record.default}"
                things.append(saving.create(unit, name, raw | {"owner": ids[record.owner]}))
                raws = [
                    {"name": f"{batch} part", "batch": batch, "thing": things[-1]}
                    for _ in range(record.parts)
                ]
                made = saving.create_many(unit, f"part_{record.default}", raws) if raws else []
                parts.append(made)
            return ids, things, parts

        ids, things, parts = self.shop.workspace.run(SYSTEM, make)
        with self.shop.workspace.read(SYSTEM) as unit:
            actors = [
                load_actor(unit.connection, id_, unit.opening.rights, unit.catalog) for id_ in ids
            ]
        return batch, actors, things, parts


def row(batch: str, number: int, person: Person) -> dict[str, Any]:
    sets = [f"{kind}_{right}" for kind, right in sorted(person.grants)]
    login = f"{batch}.{number}"
    return {
        "login": login,
        "name": login,
        "role": person.role,
        "permission_sets": [*sets, *(["opened"] if person.opened else [])],
    }


def seen(unit: Unit, name: str, batch: str, ids: list[str]) -> dict[str, set[str]]:
    """What each way of asking answers: its name → the ids, where it tells them."""
    mine = f"batch == '{batch}'"
    try:
        page = reading.find(unit, Query(name, ("id",), filters=(mine,), limit=500, count="exact"))
    except AccessDenied:
        page = None
    listed = {r.id for r in page.rows} if page else set()
    assert (page.count if page else 0) == len(listed)
    grouped = Query(name, filters=(mine,), group=("batch",), measures=(Measure("count"),))
    counts = [g["count"] for g in reading.groups(unit, grouped)] if page else []
    assert sum(counts) == len(listed)
    found = search.search(unit, batch, 100).results
    offered = search.lookup(unit, name, batch, 100) if page else ()
    return {
        "list": listed,
        "get": {id_ for id_ in ids if opens(unit, name, id_)},
        "search": {hit.id for hit in found if hit.object == name},
        "lookup": {hit.id for hit in offered},
    }


def opens(unit: Unit, name: str, id_: str) -> bool:
    try:
        reading.get(unit, name, id_)
    except (NotFound, AccessDenied):
        return False
    return True


class Undo(Exception):
    """Ends a unit whose writes were only tried."""


def edits(unit: Unit, name: str, id_: str) -> bool:
    try:
        with unit.savepoint():
            saving.update(unit, name, id_, {"name": "changed"})
            raise Undo
    except Undo:
        return True
    except (NotFound, AccessDenied):
        return False


def judge(platform: Platform, world: World) -> None:
    batch, actors, things, parts = platform.build(world)
    for who, actor in enumerate(actors):
        for default in DEFAULTS:
            chosen = [(n, r) for n, r in enumerate(world.records) if r.default == default]
            for kind in ("thing", "part"):
                ids_of = {n: [things[n]] if kind == "thing" else parts[n] for n, _ in chosen}
                ids = [id_ for several in ids_of.values() for id_ in several]
                expected = {
                    doing: {
                        i for n, r in chosen for i in ids_of[n] if may(world, who, doing, kind, r)
                    }
                    for doing in ("read", "edit")
                }
                name = f"{kind}_{default}"
                with platform.shop.workspace.read(actor) as unit:
                    for way, found in seen(unit, name, batch, ids).items():
                        assert found & set(ids) == expected["read"], (way, name, actor.login)
                    if kind == "thing":
                        secrets(unit, name, batch, expected["read"], world.people[who].opened)
                writable = [i for i in ids if tried(platform, actor, name, i)]
                assert set(writable) == expected["edit"] & expected["read"]


def tried(platform: Platform, actor: Actor, name: str, id_: str) -> bool:
    return platform.shop.workspace.run(actor, lambda unit: edits(unit, name, id_))


def secrets(unit: Unit, name: str, batch: str, visible: set[str], opened: bool) -> None:
    """The sensitive field is there for whom it is opened, and for the others it is not at all."""
    if not visible:
        return
    hits = {hit.id for hit in search.search(unit, SECRET + batch, 100).results}
    assert (hits & visible == visible) if opened else not hits & visible
    for query in (
        Query(name, ("secret",)),
        Query(name, ("id",), filters=("secret == 'x'",)),
        Query(name, group=("secret",), measures=(Measure("count"),)),
        Query(name, measures=(Measure("max", "secret"),), group=("batch",)),
    ):
        ask = reading.groups if query.group else reading.find
        if opened and not (query.measures and query.measures[0].path == "secret"):
            ask(unit, query)
        elif not opened:
            with pytest.raises(UnknownName):
                ask(unit, query)
    for id_ in visible:
        assert ("secret" in reading.get(unit, name, id_).values) == opened
        told = history.entries(unit, unit.catalog.object(name), id_, 20)
        assert any(e.field == "secret" for each in told for e in each.edits) <= opened


# The tests ----------------------------------------------------------------------------------


@pytest.fixture
def platform(database: str, tmp_path: Path) -> Iterator[Platform]:
    built = Platform(database, tmp_path)
    yield built
    built.shop.close()


LENIENT = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@settings(max_examples=6, deadline=None, suppress_health_check=LENIENT, derandomize=True)
@given(world=worlds())
def test_every_way_to_ask_agrees_with_the_model(platform: Platform, world: World) -> None:
    judge(platform, world)


@pytest.mark.slow
@pytest.mark.timeout(600)
@settings(max_examples=80, deadline=None, suppress_health_check=LENIENT)
@given(world=worlds())
def test_every_way_to_ask_agrees_with_the_model_at_length(platform: Platform, world: World) -> None:
    judge(platform, world)
