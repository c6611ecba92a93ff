"""The people of a workspace as rows: lists, one of them, changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ...errors import NotFound
from ...metadata.catalog import Catalog
from ..actors import Rights, add_up
from .system_tables import user, user_permission
from .unit_of_work import Unit

PLAIN = ("login", "name", "email", "phone", "role", "manager", "language", "zone", "preferences")
"""Columns that are written as they come."""


@dataclass(frozen=True, slots=True)
class User:
    """A person. ``permission_sets`` are their own, beside those of the role."""

    id: str
    login: str
    name: str
    email: str | None
    phone: str | None
    role: str | None
    manager: str | None
    language: str
    zone: str
    preferences: Mapping[str, Any]
    is_active: bool
    must_change_password: bool
    has_password: bool
    created_at: datetime
    last_seen_at: datetime | None
    version: int
    kind: str = "person"
    permission_sets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UserPage:
    users: tuple[User, ...]
    next: str | None
    """What to ask the next page with; None: there is none."""
    count: int


def find(
    unit: Unit,
    text: str,
    role: str | None,
    active: bool | None,
    limit: int,
    after: str | None,
    kind: str | None = "person",
) -> UserPage:
    """People by name whose name, log-in or e-mail holds ``text``. ``kind``: ``person``,
    ``queue``, or None for all who may own records."""
    chosen = _conditions(text, role, active)
    if kind is not None:
        chosen.append(user.c.kind == kind)
    count = unit.execute(sa.select(sa.func.count()).select_from(user).where(*chosen)).scalar_one()
    place = sa.tuple_(user.c.name, user.c.id)
    statement = _select().where(*chosen).order_by(user.c.name, user.c.id).limit(limit + 1)
    if after is not None:
        last = sa.select(user.c.name).where(user.c.id == after).scalar_subquery()
        statement = statement.where(place > sa.tuple_(last, sa.literal(after, user.c.id.type)))
    rows = unit.execute(statement).mappings().all()
    following = rows[limit - 1]["id"] if len(rows) > limit else None
    return UserPage(_with_sets(unit, rows[:limit]), following, count)


def get(unit: Unit, user_id: str, lock: bool = False) -> User:
    """The person ``user_id``. ``lock``: nobody else changes them until the transaction ends.

    Raises NotFound.
    """
    statement = _select().where(user.c.id == user_id)
    found = unit.execute(statement.with_for_update() if lock else statement).mappings().all()
    if not found:
        raise NotFound()
    return _with_sets(unit, found)[0]


def insert(
    unit: Unit, id_: str, values: Mapping[str, Any], password_hash: str | None, must_change: bool
) -> None:
    row = {name: values.get(name) for name in PLAIN} | {
        "id": id_,
        "preferences": values.get("preferences") or {},
        "password_hash": password_hash,
        "is_active": True,
        "must_change_password": must_change,
        "created_at": unit.now,
        "last_seen_at": None,
        "version": 1,
    }
    unit.execute(sa.insert(user), row)
    _write_sets(unit, id_, values.get("permission_sets", ()))


def update(unit: Unit, user_id: str, values: Mapping[str, Any]) -> None:
    plain = {name: value for name, value in values.items() if name != "permission_sets"}
    moved = {**plain, "version": user.c.version + 1}
    unit.execute(sa.update(user).where(user.c.id == user_id).values(moved))
    if "permission_sets" in values:
        unit.execute(sa.delete(user_permission).where(user_permission.c.user == user_id))
        _write_sets(unit, user_id, values["permission_sets"])


def managers(unit: Unit) -> dict[str, str | None]:
    """Who reports to whom: id → id of the manager, active people only."""
    statement = sa.select(user.c.id, user.c.manager).where(user.c.is_active)
    return {row.id: row.manager for row in unit.execute(statement)}


def rights(catalog: Catalog, role: str | None, sets: Iterable[str]) -> Rights:
    """What a role and permission sets add up to."""
    names = set(sets)
    if role is not None and role in catalog.roles:
        names |= set(catalog.roles[role].permissions)
    known = catalog.permission_sets
    return add_up([known[name] for name in sorted(names) if name in known])


def anybody_with(unit: Unit, system: frozenset[str]) -> bool:
    """Whether an active person has all these system rights."""
    sets = {n for n, s in unit.catalog.permission_sets.items() if s.system & system}
    roles = [n for n, r in unit.catalog.roles.items() if sets & set(r.permissions)]
    own = sa.select(user_permission.c.user).where(user_permission.c.permission_set.in_(sets))
    statement = _select().where(user.c.is_active, user.c.role.in_(roles) | user.c.id.in_(own))
    candidates = _with_sets(unit, unit.execute(statement).mappings().all())
    return any(
        rights(unit.catalog, each.role, each.permission_sets).system >= system
        for each in candidates
    )


@dataclass(frozen=True, slots=True)
class InRole:
    """How many active people a role has, and (id, name) of the first by name."""

    count: int
    first: tuple[tuple[str, str], ...]


def in_roles(unit: Unit, most: int) -> dict[str, InRole]:
    """The people of every role, ``most`` of each by name, in one statement; roles without
    anybody are left out."""
    by_name = (user.c.name, user.c.id)
    place = sa.func.row_number().over(partition_by=user.c.role, order_by=by_name).label("place")
    people = sa.func.count().over(partition_by=user.c.role).label("people")
    active = sa.and_(user.c.is_active, user.c.kind == "person", user.c.role.is_not(None))
    ranked = sa.select(user.c.id, user.c.name, user.c.role, place, people).where(active).subquery()
    chosen = sa.select(ranked).where(ranked.c.place <= most).order_by(ranked.c.role, ranked.c.place)
    found: dict[str, InRole] = {}
    for row in unit.execute(chosen):
        known = found.get(row.role, InRole(row.people, ()))
        found[row.role] = InRole(row.people, (*known.first, (row.id, row.name)))
    return found


def ids_of(unit: Unit, logins: Iterable[str]) -> list[str]:
    """The ids of people by log-in name; names that nobody has are left out."""
    chosen = sa.select(user.c.id).where(user.c.login.in_(sorted(logins)), user.c.kind == "person")
    return list(unit.execute(chosen.order_by(user.c.login)).scalars())


def count_holders(unit: Unit, sets: Iterable[str]) -> dict[str, int]:
    """How many people were given each of ``sets`` themselves; those nobody has are left out."""
    given = user_permission.c.permission_set
    chosen = (
        sa.select(given.label("name"), sa.func.count().label("people"))
        .where(given.in_(sorted(sets)))
        .group_by(given)
    )
    return {row.name: row.people for row in unit.execute(chosen)}


# Inside -------------------------------------------------------------------------------------


def _select() -> sa.Select[Any]:
    told = {each.name for each in fields(User)}
    columns = [c for c in user.c if c.name in told]
    return sa.select(*columns, user.c.password_hash.is_not(None).label("has_password"))


def _conditions(text: str, role: str | None, active: bool | None) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    for word in text.lower().split():
        places = (user.c.name, user.c.login, user.c.email)
        conditions.append(
            sa.or_(*(sa.func.lower(c).contains(word, autoescape=True) for c in places))
        )
    if role is not None:
        conditions.append(user.c.role == role)
    if active is not None:
        conditions.append(user.c.is_active == active)
    return conditions


def _with_sets(unit: Unit, rows: Sequence[Mapping[Any, Any]]) -> tuple[User, ...]:
    ids = [row["id"] for row in rows]
    sets: dict[str, list[str]] = {id_: [] for id_ in ids}
    if ids:
        held = sa.select(user_permission).where(user_permission.c.user.in_(ids))
        for each in unit.execute(held.order_by(user_permission.c.permission_set)):
            sets[each.user].append(each.permission_set)
    return tuple(
        User(
            **{**row, "has_password": bool(row["has_password"])},
            permission_sets=tuple(sets[row["id"]]),
        )
        for row in rows
    )


def _write_sets(unit: Unit, user_id: str, sets: Iterable[str]) -> None:
    rows = [{"user": user_id, "permission_set": name} for name in sets]
    if rows:
        unit.execute(sa.insert(user_permission), rows)
