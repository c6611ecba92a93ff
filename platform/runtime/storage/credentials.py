"""Sessions, tokens, counters of failed log-ins and the audit, as rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ..throttling import Attempts
from .database import Credential
from .system_tables import attempt, audit, session, token, user
from .unit_of_work import Unit
from .upserts import insert_missing

Row = Mapping[Any, Any]

# Sessions -----------------------------------------------------------------------------------


def insert_session(unit: Unit, row: Row) -> None:
    unit.execute(sa.insert(session), row)


def sessions_of(unit: Unit, user_id: str, now: datetime, seen_after: datetime) -> Sequence[Row]:
    """The sessions of a user that are not over yet, latest first."""
    statement = (
        sa.select(session)
        .where(session.c.user == user_id, session.c.expires_at > now)
        .where(session.c.seen_at > seen_after)
        .order_by(session.c.created_at.desc(), session.c.hash)
    )
    return unit.execute(statement).mappings().all()


def end_session(unit: Unit, user_id: str, beginning: str) -> bool:
    """Ends the session of ``user_id`` whose digest begins so."""
    mine = sa.and_(
        session.c.user == user_id, sa.func.substr(session.c.hash, 1, len(beginning)) == beginning
    )
    return unit.execute(sa.delete(session).where(mine)).rowcount > 0


def end_sessions(unit: Unit, user_id: str, except_csrf: str | None = None) -> int:
    statement = sa.delete(session).where(session.c.user == user_id)
    if except_csrf is not None:
        statement = statement.where(session.c.csrf != except_csrf)
    return unit.execute(statement).rowcount


def end_credential(unit: Unit, credential: Credential) -> str | None:
    """Ends the session or token; returns whose it was, None when it was not there."""
    held = _table(credential)
    mine = held.c.hash == credential.digest
    if credential.kind == "session":
        mine = is_session(credential.digest, unit.now)
    owner = unit.execute(sa.select(held.c.user).where(mine)).scalar_one_or_none()
    unit.execute(sa.delete(held).where(mine))
    return owner


def is_session(digest: str, now: datetime) -> sa.ColumnElement[bool]:
    """Whether a row is the session of this digest, be it the one before the last renewal."""
    former = sa.and_(session.c.former_hash == digest, session.c.former_until > now)
    return sa.or_(session.c.hash == digest, former)


def renew_session(unit: Unit, old: str, new: str, old_until: datetime) -> bool:
    """Gives a session a new digest; False when it is gone, or was given one already. Its CSRF
    token stays: the very page that is answered with the new cookie holds it."""
    statement = sa.update(session).where(session.c.hash == old)
    fresh = {"hash": new, "renew": False, "former_hash": old, "former_until": old_until}
    return unit.execute(statement.values(fresh)).rowcount == 1


def ask_to_renew(unit: Unit, user_id: str) -> None:
    """The sessions of ``user_id`` get a new id with their next request."""
    unit.execute(sa.update(session).where(session.c.user == user_id).values(renew=True))


def ask_all_to_renew(unit: Unit) -> None:
    """Every session gets a new id with its next request: what many may do has changed."""
    unit.execute(sa.update(session).values(renew=True))


def mark_seen(unit: Unit, credential: Credential, user_id: str, not_since: datetime) -> None:
    """Writes down the use of a credential, unless that was done after ``not_since``."""
    held = _table(credential)
    column = held.c.seen_at if credential.kind == "session" else held.c.used_at
    statement = (
        sa.update(held)
        .where(held.c.hash == credential.digest)
        .where(sa.or_(column.is_(None), column <= not_since))
        .values({column.name: unit.now})
    )
    if unit.execute(statement).rowcount:
        seen = {"last_seen_at": unit.now}
        unit.execute(sa.update(user).where(user.c.id == user_id).values(seen))


def _table(credential: Credential) -> sa.Table:
    return session if credential.kind == "session" else token


# Tokens -------------------------------------------------------------------------------------


def insert_token(unit: Unit, row: Row) -> None:
    unit.execute(sa.insert(token), row)


def tokens_of(unit: Unit, user_id: str) -> Sequence[Row]:
    shown = [c for c in token.c if c.name != "hash"]
    statement = sa.select(*shown).where(token.c.user == user_id).order_by(token.c.id.desc())
    return unit.execute(statement).mappings().all()


def delete_token(unit: Unit, token_id: str, user_id: str | None) -> Row | None:
    """Revokes a token, of ``user_id`` only when given; returns what it was."""
    mine = token.c.id == token_id
    if user_id is not None:
        mine = sa.and_(mine, token.c.user == user_id)
    found = unit.execute(sa.select(token.c.user, token.c.hint, token.c.name).where(mine))
    row = found.mappings().one_or_none()
    unit.execute(sa.delete(token).where(mine))
    return row


def delete_tokens(unit: Unit, user_id: str) -> int:
    return unit.execute(sa.delete(token).where(token.c.user == user_id)).rowcount


# Failed log-ins -----------------------------------------------------------------------------


def start_attempts(unit: Unit, keys: Iterable[str]) -> None:
    """Makes sure that the counters are there, so that they can be locked."""
    blank = {"failures": 0, "last_at": unit.now, "blocked_until": unit.now}
    insert_missing(unit, attempt, [{"key": key, **blank} for key in sorted(keys)])


def attempts(unit: Unit, keys: Iterable[str], lock: bool = False) -> dict[str, Attempts]:
    """The counters by key. ``lock``: nobody else counts until the transaction ends."""
    wanted = sorted(keys)
    statement = sa.select(attempt).where(attempt.c.key.in_(wanted)).order_by(attempt.c.key)
    rows = unit.execute(statement.with_for_update() if lock else statement).mappings()
    return {row["key"]: Attempts(**row) for row in rows}


def keep_attempts(unit: Unit, counted: Iterable[Attempts]) -> None:
    for each in counted:
        values = {
            "failures": each.failures,
            "last_at": each.last_at,
            "blocked_until": each.blocked_until,
        }
        unit.execute(sa.update(attempt).where(attempt.c.key == each.key).values(values))


def keep_known(unit: Unit, key: str) -> None:
    """Remembers that a log-in came from where it has come from before."""
    fresh = {"failures": 0, "last_at": unit.now, "blocked_until": unit.now}
    insert_missing(unit, attempt, [{"key": key, **fresh}])
    unit.execute(sa.update(attempt).where(attempt.c.key == key).values(fresh))


def forget_attempts(unit: Unit, keys: Iterable[str]) -> None:
    unit.execute(sa.delete(attempt).where(attempt.c.key.in_(sorted(keys))))


def purge(unit: Unit, seen_before: datetime, counted_before: datetime) -> int:
    """Removes sessions and tokens that are over and counters nobody needs; returns how many."""
    over = sa.or_(session.c.expires_at <= unit.now, session.c.seen_at <= seen_before)
    statements = (
        sa.delete(session).where(over),
        sa.delete(token).where(token.c.expires_at <= unit.now),
        sa.delete(attempt).where(
            attempt.c.last_at <= counted_before, attempt.c.blocked_until <= unit.now
        ),
    )
    return sum(unit.execute(statement).rowcount for statement in statements)


# Audit --------------------------------------------------------------------------------------


def insert_audit(unit: Unit, row: Row) -> None:
    unit.execute(sa.insert(audit), row)


def audit_entries(
    unit: Unit,
    kinds: Sequence[str],
    actor: str | None,
    person: str | None,
    since: datetime | None,
    until: datetime | None,
    before: str | None,
    limit: int,
) -> Sequence[Row]:
    """Latest first. No ``kinds``: all of them; ``person``: did it, or it was done to."""
    wanted: list[sa.ColumnElement[bool]] = [audit.c.kind.in_(kinds)] if kinds else []
    if actor is not None:
        wanted.append(audit.c.actor == actor)
    if person is not None:
        wanted.append(sa.or_(audit.c.actor == person, audit.c.about == person))
    if since is not None:
        wanted.append(audit.c.at >= since)
    if until is not None:
        wanted.append(audit.c.at < until)
    if before is not None:
        wanted.append(audit.c.id < before)
    statement = sa.select(audit).where(*wanted).order_by(audit.c.id.desc()).limit(limit)
    return unit.execute(statement).mappings().all()
