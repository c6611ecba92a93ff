"""Who may do what, said as plainly as can be: no SQL, no cleverness, one row at a time.

This is the judge. It is written from the description of the access model, never from its code.
"""

from __future__ import annotations

from collections.abc import Iterator

from .worlds import ABOVE, Case, Owner, Row, Whom, World


def may(world: World, who: int, doing: str, row: Row) -> bool:
    """``doing``: read, edit or delete."""
    person, given = world.people[who], rights(world, who, row.kind)
    if not person.active or doing not in given:
        return False
    if ("view_all" if doing == "read" else "edit_all") in given:
        return True
    if row.kind == "part":
        on_whole = "read" if doing == "read" else "edit"
        return row.above is not None and may(world, who, on_whole, world.rows[row.above])
    return holds(world, who, doing, row) or (doing != "delete" and opened(world, who, doing, row))


def may_give(world: World, who: int, row: Row) -> bool:
    """May they hand it over and share it?"""
    given = rights(world, who, row.kind)
    return "edit" in given and ("edit_all" in given or holds(world, who, "edit", row))


def rights(world: World, who: int, kind: str) -> set[str]:
    """What is granted, and what follows from it."""
    given = {right for of, right in world.people[who].grants if of == kind}
    if "edit_all" in given:
        given |= {"view_all", "edit"}
    return given | {"read"} if given else given


def holds(world: World, who: int, doing: str, row: Row) -> bool:
    """It is theirs, or of somebody below them, or everybody's."""
    default = world.access(row.kind).default
    if not world.role(who).outside and default in ("edit", doing):
        return True
    return is_mine(world, who, row.owner)


def is_mine(world: World, who: int, owner: Owner) -> bool:
    if owner is None:
        return False
    kind, name = owner
    owners = [name] if kind == "person" else members(world, str(name))
    return any(each == who or is_above(world, who, int(each)) for each in owners)


def is_above(world: World, who: int, other: int) -> bool:
    mine, upper = world.people[who].role, world.role(other).above
    while upper is not None and upper != mine:
        upper = world.organisation.roles[upper].above
    return mine is not None and upper == mine


def members(world: World, queue: str) -> list[int]:
    meant = world.organisation.queues[queue]
    return [n for n in range(len(world.people)) if any(is_one(world, n, w) for w in meant)]


def opened(world: World, who: int, doing: str, row: Row) -> bool:
    """By a rule, as part of a pool, by a share of it or of what it goes along with, or because
    they are asked about it."""
    levels = ("edit",) if doing == "edit" else ("read", "edit")
    by_rule = any(
        rule.grant in levels
        and weighs(row, rule.weight)
        and (rule.owner is None or is_owner(world, row.owner, rule.owner))
        and any(is_one(world, who, whom, row) for whom in rule.whom)
        for rule in world.access(row.kind).rules
    )
    by_share = any(
        share.level in levels
        and (share.until is None or share.until > world.minute)
        and is_one(world, who, share.whom)
        for origin in origins(world, row, ())
        for share in world.shares
        if world.rows[share.row] is origin
    )
    looks = doing == "read" and (in_pool(world, who, row) or is_asked(world, who, row))
    return by_rule or by_share or looks


def in_pool(world: World, who: int, row: Row) -> bool:
    """It is nobody's, and they may see or claim what is."""
    pool = world.access(row.kind).pool
    if pool is None or row.owner is not None or not weighs(row, pool.weight):
        return False
    return any(is_one(world, who, whom) for whom in (*pool.see, *pool.claim))


def is_asked(world: World, who: int, row: Row) -> bool:
    return any(
        case.asked == who and world.rows[case.row] is row
        for case in world.cases
        if not case.is_over
    )


def may_see_case(world: World, who: int, case: Case) -> bool:
    """Whoever was asked in it, and whoever may read what it is about."""
    return case.asked == who or may(world, who, "read", world.rows[case.row])


def origins(world: World, row: Row, seen: tuple[str, ...]) -> Iterator[Row]:
    """The record, and those it goes along with; no kind twice."""
    yield row
    upper = ABOVE[row.kind]
    if row.above is None or upper in (*seen, row.kind):
        return
    if row.kind in world.access(upper).carries:
        yield from origins(world, world.rows[row.above], (*seen, row.kind))


def weighs(row: Row, least: int | None) -> bool:
    return least is None or (row.weight is not None and row.weight >= least)


def is_owner(world: World, owner: Owner, whom: Whom) -> bool:
    if owner is None:
        return False
    if owner[0] == "queue":
        return whom == Whom("queue", owner[1])
    return is_one(world, int(owner[1]), whom)


def is_one(world: World, who: int, whom: Whom, row: Row | None = None) -> bool:
    """Is the person one of those meant? The last three depend on the record."""
    person, name = world.people[who], whom.name
    match whom.kind:
        case "person":
            return who == name
        case "role":
            return person.role == name
        case "below":
            return person.role is not None and name in upwards_of_role(world, person.role)
        case "queue":
            return who in members(world, str(name))
        case "permission_set":
            return person.is_vip or world.role(who).is_vip
        case "everyone":
            return not world.role(who).outside
        case "branch" if row is None:
            return name in person.branches
        case "tree":
            return any(name in upwards(world, each) for each in person.branches)
        case "field":
            return row is not None and row.named == who
        case "branch":
            return row is not None and bool(person.branches & upwards(world, row.region))
        case "colleagues":
            return any(person.branches & upwards(world, each) for each in branches_of(world, row))
    raise AssertionError(whom)


def branches_of(world: World, row: Row | None) -> frozenset[int]:
    """Those of the record's owner."""
    if row is None or row.owner is None or row.owner[0] == "queue":
        return frozenset()
    return world.people[int(row.owner[1])].branches


def upwards(world: World, branch: int | None) -> set[int]:
    """The branch and those above it."""
    found: set[int] = set()
    while branch is not None:
        found.add(branch)
        branch = world.branches[branch]
    return found


def upwards_of_role(world: World, role: str | None) -> set[str]:
    found: set[str] = set()
    while role is not None:
        found.add(role)
        role = world.organisation.roles[role].above
    return found
