"""Notices, and the people they are for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from ...runtime.storage import many
from ...runtime.storage.access_tables import share
from ...runtime.storage.by_ids import ByIds
from ...runtime.storage.message_tables import notice_choice
from ...runtime.storage.system_tables import notice, user, user_permission
from ...runtime.storage.unit_of_work import Unit
from .choice_rows import Choice

CHOSEN = sa.and_(notice_choice.c.person == user.c.id, notice_choice.c.kind == sa.bindparam("kind"))
WAYS = ByIds(
    user.c.id,
    lambda its: (
        sa.select(user.c.id, user.c.language, *(notice_choice.c[way] for way in Choice._fields))
        .select_from(user.outerjoin(notice_choice, CHOSEN))
        .where(its)
    ),
)


def insert_notices(unit: Unit, rows: Sequence[dict[str, Any]]) -> None:
    many.insert_rows(unit, notice, rows)


def of_person(unit: Unit, person: str, most: int) -> list[Mapping[Any, Any]]:
    """The latest ``most`` notices of a person, the newest first."""
    statement = sa.select(notice).where(notice.c.user == person)
    return list(unit.execute(statement.order_by(notice.c.id.desc()).limit(most)).mappings())


def unread(unit: Unit, person: str, most: int) -> int:
    """How many notices a person has not read, counted up to ``most``."""
    waiting = sa.select(notice.c.id).where(notice.c.user == person, notice.c.read_at.is_(None))
    counted = sa.select(sa.func.count()).select_from(waiting.limit(most).subquery())
    return int(unit.execute(counted).scalar_one())


def mark_read(unit: Unit, person: str) -> None:
    waiting = sa.update(notice).where(notice.c.user == person, notice.c.read_at.is_(None))
    unit.execute(waiting.values(read_at=unit.now))


def team_members(unit: Unit, records: Collection[str]) -> list[tuple[str, str, str]]:
    """(record, person, their language) of the teams of ``records``: active people whose place in
    the team has not ended."""
    person = sa.literal("user:").concat(sa.cast(user.c.id, sa.Text))
    current = sa.or_(share.c.expires_at.is_(None), share.c.expires_at > unit.now)
    statement = (
        sa.select(share.c.record, user.c.id, user.c.language)
        .join(user, person == share.c.principal)
        .where(share.c.record.in_(sorted(records)), share.c.team_role.is_not(None))
        .where(user.c.is_active, current)
        .order_by(share.c.record, user.c.id)
    )
    return [(row.record, row.id, row.language) for row in unit.execute(statement)]


def with_roles(unit: Unit, roles: Collection[str]) -> list[str]:
    """Active people who hold one of the roles."""
    statement = sa.select(user.c.id).where(user.c.role.in_(sorted(roles)), user.c.is_active)
    return list(unit.execute(statement.order_by(user.c.id)).scalars())


def with_sets(unit: Unit, sets: Collection[str]) -> list[str]:
    """Active people who were given one of the permission sets themselves."""
    statement = (
        sa.select(user.c.id)
        .join(user_permission, user_permission.c.user == user.c.id)
        .where(user_permission.c.permission_set.in_(sorted(sets)), user.c.is_active)
    )
    return list(unit.execute(statement.distinct()).scalars())


def ways(unit: Unit, people: Collection[str], kind: str) -> dict[str, tuple[str, Choice | None]]:
    """Each of ``people`` who is somebody → their language, and how they chose to be told of what
    is of this kind, if they did. What was read is kept until somebody changes any of it."""
    key = ("ways", kind, unit.opening.rights)
    known: dict[str, tuple[str, Choice | None]] | None = unit.model.prepared.get(key)
    if known is None:
        known = {}
        unit.model.keep(key, known)
    if missing := [person for person in people if person not in known]:
        known |= _ways(unit, missing, kind)
    return {person: known[person] for person in people if person in known}


def _ways(unit: Unit, people: Collection[str], kind: str) -> dict[str, tuple[str, Choice | None]]:
    rows = WAYS.execute(unit, people, kind=kind)
    return {
        row.id: (row.language, None if row.bell is None else Choice(row.bell, row.mail, row.sms))
        for row in rows
    }
