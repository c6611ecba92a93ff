"""People and roles as values for their pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import g
from werkzeug.datastructures import MultiDict

from ..errors import RecordInvalid, TypecaseError
from ..metadata.formats import relative_moment
from ..metadata.rights import PermissionSet, Role
from ..runtime import branches, passwords, sharing_choices, users
from ..runtime.forms import titles_of
from ..runtime.passwords import Hashed
from ..runtime.sharing import To
from ..runtime.storage import user_rows
from ..runtime.storage.unit_of_work import Unit
from ..runtime.storage.user_rows import InRole, User
from . import person_entry
from .filtering import Choice
from .labels import Labels


@dataclass(frozen=True, slots=True)
class PersonRow:
    id: str
    name: str
    login: str
    role: str
    sets: str
    seen: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class PeopleModel:
    rows: tuple[PersonRow, ...]
    count: int
    text: str
    state: str
    next: str | None
    may_create: bool


@dataclass(frozen=True, slots=True)
class BranchOf:
    """A branch somebody belongs to: its tree, its id and its name."""

    tree: str
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class PersonModel:
    user: User | None
    values: Mapping[str, Any]
    roles: tuple[Choice, ...]
    sets: tuple[Choice, ...]
    people: tuple[Choice, ...]
    may_rights: bool
    is_me: bool
    entry: person_entry.Entry | None = None
    branches: tuple[BranchOf, ...] | None = None
    """Where they belong; None: no object forms a tree, or the reader does not look after rights."""
    secret: str | None = None
    problem: str | None = None
    problems: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class RoleNode:
    """``members``: (id, name) of the first of its people."""

    name: str
    label: str
    depth: int
    people: int
    sets: tuple[str, ...]
    outside: bool
    members: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RolesModel:
    roles: tuple[RoleNode, ...]


MEMBERS = 20
"""People shown of each role."""

NOBODY = InRole(0, ())


def people(unit: Unit, asked: Mapping[str, str], labels: Labels) -> PeopleModel:
    text, state = asked.get("q", ""), asked.get("state", "")
    active = {"active": True, "disabled": False}.get(state)
    page = users.find(unit, text, active=active, after=asked.get("after"))
    return PeopleModel(
        rows=tuple(_row(unit, each, labels) for each in page.users),
        count=page.count,
        text=text,
        state=state,
        next=page.next,
        may_create="manage_users" in unit.actor.rights.system,
    )


def _row(unit: Unit, each: User, labels: Labels) -> PersonRow:
    sets = [unit.catalog.permission_sets.get(n) for n in each.permission_sets]
    seen = each.last_seen_at
    return PersonRow(
        id=each.id,
        name=each.name,
        login=each.login,
        role=_label(unit, unit.catalog.roles.get(each.role or ""), labels),
        sets=", ".join(_label(unit, s, labels) for s in sets if s),
        seen=relative_moment(seen, unit.now, unit.zone, labels.locale) if seen else "–",
        is_active=each.is_active,
    )


def _label(unit: Unit, thing: Role | PermissionSet | None, labels: Labels) -> str:
    return unit.catalog.label(thing.id, thing.label, labels.locale) if thing else "–"


def person(
    unit: Unit,
    id_: str | None,
    labels: Labels,
    form: MultiDict[str, str] | None = None,
    error: TypecaseError | None = None,
    secret: str | None = None,
) -> PersonModel:
    """The form of one person; ``id_`` None: of a new one."""
    user = users.get(unit, id_) if id_ else None
    values = _values(user, form)
    catalog = unit.catalog
    problems = error.problems if isinstance(error, RecordInvalid) else ()
    manager = values.get("manager")
    names = titles_of(unit, {"user": [manager]}) if manager else {}
    return PersonModel(
        user=user,
        values=values,
        roles=tuple(
            Choice(r.name, _label(unit, r, labels), r.name == values.get("role"))
            for r in catalog.roles.values()
        ),
        sets=tuple(
            Choice(s.name, _label(unit, s, labels), s.name in values.get("permission_sets", ()))
            for s in catalog.permission_sets.values()
        ),
        people=tuple(Choice(i, n, True) for i, n in names.items()),
        may_rights="manage_rights" in unit.actor.rights.system,
        is_me=id_ == unit.actor.id,
        entry=person_entry.build(unit, user, labels) if user else None,
        branches=_branches(unit, user.id, labels) if user else None,
        secret=secret,
        problem=None if problems or error is None else error.text(labels.locale),
        problems={p.field or "": p.text(labels.locale) for p in problems},
    )


def _branches(unit: Unit, person: str, labels: Labels) -> tuple[BranchOf, ...] | None:
    if "manage_rights" not in unit.actor.rights.system or not unit.catalog.trees:
        return None
    found = branches.of_person(unit, person)
    called = sharing_choices.names(unit, {To("branch", id_) for id_ in found})
    return tuple(
        BranchOf(
            labels.object(unit.catalog.object(tree)) if tree in unit.catalog.objects else "",
            id_,
            called.get(To("branch", id_)) or "?",
        )
        for id_, tree in found.items()
    )


def _values(user: User | None, form: MultiDict[str, str] | None) -> dict[str, Any]:
    if form is not None:
        return {**form.to_dict(), "permission_sets": form.getlist("permission_sets")}
    if user is None:
        return {}
    names = (
        "login",
        "name",
        "email",
        "phone",
        "role",
        "manager",
        "language",
        "zone",
        "permission_sets",
    )
    return {name: getattr(user, name) for name in names}


def posted(unit: Unit, form: MultiDict[str, str], new: bool = False) -> dict[str, Any]:
    """What the form says about a person; rights only from those who may give them."""
    names = (
        ("login", "name", "email", "phone", "manager")
        if new
        else ("name", "email", "phone", "manager")
    )
    values: dict[str, Any] = {n: form.get(n) or None for n in names}
    if form.get("language"):
        values["language"] = form["language"]
    if "manage_rights" in unit.actor.rights.system:
        values["role"] = form.get("role") or None
        values["permission_sets"] = form.getlist("permission_sets")
    return values


def fresh_password() -> tuple[str, Hashed]:
    """One for the whole request: a transaction that is tried again keeps it."""
    if "fresh_password" not in g:
        g.fresh_password = passwords.one_time()
    made: tuple[str, Hashed] = g.fresh_password
    return made


def roles(unit: Unit, labels: Labels) -> RolesModel:
    """The hierarchy with the people in each role, those who look after rights may see."""
    known = unit.catalog.roles
    below: dict[str | None, list[Role]] = {}
    for role in known.values():
        below.setdefault(role.above if role.above in known else None, []).append(role)

    members = user_rows.in_roles(unit, MEMBERS)

    def walk(above: str | None, depth: int) -> list[RoleNode]:
        found = []
        for role in below.get(above, ()):
            mine = members.get(role.name, NOBODY)
            found += [_role_node(unit, role, depth, mine, labels), *walk(role.name, depth + 1)]
        return found

    return RolesModel(tuple(walk(None, 0)))


def _role_node(unit: Unit, role: Role, depth: int, members: InRole, labels: Labels) -> RoleNode:
    sets = unit.catalog.permission_sets
    return RoleNode(
        name=role.name,
        label=_label(unit, role, labels),
        depth=depth,
        people=members.count,
        sets=tuple(_label(unit, sets[n], labels) for n in role.permissions if n in sets),
        outside=role.outside,
        members=members.first,
    )
