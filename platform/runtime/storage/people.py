"""Users as rows: who an actor is, which rights they add up to, who sees whose records."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from ...errors import SignInRequired
from ...metadata.catalog import Catalog
from ...metadata.rights import Role
from .. import principals
from ..actors import SYSTEM_ID, Actor, Rights, add_up
from . import groups
from .system_tables import state, user, user_permission, visibility
from .unit_of_work import Unit


def load_actor(
    connection: Connection, user_id: str, rights_version: int, catalog: Catalog
) -> Actor:
    """The actor ``user_id``. Raises SignInRequired when they are gone or disabled."""
    row = connection.execute(sa.select(user).where(user.c.id == user_id)).one_or_none()
    if row is None or not row.is_active or row.kind != "person":
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
        rights=Rights() if row.must_change_password else add_up(sets),
        must_change_password=row.must_change_password,
        language=row.language,
        zone=row.zone,
        rights_version=rights_version,
        manager=row.manager,
        outside=role is not None and role.outside,
        principals=frozenset(_principals(connection, user_id, role, names, catalog)),
    )


def _principals(
    connection: Connection, user_id: str, role: Role | None, sets: Iterable[str], catalog: Catalog
) -> Iterator[str]:
    """What sharing may call this person."""
    yield principals.person(user_id)
    yield from map(principals.permission_set, sets)
    if role is not None:
        yield principals.role(role.name)
        yield from map(principals.role_and_below, (role.name, *catalog.roles_above(role.name)))
    if role is None or not role.outside:
        yield principals.EVERYONE
    names = {queue.id: queue.name for queue in catalog.queues.values()}
    for row in connection.execute(groups.queues_of(user_id)):
        yield principals.queue(row.id)
        if row.definition in names:
            yield principals.of_queue_named(names[row.definition])
    for row in connection.execute(groups.branches_of(user_id)):
        yield principals.branch_and_below(row.ancestor)
        if row.ancestor == row.node:
            yield principals.branch(row.node)


def _own_sets(connection: Connection, user_id: str) -> Iterable[str]:
    statement = sa.select(user_permission.c.permission_set).where(user_permission.c.user == user_id)
    return connection.scalars(statement)


def rebuild_visibility(
    connection: Connection, catalog: Catalog, former: Catalog | None = None
) -> None:
    """Writes anew who is in which queue and whose records somebody sees for being above them,
    and moves the rights version. ``former``: the catalog by which the rows are right, when
    nobody has moved; then only those are written whose place in the tree is another."""
    columns = (user.c.id, user.c.role, user.c.login)
    everybody = connection.execute(sa.select(*columns).where(user.c.kind == "person")).all()
    roles = {row.id: row.role for row in everybody}
    holders: dict[str | None, list[str]] = {}
    for id_, role in roles.items():
        holders.setdefault(role, []).append(id_)
    above = {
        role: [id_ for upper in catalog.roles_above(role or "") for id_ in holders.get(upper, ())]
        for role in holders
    }
    moved = {role for role in holders if former is None or _has_moved(role, former, catalog)}
    pairs = {(viewer, owner) for role in moved for owner in holders[role] for viewer in above[role]}
    logins = {row.login: row.id for row in everybody}
    for queue, members in groups.rebuild_members(connection, catalog, roles, logins).items():
        for member in members:
            pairs |= {(viewer, queue) for viewer in (member, *above[roles[member]])}
    outdated = sa.delete(visibility)
    if former is not None:
        written_anew = sa.or_(user.c.kind != "person", user.c.role.in_(moved - {None}))
        outdated = outdated.where(visibility.c.owner.in_(sa.select(user.c.id).where(written_anew)))
    connection.execute(outdated)
    if pairs:
        rows = [{"viewer": viewer, "owner": owner} for viewer, owner in sorted(pairs)]
        connection.execute(sa.insert(visibility), rows)
    touch_rights(connection)


def _has_moved(role: str | None, former: Catalog, catalog: Catalog) -> bool:
    return former.roles_above(role or "") != catalog.roles_above(role or "")


def touch_rights(connection: Connection) -> None:
    """Makes every process ask again who may do what, and how people want to be told."""
    moved = {"value": state.c.value + 1}
    connection.execute(sa.update(state).where(state.c.key == "rights").values(moved))


def names(unit: Unit, ids: Iterable[str]) -> dict[str, str]:
    """The names of people by id; the system is called System."""
    wanted = sorted({i for i in ids if i and i != SYSTEM_ID})
    found = {SYSTEM_ID: "System"}
    if wanted:
        rows = unit.execute(sa.select(user.c.id, user.c.name).where(user.c.id.in_(wanted)))
        found |= {row.id: row.name for row in rows}
    return found


def kind_of(unit: Unit, id_: str) -> str | None:
    """``person`` or ``queue``; None: nobody, or somebody who is disabled."""
    chosen = sa.select(user.c.kind).where(user.c.id == id_, user.c.is_active)
    return unit.execute(chosen).scalar_one_or_none()


def name_of(unit: Unit, id_: str) -> str:
    return names(unit, [id_]).get(id_, "?")


def create_person(unit: Unit, row: Mapping[str, Any], manager: str | None) -> str:
    """A person of package data: in their role, without a password, so nobody can log in yet."""
    id_ = unit.new_id()
    values = {
        "id": id_,
        "login": login_key(row["login"]),
        "name": row["name"],
        "email": row.get("email"),
        "phone": row.get("phone"),
        "role": row.get("role"),
        "manager": manager,
        "language": row.get("language") or unit.settings.languages[0],
        "zone": row.get("zone") or unit.settings.zone,
        "preferences": {},
        "is_active": True,
        "must_change_password": False,
        "created_at": unit.now,
        "version": 1,
    }
    unit.execute(sa.insert(user), values)
    sets = row.get("permission_sets") or []
    if sets:
        given = [{"user": id_, "permission_set": name} for name in sets]
        unit.execute(sa.insert(user_permission), given)
    return id_


# Accounts -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Account:
    """What signing in needs to know of a person."""

    id: str
    login: str
    name: str
    email: str | None
    password_hash: str | None
    is_active: bool


def login_key(login: str) -> str:
    """A log-in name as it is kept: neither case nor width nor blanks around it matter.

    What no log-in name holds, and no database takes, becomes a question mark.
    """
    plain = unicodedata.normalize("NFKC", login).strip().casefold()
    return "".join(c if c.isprintable() else "?" for c in plain)


def account(unit: Unit, key: str) -> Account | None:
    """The account of a log-in name, as ``login_key`` makes it."""
    return _account(unit, sa.and_(user.c.login == key, user.c.kind == "person"))


def account_of(unit: Unit, user_id: str) -> Account | None:
    return _account(unit, user.c.id == user_id)


def _account(unit: Unit, condition: sa.ColumnElement[bool], lock: bool = False) -> Account | None:
    columns = [user.c[each.name] for each in fields(Account)]
    statement = sa.select(*columns).where(condition)
    row = unit.execute(statement.with_for_update() if lock else statement).one_or_none()
    return Account(**row._mapping) if row else None


def is_unchanged(unit: Unit, known: Account) -> bool:
    """Whether an active account still has the password it had, and keeps it until the end of
    the transaction."""
    now = _account(unit, user.c.id == known.id, lock=True)
    return now is not None and now.is_active and now.password_hash == known.password_hash


def set_password(unit: Unit, user_id: str, hashed: str, must_change: bool | None) -> None:
    """``must_change``: whether it is only for the first time; None: leave that as it is."""
    values: dict[str, object] = {"password_hash": hashed}
    if must_change is not None:
        values["must_change_password"] = must_change
    unit.execute(sa.update(user).where(user.c.id == user_id).values(values))
    if must_change is not None:
        touch_rights(unit.connection)


def actor_of(unit: Unit, user_id: str) -> Actor:
    """The actor ``user_id`` as they are inside this unit. Raises SignInRequired."""
    return load_actor(unit.connection, user_id, unit.opening.rights, unit.catalog)
