"""Notices, and the people they are for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from ...runtime.storage.system_tables import notice, user, user_permission
from ...runtime.storage.unit_of_work import Unit


def insert_notices(unit: Unit, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        unit.execute(sa.insert(notice), rows)


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
