"""Users as rows: who an actor is, which rights they add up to, who sees whose records."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from ...errors import SignInRequired
from ...metadata.catalog import Catalog
from ..actors import SYSTEM_ID, Actor, add_up
from .system_tables import state, user, user_permission, visibility
from .unit_of_work import Unit


def load_actor(
    connection: Connection, user_id: str, rights_version: int, catalog: Catalog
) -> Actor:
    """The actor ``user_id``. Raises SignInRequired when they are gone or disabled."""
    row = connection.execute(sa.select(user).where(user.c.id == user_id)).one_or_none()
    if row is None or not row.is_active:
        raise SignInRequired()
    names = set(_own_sets(connection, user_id))
    role = catalog.roles.get(row.role) if row.role else None
    if role is not None:
        names |= set(role.permissions)
    sets = [catalog.permission_sets[n] for n in sorted(names) if n in catalog.permission_sets]
    return Actor(
        id=row.id,
        login=row.login,
        name=row.name,
        role=row.role,
        permission_sets=frozenset(names),
        rights=add_up(sets),
        language=row.language,
        zone=row.zone,
        rights_version=rights_version,
        manager=row.manager,
    )


def _own_sets(connection: Connection, user_id: str) -> Iterable[str]:
    statement = sa.select(user_permission.c.permission_set).where(user_permission.c.user == user_id)
    return connection.scalars(statement)


def rebuild_visibility(connection: Connection, catalog: Catalog) -> None:
    """Writes the closure of the role hierarchy anew and moves the rights version."""
    roles = {row.id: row.role for row in connection.execute(sa.select(user.c.id, user.c.role))}
    above = {name: list(_chain(catalog, name)) for name in catalog.roles}
    holders: dict[str, list[str]] = {}
    for id_, role in roles.items():
        holders.setdefault(role or "", []).append(id_)
    rows = [
        {"viewer": viewer, "owner": owner}
        for owner, role in roles.items()
        for upper in above.get(role or "", ())
        for viewer in holders.get(upper, ())
    ]
    connection.execute(sa.delete(visibility))
    if rows:
        connection.execute(sa.insert(visibility), rows)
    touch_rights(connection)


def touch_rights(connection: Connection) -> None:
    """Makes every process ask again who may do what."""
    moved = {"value": state.c.value + 1}
    connection.execute(sa.update(state).where(state.c.key == "rights").values(moved))


def _chain(catalog: Catalog, name: str) -> Iterable[str]:
    """The roles above ``name``, nearest first."""
    seen = {name}
    upper = catalog.roles[name].above
    while upper and upper in catalog.roles and upper not in seen:
        yield upper
        seen.add(upper)
        upper = catalog.roles[upper].above


def names(unit: Unit, ids: Iterable[str]) -> dict[str, str]:
    """The names of people by id; the system is called System."""
    wanted = sorted({i for i in ids if i and i != SYSTEM_ID})
    found = {SYSTEM_ID: "System"}
    if wanted:
        rows = unit.execute(sa.select(user.c.id, user.c.name).where(user.c.id.in_(wanted)))
        found |= {row.id: row.name for row in rows}
    return found


def name_of(unit: Unit, id_: str) -> str:
    return names(unit, [id_]).get(id_, "?")
