"""What people can reach: how many records of which objects, by which rights; and what a sharing
rule adds to that. For those who look after rights (``manage_rights``).

Counts are asked as the person, with the conditions that limit their lists.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..errors import SignInRequired
from ..metadata.definitions import Access, Object
from ..metadata.rights import ObjectRight
from ..metadata.sharing import SharingRule
from . import access
from .actors import Actor
from .row_conditions import RowCondition
from .storage import reach_rows
from .storage.people import actor_of
from .storage.unit_of_work import Unit
from .storage.user_rows import User, find

PEOPLE_PER_ROLE = 3
"""Of each role that many people are counted; the one who reaches most stands for it."""

EXAMPLES = 5

RIGHTS: tuple[ObjectRight, ...] = ("read", "edit")
"""What sharing opens."""

Change = tuple[RowCondition, RowCondition]
"""Before, after."""


@dataclass(frozen=True, slots=True)
class ObjectReach:
    """``read``, ``edit``: how many records; None: they may not."""

    object: str
    rights: frozenset[ObjectRight]
    read: int | None
    edit: int | None


@dataclass(frozen=True, slots=True)
class Reach:
    """``fields``: sensitive fields that are open, ``object.field`` → ``read`` or ``edit``."""

    objects: tuple[ObjectReach, ...]
    fields: Mapping[str, str]
    system: frozenset[str]


def of_actor(unit: Unit, actor: Actor) -> Reach:
    """What ``actor`` can reach. Needs ``manage_rights``."""
    access.require_system(unit.actor, "manage_rights")
    seen = replace(unit, actor=actor)
    return Reach(
        objects=tuple(
            _object(seen, obj) for obj in unit.catalog.objects.values() if actor.rights.on(obj.name)
        ),
        fields=dict(actor.rights.fields),
        system=actor.rights.system,
    )


def of_role(unit: Unit, role: str) -> Reach | None:
    """The most that one of some people in a role reaches, object by object; None: nobody is in
    it. Needs ``manage_rights``."""
    access.require_system(unit.actor, "manage_rights")
    people = find(unit, "", role, True, PEOPLE_PER_ROLE, None).users
    found = [of_actor(unit, actor) for actor in actors(unit, people)]
    return _widest(found) if found else None


def outside_people(unit: Unit, most: int = 100) -> tuple[User, ...]:
    """Active people of roles from outside. Needs ``manage_rights``."""
    access.require_system(unit.actor, "manage_rights")
    roles = [role.name for role in unit.catalog.roles.values() if role.outside]
    return tuple(u for role in roles for u in find(unit, "", role, True, most, None).users)


def _object(seen: Unit, obj: Object) -> ObjectReach:
    rights = seen.actor.rights.on(obj.name)
    counts = reach_rows.count(seen, obj.name, [
        access.rows(seen.actor, "read", obj, seen.catalog),
        access.rows(seen.actor, "edit", obj, seen.catalog),
    ])  # fmt: skip
    return ObjectReach(
        obj.name,
        rights,
        counts[0] if "read" in rights else None,
        counts[1] if "edit" in rights else None,
    )


def _widest(several: Sequence[Reach]) -> Reach:
    by_name: dict[str, ObjectReach] = {}
    for each in (each for reach in several for each in reach.objects):
        known = by_name.get(each.object)
        if known is None:
            by_name[each.object] = each
            continue
        by_name[each.object] = ObjectReach(
            each.object,
            known.rights | each.rights,
            _most(known.read, each.read),
            _most(known.edit, each.edit),
        )
    fields: dict[str, str] = {}
    for reach in several:
        fields |= {n: v for n, v in reach.fields.items() if fields.get(n) != "edit"}
    system = frozenset(right for reach in several for right in reach.system)
    return Reach(tuple(by_name.values()), fields, system)


def _most(one: int | None, other: int | None) -> int | None:
    return max(one or 0, other or 0) if one is not None or other is not None else None


def actors(unit: Unit, people: Iterable[User]) -> Iterable[Actor]:
    for each in people:
        try:
            yield actor_of(unit, each.id)
        except SignInRequired:
            continue


# Sharing rules ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Move:
    """Of how many records somebody gains or loses the sight, and the right to change them."""

    person: str
    name: str
    seen: int
    unseen: int
    editable: int
    uneditable: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """``moves``: those who gain or lose most first, of ``asked`` people; ``gained``, ``lost``: ids
    of records that one of them gains or loses, for example."""

    moves: tuple[Move, ...]
    asked: int
    gained: tuple[str, ...]
    lost: tuple[str, ...]


def preview(unit: Unit, object_name: str, rule: SharingRule) -> Comparison:
    """Who gains what by ``rule``, beside all that is open to them without it. Needs
    ``manage_rights``."""
    obj = unit.catalog.object(object_name)
    others = tuple(each for each in obj.access.sharing if each.id != rule.id)
    without = replace(obj.access, sharing=others)
    return compare(unit, object_name, without, replace(obj.access, sharing=(*others, rule)))


def compare(
    unit: Unit, object_name: str, before: Access, after: Access, most: int = 200
) -> Comparison:
    """Who would see and change which records of an object by ``after`` in place of ``before``,
    all other rights staying as they are. Needs ``manage_rights``."""
    access.require_system(unit.actor, "manage_rights")
    obj = unit.catalog.object(object_name)
    now, then = replace(obj, access=before), replace(obj, access=after)
    people = find(unit, "", None, True, most, None).users
    tally = Tally(object_name)
    for actor in actors(unit, people):
        seen = replace(unit, actor=actor)
        reads, edits = ((_rows(seen, r, now), _rows(seen, r, then)) for r in RIGHTS)
        if reads[0] != reads[1] or edits[0] != edits[1]:
            tally.add(seen, reads, edits)
    return tally.told(len(people))


@dataclass
class Tally:
    """Who gains and loses what of one object, person by person."""

    object: str
    moves: list[Move] = field(default_factory=list)
    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()

    def add(self, seen: Unit, reads: Change, edits: Change) -> None:
        """The unit's actor, with what they may read and edit: before, after."""
        who, name = seen.actor, self.object
        move = Move(who.id, who.name, *reach_rows.moved(seen, name, [reads, edits]))
        if any((move.seen, move.unseen, move.editable, move.uneditable)):
            self.moves.append(move)
        (before, after), more, fewer = edits, move.editable, move.uneditable
        if move.seen or move.unseen:
            (before, after), more, fewer = reads, move.seen, move.unseen
        if more and not self.gained:
            self.gained = reach_rows.gained(seen, name, before, after, EXAMPLES)
        if fewer and not self.lost:
            self.lost = reach_rows.gained(seen, name, after, before, EXAMPLES)

    def told(self, asked: int) -> Comparison:
        def most_first(m: Move) -> tuple[int, str]:
            return -max(m.seen, m.unseen, m.editable, m.uneditable), m.name

        moves = tuple(sorted(self.moves, key=most_first))
        return Comparison(moves, asked, self.gained, self.lost)


def _rows(seen: Unit, right: ObjectRight, obj: Object) -> RowCondition:
    return access.rows(seen.actor, right, obj, seen.catalog)
