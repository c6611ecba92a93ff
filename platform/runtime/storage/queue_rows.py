"""Queues at work: who is next, how much everybody has, what waits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from ..actors import SYSTEM_ID
from .access_tables import queue, queue_member
from .lookups import select_from
from .row_rights import ACTOR
from .system_tables import user, user_permission
from .tables import ObjectTable
from .unit_of_work import Unit

QueueRow = sa.Row[Any]
"""``id``, ``definition``, ``live``, ``dealt_to``."""


MANY = sa.func.count().label("many")


def lock(unit: Unit, ids: Collection[str]) -> Sequence[QueueRow]:
    """The queues among ``ids``; nobody else deals from them until the transaction ends."""
    chosen = sa.select(queue).where(queue.c.id.in_(sorted(ids)), queue.c.live)
    return unit.execute(chosen.order_by(queue.c.id).with_for_update()).all()


def of_ids(unit: Unit, ids: Collection[str]) -> Sequence[QueueRow]:
    """The queues among ``ids``."""
    return unit.execute(sa.select(queue).where(queue.c.id.in_(sorted(ids)))).all()


def set_dealt(unit: Unit, id_: str, person: str | None) -> None:
    unit.execute(sa.update(queue).where(queue.c.id == id_).values(dealt_to=person))


def members(unit: Unit, id_: str, roles: Sequence[str], sets: Sequence[str]) -> list[str]:
    """Active members in one of ``roles`` or with one of the permission sets ``sets``, by id."""
    own = sa.select(user_permission.c.user).where(user_permission.c.permission_set.in_(list(sets)))
    chosen = (
        sa.select(user.c.id)
        .join(queue_member, queue_member.c.person == user.c.id)
        .where(
            queue_member.c.queue == id_,
            user.c.is_active,
            sa.or_(user.c.role.in_(list(roles)), user.c.id.in_(own)),
        )
        .order_by(user.c.id)
    )
    return list(unit.execute(chosen).scalars())


def load(
    unit: Unit, of: ObjectTable, people: Collection[str], closed: str | None
) -> dict[str, int]:
    """Person → how many living records of the object they have, without those that are
    ``closed``."""
    selection = select_from(unit, of.object.name, unit.surroundings)
    chosen: list[sa.ColumnElement[bool]] = [
        of["owner"].in_(sorted(people)),
        of["deleted_at"].is_(None),
    ]
    if closed:
        chosen.append(~sa.func.coalesce(selection.condition(closed), sa.false()))
    counted = sa.select(of["owner"].label("owner"), MANY).select_from(selection.source)
    rows = unit.execute(counted.where(*chosen).group_by(of["owner"]), {ACTOR: SYSTEM_ID})
    return {row.owner: row.many for row in rows}


def of_person(unit: Unit, person: str) -> Sequence[sa.Row[Any]]:
    """``id``, ``definition`` and ``name`` of the queues somebody is in."""
    chosen = (
        sa.select(queue.c.id, queue.c.definition, user.c.name)
        .join(queue_member, queue_member.c.queue == queue.c.id)
        .join(user, user.c.id == queue.c.id)
        .where(queue_member.c.person == person, queue.c.live)
    )
    return unit.execute(chosen.order_by(user.c.name)).all()


def waiting(unit: Unit, of: ObjectTable, queues: Collection[str]) -> dict[str, int]:
    """Queue → how many living records of the object it owns."""
    counted = (
        sa.select(of["owner"].label("owner"), MANY)
        .where(of["owner"].in_(sorted(queues)), of["deleted_at"].is_(None))
        .group_by(of["owner"])
    )
    return {row.owner: row.many for row in unit.execute(counted)}
