"""Who would gain and lose what by other roles and permission sets, before they are published."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..metadata.catalog import Catalog
from ..metadata.definitions import Object
from ..metadata.sharing import People
from . import access
from .actors import Actor
from .reach import RIGHTS, Change, Comparison, Tally, actors
from .row_conditions import (
    AllOf,
    AnyOf,
    ByRule,
    OwnedBelow,
    OwnedBy,
    RowCondition,
    ThroughParent,
    all_of,
    any_of,
)
from .storage.people import load_actor
from .storage.unit_of_work import Unit
from .storage.user_rows import find

MOST_PEOPLE = 200
MOST_COUNTS = 600
"""So many questions are put to the database at most: the rest of the people is not asked about."""


@dataclass(frozen=True, slots=True)
class Effect:
    """``others``: (id, name) of those whose rights would be others, of ``asked`` people;
    ``objects``: of which objects they would reach more or fewer records."""

    others: tuple[tuple[str, str], ...]
    asked: int
    objects: tuple[tuple[Object, Comparison], ...]


def effect(unit: Unit, after: Catalog) -> Effect:
    """What ``after`` would change for people, in place of the roles and permission sets of now.
    Needs ``manage_rights``. Records that wait in queues are left out where roles move."""
    access.require_system(unit.actor, "manage_rights")
    moved = _tree(unit.catalog) != _tree(after)
    people = find(unit, "", None, True, MOST_PEOPLE, None).users
    tallies = {name: Tally(name) for name in unit.catalog.objects}
    others: list[tuple[str, str]] = []
    asked = counted = 0
    for now in actors(unit, people):
        if counted >= MOST_COUNTS:
            break
        asked += 1
        then = load_actor(unit.connection, now.id, unit.opening.rights, after)
        if (now.rights, now.outside) != (then.rights, then.outside):
            others.append((now.id, now.name))
        for obj in unit.catalog.objects.values():
            reads, edits = _changes(unit.catalog, after, now, then, obj, moved)
            if reads[0] != reads[1] or edits[0] != edits[1]:
                tallies[obj.name].add(replace(unit, actor=now), reads, edits)
                counted += 1
    told = [(unit.catalog.object(t.object), t.told(asked)) for t in tallies.values() if t.moves]
    return Effect(tuple(others), asked, tuple(told))


def _tree(catalog: Catalog) -> dict[str, str | None]:
    return {role.name: role.above for role in catalog.roles.values()}


def _changes(
    before: Catalog, after: Catalog, now: Actor, then: Actor, obj: Object, moved: bool
) -> tuple[Change, Change]:
    """What somebody may read and edit of an object."""
    found = []
    for right in RIGHTS:
        was = access.rows(now, right, obj, before)
        will = access.rows(then, right, obj, after)
        if moved:
            was, will = _by_tree(was, now, before), _by_tree(will, then, after)
        found.append((was, will))
    return found[0], found[1]


def _by_tree(condition: RowCondition, who: Actor, catalog: Catalog) -> RowCondition:
    """The same with the roles themselves for what the tree says of them: what is written down of
    the tree is that of now."""
    match condition:
        case OwnedBelow():
            return _owned_by(catalog.roles_below(who.role) if who.role else ())
        case OwnedBy(People(role=str(role), below=True)):
            return _owned_by({role, *catalog.roles_below(role)})
        case AnyOf(conditions):
            return any_of(tuple(_by_tree(each, who, catalog) for each in conditions))
        case AllOf(conditions):
            return all_of(tuple(_by_tree(each, who, catalog) for each in conditions))
        case ByRule() | ThroughParent():
            return replace(condition, condition=_by_tree(condition.condition, who, catalog))
        case _:
            return condition


def _owned_by(roles: frozenset[str] | set[str] | tuple[str, ...]) -> RowCondition:
    return any_of(tuple(OwnedBy(People(role=role)) for role in sorted(roles)))
