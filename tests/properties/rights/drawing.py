"""Random organisations, worlds and changes. One ``Random`` decides everything: hypothesis' own,
which finds small counterexamples, or a seeded one for the long run."""

from __future__ import annotations

from random import Random
from typing import Any

from .worlds import (
    ABOVE,
    KINDS,
    OWNED,
    RIGHTS,
    Access,
    Organisation,
    Owner,
    Person,
    Pool,
    Role,
    Row,
    Rule,
    Share,
    Whom,
    World,
)

ROLES = tuple(f"role{n}" for n in range(6))
QUEUES = ("front", "back")
BRANCHES = 5
LEVELS = ("read", "edit")
HEAVIEST = 3


def organisation(random: Random) -> Organisation:
    roles = {}
    for number, name in enumerate(ROLES):
        above = random.choice((None, *ROLES[:number], *ROLES[:number]))
        roles[name] = Role(above, outside=rarely(random), is_vip=rarely(random))
    queues = {name: (queue_members(random), queue_members(random)) for name in QUEUES}
    return Organisation(roles, queues, {kind: access(random, kind) for kind in OWNED})


def rarely(random: Random) -> bool:
    return random.randrange(6) == 5


def often(random: Random) -> bool:
    return random.randrange(6) > 0


def queue_members(random: Random) -> Whom:
    kind = random.choice(("role", "role", "below", "permission_set"))
    return Whom(kind, "vip" if kind == "permission_set" else random.choice(ROLES))


def access(random: Random, kind: str) -> Access:
    rules = tuple(rule(random) for _ in range(random.randrange(4)))
    pool = Pool(pool_people(random), pool_people(random), weight(random)) if often(random) else None
    carries = frozenset(k for k in KINDS if ABOVE[k] == kind and random.randrange(2))
    default = random.choice(("private", "private", "private", "private", "read", "edit"))
    return Access(default, rules, pool, carries)


def rule(random: Random) -> Rule:
    owner = random.choice((None, "role", "below", "queue"))
    return Rule(
        tuple(rule_people(random) for _ in range(random.randint(1, 2))),
        random.choice(LEVELS),
        weight(random),
        owner and Whom(owner, random.choice(QUEUES if owner == "queue" else ROLES)),
    )


def weight(random: Random) -> int | None:
    return random.choice((None, *range(1, HEAVIEST + 1)))


def pool_people(random: Random) -> tuple[Whom, ...]:
    return tuple(standing_people(random) for _ in range(random.randrange(2)))


def standing_people(random: Random) -> Whom:
    kind = random.choice(("role", "role", "below", "queue", "permission_set", "everyone"))
    names = {"queue": QUEUES, "permission_set": ("vip",), "everyone": ("",)}
    return Whom(kind, random.choice(names.get(kind, ROLES)))


def rule_people(random: Random) -> Whom:
    kind = random.choice(("standing", "standing", "standing", "field", "branch", "colleagues"))
    return standing_people(random) if kind == "standing" else Whom(kind)


# Worlds -------------------------------------------------------------------------------------


def world(random: Random, people: int, rows: int) -> World:
    found = World(
        organisation(random),
        [person(random) for _ in range(people)],
        [random.choice((None, *range(n))) for n in range(BRANCHES)],
        [],
    )
    for _ in range(rows):
        found.rows.append(row(random, found))
    found.shares = shares(random, found)
    return found


def person(random: Random) -> Person:
    grants = frozenset(
        (kind, right)
        for kind in KINDS
        if often(random)
        for right in RIGHTS
        if (random.randrange(12) == 11 if right.endswith("all") else often(random))
    )
    return Person(
        random.choice((None, *ROLES, *ROLES)),
        grants,
        frozenset(n for n in range(BRANCHES) if rarely(random)),
        is_vip=rarely(random),
        opened=random.randrange(2) == 1,
    )


def row(random: Random, of: World) -> Row:
    """Things first, so that everything else has something to stand below."""
    kind = random.choice(KINDS)
    uppers = [n for n, each in enumerate(of.rows) if each.kind == ABOVE[kind]]
    if not uppers and kind != "thing":
        kind, uppers = "thing", []
    above = random.choice(uppers) if uppers and (kind == "part" or often(random)) else None
    return Row(
        kind,
        owner(random, of) if kind in OWNED else None,
        above,
        random.choice((None, *range(HEAVIEST + 1))),
        random.choice((None, *range(len(of.people)))),
        random.choice((None, *range(BRANCHES))),
    )


def owner(random: Random, of: World) -> Owner:
    kind = random.choice(("person", "person", "person", "person", "queue", "nobody"))
    if kind == "person":
        return "person", random.randrange(len(of.people))
    return ("queue", random.choice(QUEUES)) if kind == "queue" else None


def shares(random: Random, of: World) -> list[Share]:
    """Nothing is shared twice with the same."""
    owned = [n for n, each in enumerate(of.rows) if each.kind in OWNED]
    found = {}
    for _ in range(random.randrange(len(owned) + 1) if owned else 0):
        share = Share(random.choice(owned), shared_with(random, of), random.choice(LEVELS))
        share.until = random.choice((None, None, 2, 5))
        found[share.row, share.whom] = share
    return list(found.values())


def shared_with(random: Random, of: World) -> Whom:
    kind = random.choice(("person", "person", "role", "below", "queue", "branch", "tree"))
    names: dict[str, Any] = {
        "person": range(len(of.people)),
        "queue": QUEUES,
        "branch": range(BRANCHES),
        "tree": range(BRANCHES),
    }
    return Whom(kind, random.choice(names.get(kind, ROLES)))
