"""How people get in, as those see and change it who look after them (``manage_users``).

Like ``users``: nobody touches an account that may more than they.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ..errors import AccessDenied, Conflict, NotFound
from . import access, audit, one_time, second_steps, sessions, tokens, users
from .one_time import INVITATION, RESET
from .second_steps import State
from .sessions import Session
from .storage import credentials, people, sign_in_rows, user_rows
from .storage.unit_of_work import Unit
from .storage.user_rows import User
from .tokens import Token


@dataclass(frozen=True, slots=True)
class Access:
    """``invited_until``: when the latest link to choose a first password ends; ``issuers``: the
    providers of single sign-on the person is linked with."""

    second_step: State | None
    sessions: tuple[Session, ...]
    tokens: tuple[Token, ...]
    invited_until: datetime | None
    issuers: tuple[str, ...]


def of(unit: Unit, user_id: str) -> Access:
    """How somebody gets in. Needs ``manage_users``."""
    access.require_system(unit.actor, "manage_users")
    return Access(
        second_step=second_steps.state_of(unit, user_id),
        sessions=sessions.of_user(unit, user_id),
        tokens=tokens.of_user(unit, user_id),
        invited_until=sign_in_rows.latest_one_time(unit, INVITATION.name, user_id),
        issuers=tuple(row["issuer"] for row in sign_in_rows.linked_of(unit, user_id)),
    )


def make_link(unit: Unit, user_id: str) -> str:
    """The secret of a link with which somebody chooses a password: their first (72 hours) or a
    new one (30 minutes). It works once."""
    person = _other(unit, user_id)
    if not person.is_active:
        raise Conflict("This person is disabled. Enable them first.")
    kind = RESET if person.has_password else INVITATION
    told = "password_link_made" if person.has_password else "invited"
    audit.record(unit, told, {"user": user_id})
    return one_time.issue(unit, kind, user_id)


def reset_second_step(unit: Unit, user_id: str) -> None:
    """Takes somebody's second step away, who has lost it; their sessions end. Raises NotFound."""
    _other(unit, user_id)
    if not second_steps.remove(unit, user_id):
        raise NotFound("This person has no second step.")
    one_time.withdraw(unit, user_id)
    credentials.end_sessions(unit, user_id)
    audit.record(unit, "second_step_reset", {"user": user_id})


def end_sessions(unit: Unit, user_id: str) -> int:
    """Signs somebody out everywhere; returns how many sessions that were."""
    _other(unit, user_id)
    ended = credentials.end_sessions(unit, user_id)
    audit.record(unit, "sessions_ended", {"user": user_id, "count": ended})
    return ended


def revoke_token(unit: Unit, user_id: str, token_id: str) -> None:
    """Ends one of somebody's tokens. Raises NotFound."""
    _other(unit, user_id)
    if token_id not in {each.id for each in tokens.of_user(unit, user_id)}:
        raise NotFound()
    tokens.revoke(unit, token_id)


def unlink(unit: Unit, user_id: str, issuer: str) -> None:
    """Unties somebody from their account at a provider. Raises NotFound."""
    _other(unit, user_id)
    if not sign_in_rows.delete_linked(unit, user_id, issuer):
        raise NotFound()
    credentials.end_sessions(unit, user_id)
    audit.record(unit, "account_unlinked", {"user": user_id, "issuer": issuer})


def _other(unit: Unit, user_id: str) -> User:
    access.require_system(unit.actor, "manage_users")
    person = user_rows.get(unit, user_id, lock=True)
    if user_id == unit.actor.id:
        raise AccessDenied("Change how you sign in yourself under “My account”.")
    if people.kind_of(unit, user_id) == "queue":
        raise NotFound()
    users.require_not_above(unit, person)
    return person
