"""People as approvals look for them: by log-in name, place, manager, queue; and who is away."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

import sqlalchemy as sa

from ...metadata.catalog import Catalog
from ...runtime.storage.access_tables import membership, queue, queue_member
from ...runtime.storage.approval_tables import absence
from ...runtime.storage.system_tables import user
from ...runtime.storage.unit_of_work import Unit
from .told_rows import with_roles, with_sets


def active(unit: Unit, ids: Collection[str]) -> set[str]:
    """Those of ``ids`` who are people and may sign in."""
    statement = sa.select(user.c.id).where(
        user.c.id.in_(sorted(set(ids))), user.c.is_active, user.c.kind == "person"
    )
    return set(unit.execute(statement).scalars())


def with_login(unit: Unit, login: str) -> list[str]:
    statement = sa.select(user.c.id).where(user.c.login == login, user.c.kind == "person")
    return list(unit.execute(statement).scalars())


def of_branch(unit: Unit, people: Collection[str], branch: str) -> list[str]:
    """Those of ``people`` who belong to the branch."""
    statement = sa.select(membership.c.person).where(
        membership.c.branch == branch, membership.c.person.in_(sorted(people))
    )
    return list(unit.execute(statement.order_by(membership.c.person)).scalars())


def of_queue(unit: Unit, definition: str) -> list[str]:
    statement = (
        sa.select(queue_member.c.person)
        .join(queue, queue.c.id == queue_member.c.queue)
        .where(queue.c.definition == definition)
        .order_by(queue_member.c.person)
    )
    return list(unit.execute(statement).scalars())


def manager_of(unit: Unit, person: str) -> str | None:
    statement = sa.select(user.c.manager).where(user.c.id == person)
    return unit.execute(statement).scalar_one_or_none()


def with_right(unit: Unit, right: str) -> list[str]:
    """Everybody whom a permission set gives the system right, by their role or by name."""
    catalog: Catalog = unit.catalog
    sets = [each.name for each in catalog.permission_sets.values() if right in each.system]
    roles = [each.name for each in catalog.roles.values() if set(each.permissions) & set(sets)]
    return list(dict.fromkeys([*with_roles(unit, roles), *with_sets(unit, sets)]))


# Who is away --------------------------------------------------------------------------------


def deputies(unit: Unit, people: Collection[str], day: date) -> dict[str, str]:
    """Of ``people`` those who are away on ``day`` → who decides for them."""
    statement = (
        sa.select(absence.c.person, absence.c.deputy)
        .where(absence.c.person.in_(sorted(people)))
        .where(absence.c.since <= day, absence.c.until >= day)
        .order_by(absence.c.id)
    )
    return {row.person: row.deputy for row in unit.execute(statement)}


def absences(unit: Unit, person: str) -> list[dict[str, Any]]:
    statement = sa.select(absence).where(absence.c.person == person)
    return [dict(row) for row in unit.execute(statement.order_by(absence.c.since)).mappings()]


def put_absence(unit: Unit, person: str, deputy: str, since: date, until: date) -> str:
    row = {"id": unit.new_id(), "person": person, "deputy": deputy}
    unit.execute(sa.insert(absence), {**row, "since": since, "until": until})
    return str(row["id"])


def remove_absence(unit: Unit, person: str, id_: str) -> bool:
    same = (absence.c.id == id_, absence.c.person == person)
    return unit.execute(sa.delete(absence).where(*same)).rowcount > 0
