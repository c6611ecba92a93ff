"""Sessions: who is signed in in which browser. Kept in the database, so that they can be ended.

The cookie is a random number; the database knows only its digest.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..errors import AccessDenied, NotFound, SignInRequired
from . import access, audit
from .storage import credentials
from .storage.database import Credential, Holder
from .storage.unit_of_work import Unit

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
GRACE = timedelta(seconds=10)
"""How long the id before a renewal is good: for what a page asked for before its answer came."""
SEEN_EVERY = timedelta(minutes=1)
"""``seen_at`` is not written more often than this."""

LONGEST_AGENT = 200


@dataclass(frozen=True, slots=True)
class Session:
    """One browser somebody is signed in in. ``id`` names it to its owner; it opens nothing."""

    id: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    address: str | None
    agent: str | None
    is_this_one: bool


def credential(cookie: str, address: str | None = None) -> Credential:
    """What to show a workspace for the cookie of a browser at ``address``."""
    return Credential("session", digest(cookie), address)


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def is_over(holder: Holder, now: datetime) -> bool:
    """Whether a session or token has expired, or a session has been left alone for too long."""
    if holder.expires_at is not None and holder.expires_at <= now:
        return True
    if not holder.is_session:
        return False
    if holder.former_until is not None and holder.former_until <= now:
        return True
    return holder.seen_at is None or holder.seen_at + IDLE <= now


def is_unseen(holder: Holder, now: datetime) -> bool:
    """Whether it is time to write down that the credential is in use."""
    return holder.seen_at is None or now - holder.seen_at >= SEEN_EVERY


def begin(unit: Unit, user: str, address: str | None, agent: str | None) -> str:
    """A new session of ``user``, whom the caller has made sure of; returns the cookie's value."""
    cookie = secrets.token_urlsafe(32)
    credentials.insert_session(
        unit,
        {
            "hash": digest(cookie),
            "user": user,
            "csrf": secrets.token_urlsafe(32),
            "created_at": unit.now,
            "seen_at": unit.now,
            "expires_at": unit.now + ABSOLUTE,
            "address": address,
            "agent": clean_agent(agent),
            "renew": False,
        },
    )
    return cookie


def clean_agent(agent: str | None) -> str | None:
    """What a browser calls itself, as one short line."""
    if not agent:
        return None
    return "".join(c if c.isprintable() else " " for c in agent[:LONGEST_AGENT])


def of_actor(unit: Unit) -> tuple[Session, ...]:
    """The living sessions of the actor, latest first."""
    return _of(unit, unit.actor.id)


def of_user(unit: Unit, user: str) -> tuple[Session, ...]:
    """The living sessions of somebody, for those who have the right ``manage_users``."""
    access.require_system(unit.actor, "manage_users")
    return _of(unit, user)


def _of(unit: Unit, user: str) -> tuple[Session, ...]:
    mine = unit.opening.holder
    return tuple(
        Session(
            id=row["hash"][:16],
            created_at=row["created_at"],
            seen_at=row["seen_at"],
            expires_at=row["expires_at"],
            address=row["address"],
            agent=row["agent"],
            is_this_one=mine is not None and mine.csrf == row["csrf"],
        )
        for row in credentials.sessions_of(unit, user, unit.now, unit.now - IDLE)
    )


def end(unit: Unit, session_id: str) -> None:
    """Ends one session of the actor. Raises NotFound."""
    _require_a_session(unit)
    if len(session_id) != 16 or not credentials.end_session(unit, unit.actor.id, session_id):
        raise NotFound()
    audit.record(unit, "session_ended", {"session": session_id})


def end_others(unit: Unit) -> int:
    """Ends every session of the actor but the one they are in; returns how many."""
    holder = _require_a_session(unit)
    ended = credentials.end_sessions(unit, unit.actor.id, except_csrf=holder.csrf)
    audit.record(unit, "sessions_ended", {"count": ended})
    return ended


def _require_a_session(unit: Unit) -> Holder:
    holder = unit.opening.holder
    if holder is None:
        raise SignInRequired()
    if not holder.is_session:
        raise AccessDenied("Sessions are ended in a browser, not with a token.")
    return holder
