"""Looking as somebody else: pages as they see them, read only, for those who look after rights.

It belongs to the session, is in the audit from beginning to end, and never shows more than the
one who looks may see anyway. Each change of rights asks anew; where it is no longer allowed, the
session is simply one's own again.
"""

from __future__ import annotations

from dataclasses import replace

from ..errors import AccessDenied, Conflict, SignInRequired
from ..metadata.catalog import Catalog
from . import access, audit, scopes, users
from .actors import Actor
from .row_conditions import Everyone
from .storage import viewing_rows
from .storage.database import Connection, Credential, Holder
from .storage.people import actor_of, load_actor
from .storage.unit_of_work import Unit


def actor_of_session(
    connection: Connection, holder: Holder, rights_version: int, catalog: Catalog
) -> Actor:
    """Whoever holds the session, or the one they look as. Raises SignInRequired."""
    own = load_actor(connection, holder.user, rights_version, catalog)
    if holder.viewing_as is None:
        return own
    try:
        other = load_actor(connection, holder.viewing_as, rights_version, catalog)
    except SignInRequired:  # disabled meanwhile
        return own
    if not may_view(own, other, catalog):
        return own
    return replace(scopes.narrow(other, ("read",)), on_behalf=own.id)


def may_view(own: Actor, other: Actor, catalog: Catalog) -> bool:
    """Whether ``own`` looks after rights and sees whatever ``other`` can see."""
    if "manage_rights" not in own.rights.system or other.must_change_password:
        return False
    if own.id == other.id or not users.covers(own.rights, other.rights):
        return False
    return all(
        isinstance(access.rows(own, "read", obj, catalog), Everyone)
        for obj in catalog.objects.values()
        if "read" in other.rights.on(obj.name)
    )


def begin(unit: Unit, person: str) -> None:
    """From the next request on the session sees what ``person`` sees.

    Needs ``manage_rights``. Raises AccessDenied, Conflict.
    """
    access.require_system(unit.actor, "manage_rights")
    holder = unit.opening.holder
    if holder is None or holder.csrf is None:
        raise AccessDenied("One looks as somebody else in a browser, not with a token.")
    try:
        other = actor_of(unit, person)
    except SignInRequired as error:
        raise Conflict("This person is disabled. Enable them first.") from error
    if other.must_change_password:
        raise Conflict("They see nothing before they have chosen a password of their own.")
    if not may_view(unit.actor, other, unit.catalog):
        raise AccessDenied("They may see something that you may not, so you cannot look as they.")
    viewing_rows.begin(unit, holder.csrf, person)
    audit.record(unit, "view_as_began", {"user": person})


def end(unit: Unit, credential: Credential) -> None:
    """The session is one's own again. ``unit`` is the system's: the session itself only reads."""
    found = viewing_rows.end(unit, credential.digest)
    if found is not None:
        viewer, person = found
        audit.record_of(unit, viewer, "view_as_ended", {"user": person})
