"""The people of a workspace, as those see them who look after them.

Who may: ``manage_users`` makes and changes people, ``manage_rights`` says what they may. Neither
reaches above itself: nobody touches an account that may more than they, nobody gives what they do
not have (an administrator, who has every system right, may), nobody adds to their own rights, and
the last administrator stays one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import AccessDenied, Conflict, FieldProblem, NotFound, NotUnique, RecordInvalid
from ..metadata.rights import SYSTEM_RIGHTS
from . import access, audit, one_time
from .actors import Rights
from .passwords import Hashed
from .storage import credentials, people, user_rows
from .storage.unit_of_work import Unit
from .storage.user_rows import User, UserPage
from .user_inputs import OWN, PERSON, RIGHTS, parse

__all__ = ["User", "UserPage"]

ADMINISTRATOR = frozenset(("manage_users", "manage_rights"))
"""The system rights that somebody must always have."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A person as a lookup offers them."""

    id: str
    name: str
    login: str
    is_active: bool
    is_queue: bool = False


# Reading ------------------------------------------------------------------------------------


def find(
    unit: Unit,
    text: str = "",
    role: str | None = None,
    active: bool | None = None,
    limit: int = 50,
    after: str | None = None,
) -> UserPage:
    """People by name, for those who look after them. ``text`` is found in name, log-in, e-mail;
    ``after`` is the ``next`` of the page before. Needs ``manage_users`` or ``manage_rights``."""
    _require_a_right_over_people(unit)
    return user_rows.find(unit, text, role, active, limit, after)


def get(unit: Unit, user_id: str) -> User:
    """One person: oneself, or anybody for those who look after people. Raises NotFound."""
    if user_id != unit.actor.id:
        _require_a_right_over_people(unit)
    return user_rows.get(unit, user_id)


def named(unit: Unit, user_id: str) -> str | None:
    """What somebody who may own records is called: people and queues; None: nobody."""
    return people.names(unit, [user_id]).get(user_id)


def choices(
    unit: Unit, text: str = "", limit: int = 20, queues: bool = False
) -> tuple[Choice, ...]:
    """Active people by the beginning of any part of their names: what lookups offer everybody.
    ``queues``: those too, for they own records."""
    page = user_rows.find(unit, text, None, True, limit, None, None if queues else "person")
    return tuple(Choice(u.id, u.name, u.login, u.is_active, u.kind == "queue") for u in page.users)


def by_login(unit: Unit, login: str) -> User:
    """The person with that log-in name, for those who look after people. Raises NotFound."""
    _require_a_right_over_people(unit)
    found = people.account(unit, people.login_key(login))
    if found is None:
        raise NotFound()
    return user_rows.get(unit, found.id)


# Writing ------------------------------------------------------------------------------------


def create(
    unit: Unit,
    values: Mapping[str, Any],
    password: Hashed | None = None,
    must_change: bool = True,
) -> str:
    """Adds a person and returns their id.

    ``values``: ``login`` and ``name``, and whatever ``update`` takes. ``password``: prepared by
    ``passwords.one_time()`` or ``passwords.prepare(…)``; without one they cannot sign in yet.
    ``must_change``: it is for the first time only. Raises AccessDenied, RecordInvalid, NotUnique.
    """
    access.require_system(unit.actor, "manage_users")
    clean = parse(unit, values, new=True)
    if clean.keys() & RIGHTS:
        access.require_system(unit.actor, "manage_rights")
    people.touch_rights(unit.connection)
    rights = user_rows.rights(unit.catalog, clean.get("role"), clean.get("permission_sets", ()))
    _require_may_give(unit, Rights(), rights)
    id_ = unit.new_id()
    _insert(unit, id_, clean, password, must_change)
    people.rebuild_visibility(unit.connection, unit.catalog)
    audit.record(unit, "user_created", {"user": id_, **_told(clean)})
    return id_


def update(unit: Unit, user_id: str, values: Mapping[str, Any], version: int | None = None) -> None:
    """Changes a person: ``name``, ``email``, ``phone``, ``language``, ``zone``, ``preferences``,
    ``manager``, ``role``, ``permission_sets``.

    Of themselves everybody may change language, zone, phone and preferences. ``version``: the
    one the caller saw. Raises AccessDenied, NotFound, RecordInvalid, Conflict.
    """
    clean = parse(unit, values, user_id=user_id)
    _require_may_change(unit, user_id, frozenset(clean))
    people.touch_rights(unit.connection)
    before = user_rows.get(unit, user_id, lock=True)
    if version is not None and version != before.version:
        raise Conflict("Somebody changed this person meanwhile. Look again, then repeat it.")
    changed = {k: v for k, v in clean.items() if getattr(before, k) != v}
    if not changed:
        return
    if changed.keys() & RIGHTS:
        _check_rights(unit, before, changed)
    elif user_id != unit.actor.id:
        require_not_above(unit, before)
    user_rows.update(unit, user_id, changed)
    _after_rights(unit, before, changed)
    kind = "rights_changed" if changed.keys() & RIGHTS else "user_changed"
    audit.record(unit, kind, {"user": user_id, **_told(changed)})


def set_password(unit: Unit, user_id: str, password: Hashed, must_change: bool = True) -> None:
    """Gives somebody a new password; their sessions and tokens end. Needs ``manage_users``.

    One's own is changed with ``identity.change_password``, which asks for the old one.
    """
    access.require_system(unit.actor, "manage_users")
    account = user_rows.get(unit, user_id, lock=True)
    if user_id == unit.actor.id:
        raise AccessDenied("Change your own password under “My account”.")
    require_not_above(unit, account)
    people.set_password(unit, user_id, password.text, must_change)
    _throw_out(unit, user_id)
    audit.record(unit, "password_reset", {"user": user_id})


def disable(unit: Unit, user_id: str) -> None:
    """Keeps somebody out from now on; what they own stays theirs. Needs ``manage_users``."""
    access.require_system(unit.actor, "manage_users")
    people.touch_rights(unit.connection)
    before = user_rows.get(unit, user_id, lock=True)
    if user_id == unit.actor.id:
        raise AccessDenied("You cannot disable yourself.")
    require_not_above(unit, before)
    if not before.is_active:
        return
    user_rows.update(unit, user_id, {"is_active": False})
    _require_an_administrator(unit, before)
    _throw_out(unit, user_id)
    for leave in unit.hooks.left:
        leave(unit, user_id, None)
    audit.record(unit, "user_disabled", {"user": user_id})


def enable(unit: Unit, user_id: str) -> None:
    """Lets somebody in again. Needs ``manage_users``."""
    access.require_system(unit.actor, "manage_users")
    before = user_rows.get(unit, user_id, lock=True)
    require_not_above(unit, before)
    if before.is_active:
        return
    user_rows.update(unit, user_id, {"is_active": True})
    people.touch_rights(unit.connection)
    audit.record(unit, "user_enabled", {"user": user_id})


# Who may ------------------------------------------------------------------------------------


def covers(mine: Rights, theirs: Rights) -> bool:
    """Whether ``theirs`` holds nothing that ``mine`` does not."""
    levels = {"read": 1, "edit": 2}
    return (
        theirs.system <= mine.system
        and all(granted <= mine.on(name) for name, granted in theirs.objects.items())
        and all(
            levels[level] <= levels.get(mine.fields.get(name, ""), 0)
            for name, level in theirs.fields.items()
        )
    )


def _require_a_right_over_people(unit: Unit) -> None:
    if "manage_rights" not in unit.actor.rights.system:
        access.require_system(unit.actor, "manage_users")


def _require_may_change(unit: Unit, user_id: str, names: frozenset[str]) -> None:
    if names & RIGHTS:
        access.require_system(unit.actor, "manage_rights")
    if names & (PERSON if user_id == unit.actor.id else PERSON | OWN):
        access.require_system(unit.actor, "manage_users")


def _check_rights(unit: Unit, before: User, changed: Mapping[str, Any]) -> None:
    old = user_rows.rights(unit.catalog, before.role, before.permission_sets)
    new = user_rows.rights(
        unit.catalog,
        changed.get("role", before.role),
        changed.get("permission_sets", before.permission_sets),
    )
    if before.id == unit.actor.id and not covers(old, new):
        raise AccessDenied("You cannot add to your own rights. Ask another administrator.")
    if (
        before.id == unit.actor.id
        and old.system >= ADMINISTRATOR
        and not new.system >= ADMINISTRATOR
    ):
        raise Conflict("You cannot shut yourself out. Ask another administrator.")
    require_not_above(unit, before)
    _require_may_give(unit, old, new)


def require_not_above(unit: Unit, other: User) -> None:
    """Raises AccessDenied when ``other`` may do more than the actor."""
    theirs = user_rows.rights(unit.catalog, other.role, other.permission_sets)
    if not is_administrator(unit) and not covers(unit.actor.rights, theirs):
        raise AccessDenied("This person may do more than you. Ask an administrator.")


def _require_may_give(unit: Unit, old: Rights, new: Rights) -> None:
    if is_administrator(unit) or covers(old, new) or covers(unit.actor.rights, new):
        return
    raise AccessDenied("You cannot give rights that you do not have.")


def is_administrator(unit: Unit) -> bool:
    return unit.actor.rights.system >= frozenset(SYSTEM_RIGHTS)


def _require_an_administrator(unit: Unit, before: User) -> None:
    """Raises Conflict when ``before`` was the last one."""
    was = user_rows.rights(unit.catalog, before.role, before.permission_sets).system
    if was >= ADMINISTRATOR and not user_rows.anybody_with(unit, ADMINISTRATOR):
        raise Conflict("Somebody must be able to manage people and rights: this is the last one.")


# Inside -------------------------------------------------------------------------------------


def _insert(
    unit: Unit, id_: str, clean: Mapping[str, Any], password: Hashed | None, must_change: bool
) -> None:
    try:
        user_rows.insert(unit, id_, clean, password.text if password else None, must_change)
    except NotUnique as error:
        message = "Somebody has this log-in name already."
        raise RecordInvalid([FieldProblem("login", "unique", message)]) from error


def _after_rights(unit: Unit, before: User, changed: Mapping[str, Any]) -> None:
    """Rights have moved: someone must still be able to give them, and ids are renewed."""
    if changed.keys() & RIGHTS:
        people.rebuild_visibility(unit.connection, unit.catalog)
        _require_an_administrator(unit, before)
        credentials.ask_to_renew(unit, before.id)


def _throw_out(unit: Unit, user_id: str) -> None:
    one_time.withdraw(unit, user_id)
    credentials.end_sessions(unit, user_id)
    credentials.delete_tokens(unit, user_id)


def _told(values: Mapping[str, Any]) -> dict[str, Any]:
    """What the audit keeps of a change: which fields, and the new rights."""
    told: dict[str, Any] = {"fields": sorted(values)}
    for name in RIGHTS & values.keys():
        kept: Sequence[str] | str | None = values[name]
        told[name] = list(kept) if isinstance(kept, tuple) else kept
    return told
