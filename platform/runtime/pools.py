"""Pools (公海): records without an owner, which people claim, are given, and let go of again.

Every change of owner here is an ordinary one (``ownership``): it carries along what the object
says, and shows on the timeline with its reason. Two claims of one record cannot both be made: the
second finds who was first. Limits are counted with the person locked (``pool_limits``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from ..errors import (
    AccessDenied,
    BadRequest,
    Conflict,
    FieldProblem,
    NotFound,
    RecordInvalid,
    TypecaseError,
)
from ..metadata.field_types.values import UUID
from ..metadata.sharing import Pool
from . import access, pool_limits, principals, saving
from .changes import Change
from .pool_limits import day_of, today
from .storage import people, pool_rows, records
from .storage.people import actor_of
from .storage.tables import ObjectTable
from .storage.unit_of_work import Unit

MOST_AT_ONCE = 500
MOST_REASON = 300
TOLD_FOR = timedelta(days=1)
"""How long those who could have claimed a record are told who was first."""

IN_FULL, MAY_EDIT = "__in_full", "__may_edit"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one record of several; ``error``: why nothing did."""

    id: str
    error: TypecaseError | None = None


def claim(unit: Unit, object_name: str, id_: str) -> None:
    """Takes a record out of the pool for oneself.

    Raises NotFound; AccessDenied for who may not claim; Conflict when somebody was first, when a
    limit is reached, and during the cool-down after letting it go.
    """
    of, pool = _place(unit, object_name)
    _require_claim(unit, of, pool)
    pool_rows.lock_people(unit, [unit.actor.id])
    stored = _free(unit, of, pool, id_)
    _refuse_cool_down(unit, pool, id_)
    _refuse_full(unit, of, pool, unit.actor.id, claims=True)
    _hand(unit, of, stored, unit.actor.id, "claim")


def assign(unit: Unit, object_name: str, id_: str, to: str, reason: str | None = None) -> None:
    """Gives a record of the pool, or one held in full, to somebody.

    Needs to manage the pool, or to hold the record in full. Raises NotFound, AccessDenied,
    RecordInvalid (nobody to give it to), Conflict when they may hold no more.
    """
    of, pool = _place(unit, object_name)
    stored = _managed(unit, of, pool, id_)
    said = _reason(reason, required=False)
    _require_receiver(unit, of, to)
    if stored["owner"] == to:
        raise Conflict("They have it already.")
    pool_rows.lock_people(unit, [to])
    _refuse_full(unit, of, pool, to)
    _hand(unit, of, stored, to, "assign", said)


def release(unit: Unit, object_name: str, id_: str, reason: str | None) -> None:
    """Lets go of a record, so that others may claim it. The reason is shown to them.

    For its owner, those above them, and who manages the pool. Raises NotFound, AccessDenied,
    RecordInvalid without a reason, Conflict when it is free already or does not belong there.
    """
    of, pool = _place(unit, object_name)
    stored = _managed(unit, of, pool, id_)
    said = _reason(reason, required=True)
    if stored["owner"] is None:
        raise Conflict("It lies in the pool already.")
    if not pool_rows.in_pool(unit, of, pool, [id_]):
        raise Conflict("This record does not belong in the pool as it is now.")
    _hand(unit, of, stored, None, "release", said)


def take(unit: Unit, object_name: str, id_: str) -> None:
    """Takes a record out of a queue one is a member of. Raises NotFound, AccessDenied, Conflict
    when somebody was first, or when one may hold no more."""
    of = unit.model.table(unit.catalog.object(object_name).name)
    access.require(unit.actor, "edit", of.object)
    pool_rows.lock_people(unit, [unit.actor.id])
    stored = _seen_or_gone(unit, of, id_)
    owner = stored["owner"]
    if owner is None or people.kind_of(unit, owner) != "queue":
        raise _taken(unit, owner)
    if principals.queue(owner) not in unit.actor.principals:
        raise AccessDenied("You are not a member of this queue.")
    pool = pool_limits.pool_of(unit.catalog, of.object)
    if pool is not None:
        _refuse_full(unit, of, pool, unit.actor.id)
    change = _change(stored, unit.actor.id, "take")
    change.queue = owner
    saving.hand(unit, of, [change])


def each(unit: Unit, ids: Sequence[str], work: Callable[[str], None]) -> tuple[Outcome, ...]:
    """Does ``work`` to one record after the other; what is refused undoes only itself."""
    wanted = list(dict.fromkeys(ids))
    if len(wanted) > MOST_AT_ONCE:
        raise BadRequest("At most {most} records in one call.", most=MOST_AT_ONCE)
    return tuple(Outcome(id_, _alone(unit, id_, work)) for id_ in wanted)


def _alone(unit: Unit, id_: str, work: Callable[[str], None]) -> TypecaseError | None:
    try:
        with unit.savepoint():
            work(id_)
    except TypecaseError as error:
        return error
    return None


# Who may --------------------------------------------------------------------------------------


def may_release(unit: Unit, pool: Pool, stored: dict[str, Any]) -> bool:
    """Whether the actor may let go of a record they see; ``stored`` as ``records.load`` has it."""
    mine = stored[IN_FULL] or access.manages_pool(unit.actor, pool)
    return bool(mine) and stored["owner"] is not None


def may_assign(unit: Unit, pool: Pool, stored: dict[str, Any]) -> bool:
    return bool(stored[IN_FULL] or access.manages_pool(unit.actor, pool))


def lies_in(unit: Unit, of: ObjectTable, pool: Pool, id_: str) -> bool:
    """Whether a record may lie in the pool as it is now, whoever owns it."""
    return bool(pool_rows.in_pool(unit, of, pool, [id_]))


def require_managed(unit: Unit, object_name: str, id_: str) -> Pool:
    """The pool, for who may release or assign the record. Raises NotFound, AccessDenied."""
    of, pool = _place(unit, object_name)
    _managed(unit, of, pool, id_)
    return pool


def _place(unit: Unit, object_name: str) -> tuple[ObjectTable, Pool]:
    of = unit.model.table(unit.catalog.object(object_name).name)
    access.require(unit.actor, "read", of.object)
    pool = pool_limits.pool_of(unit.catalog, of.object)
    if pool is None:
        raise NotFound("There is no pool for such records.")
    return of, pool


def _require_claim(unit: Unit, of: ObjectTable, pool: Pool) -> None:
    access.require(unit.actor, "edit", of.object)
    if not access.may_claim(unit.actor, pool):
        raise AccessDenied("You may not claim records of this pool.")


def _managed(unit: Unit, of: ObjectTable, pool: Pool, id_: str) -> dict[str, Any]:
    """The stored record, for who may say whose it is."""
    stored = records.load(unit, of, [id_]).get(id_)
    if stored is None:
        raise NotFound()
    access.require(unit.actor, "edit", of.object)
    if not may_assign(unit, pool, stored):
        raise AccessDenied("Only who holds the record in full or manages the pool may do this.")
    return stored


def _require_receiver(unit: Unit, of: ObjectTable, to: str) -> None:
    """Somebody who is there and may work on such records; a queue always may."""
    kind = people.kind_of(unit, to) if UUID.fullmatch(to) else None
    able = kind == "queue" or (
        kind == "person" and "edit" in actor_of(unit, to).rights.on(of.object.name)
    )
    if not able:
        message = "Choose somebody who may work on such records."
        raise RecordInvalid([FieldProblem("owner", "no_such_record", message)])


def _free(unit: Unit, of: ObjectTable, pool: Pool, id_: str) -> dict[str, Any]:
    """The stored record when it lies in the pool. Raises NotFound, Conflict."""
    stored = _seen_or_gone(unit, of, id_)
    if stored["owner"] is not None:
        raise _taken(unit, stored["owner"])
    if not pool_rows.in_pool(unit, of, pool, [id_]):
        raise Conflict("This record does not belong in the pool as it is now.")
    return stored


def _seen_or_gone(unit: Unit, of: ObjectTable, id_: str) -> dict[str, Any]:
    """What the actor sees. What they saw a moment ago, before somebody else got it, is a
    Conflict and names them; anything else is as good as not there."""
    stored = records.load(unit, of, [id_]).get(id_)
    if stored is not None:
        return stored
    last = pool_rows.last_change(unit, id_)
    if last is None or last.after is None or unit.now - last.at > TOLD_FOR:
        raise NotFound()
    if not _could_see(unit, of, id_, last.before):
        raise NotFound()
    raise _taken(unit, last.after)


def _could_see(unit: Unit, of: ObjectTable, id_: str, before: str | None) -> bool:
    """Whether the record lay in a pool or queue of the actor's before it was taken."""
    if before is not None:
        return principals.queue(before) in unit.actor.principals
    pool = pool_limits.pool_of(unit.catalog, of.object)
    if pool is None or not access.sees_pool(unit.actor, pool):
        return False
    return lies_in(unit, of, pool, id_)


def _taken(unit: Unit, owner: str | None) -> Conflict:
    if owner is None:
        return Conflict("It waits in no queue.")
    if owner == unit.actor.id:
        return Conflict("It is yours already.")
    return Conflict("{person} was first.", person=people.name_of(unit, owner))


# How much -------------------------------------------------------------------------------------


def _refuse_full(
    unit: Unit, of: ObjectTable, pool: Pool, person: str, claims: bool = False
) -> None:
    """The person is locked. Raises Conflict, with what to do about it."""
    if pool_limits.passes(unit, of.object) or people.kind_of(unit, person) == "queue":
        return
    has = pool_limits.holding(unit, of, pool, person)
    limits, told = pool.limits, {"object": pool_limits.plural(unit, of.object)}
    mine = person == unit.actor.id
    if limits.held is not None and has.held >= limits.held:
        message = MINE_HELD if mine else THEIRS_HELD
        raise Conflict(message, **told, count=has.held, person=people.name_of(unit, person))
    if limits.followed is not None and has.followed >= limits.followed:
        message = MINE_FOLLOWED if mine else THEIRS_FOLLOWED
        raise Conflict(message, **told, count=has.followed, person=people.name_of(unit, person))
    if claims and limits.per_day is not None and has.claimed_today >= limits.per_day:
        message = (
            "You have claimed {count} {object} today; that is all for a day. Come back tomorrow."
        )
        raise Conflict(message, **told, count=has.claimed_today)


MINE_HELD = "You hold {count} {object}, as many as you may. Release some first."
THEIRS_HELD = "{person} holds {count} {object} already, as many as anybody may."
MINE_FOLLOWED = "You are following {count} {object}, as many as you may. Finish or release some."
THEIRS_FOLLOWED = "{person} is following {count} {object} already, as many as anybody may."


def _refuse_cool_down(unit: Unit, pool: Pool, id_: str) -> None:
    days = pool.limits.cool_down_days
    if not days:
        return
    gone = pool_rows.let_go(unit, id_, unit.actor.id)
    if gone is not None:
        again = day_of(unit, gone) + timedelta(days=days)
        if today(unit) < again:
            message = "You let go of it not long ago. You may claim it again from {day} on."
            raise Conflict(message, day=again.isoformat())


def _reason(given: str | None, required: bool) -> str | None:
    said = " ".join(given.split()) if isinstance(given, str) else ""
    if required and not said:
        raise RecordInvalid([FieldProblem("reason", "required", "Say why; others will read it.")])
    if len(said) > MOST_REASON:
        data = {"most": MOST_REASON}
        raise RecordInvalid(
            [FieldProblem("reason", "too_long", "At most {most} characters.", data)]
        )
    return said or None


# Doing ----------------------------------------------------------------------------------------


def _change(
    stored: dict[str, Any], owner: str | None, how: str, reason: str | None = None
) -> Change:
    values = {**stored, "owner": owner}
    return Change("update", stored["id"], {}, stored, values, handing=how, reason=reason)


def _hand(
    unit: Unit,
    of: ObjectTable,
    stored: dict[str, Any],
    owner: str | None,
    how: str,
    reason: str | None = None,
) -> None:
    saving.hand(unit, of, [_change(stored, owner, how, reason)])
