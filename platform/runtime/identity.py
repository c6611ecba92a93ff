"""Signing in and out: from a log-in name and a password to a credential.

Hashing a password takes long by design, so it happens between two transactions: the first reads
what to compare with, the second decides, and looks again whether anything has moved meanwhile.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from ..errors import (
    AccessDenied,
    BadRequest,
    FieldProblem,
    RecordInvalid,
    SignInFailed,
    SignInRequired,
    TooManyAttempts,
)
from . import audit, passwords, scopes, sessions, throttling, tokens
from .actors import SYSTEM, Actor
from .storage import credentials, people
from .storage.database import Credential, Holder
from .storage.people import Account
from .storage.unit_of_work import Unit
from .workspaces import Workspace

LONGEST_LOGIN = 254
SCRIPT_SIGN_IN = timedelta(hours=12)
"""How long a token lasts that a script got for a password."""


Begin = Callable[[Unit, Account], str]
"""What is done for somebody who proved who they are; returns the secret they get."""


class SignedIn(NamedTuple):
    """``secret`` is the value of the session cookie, or the token. It is not kept anywhere."""

    secret: str
    actor: Actor


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody who says who they are, and whether the password was right."""

    login: str
    address: str | None
    agent: str | None
    account: Account | None
    is_right: bool
    better_hash: passwords.Hashed | None = None


def sign_in(
    workspace: Workspace,
    login: object,
    password: object,
    address: str | None = None,
    agent: str | None = None,
) -> SignedIn:
    """Opens a session and returns its cookie's value. ``address`` is the client's IP address.

    Raises SignInFailed (which of the two was wrong is not said), TooManyAttempts, BadRequest.
    """
    claim = _claim(workspace, login, password, address, agent)

    def begin(unit: Unit, account: Account) -> str:
        return sessions.begin(unit, account.id, address, agent)

    return _admit(workspace, claim, "sign_in", begin)


def sign_in_for_token(
    workspace: Workspace,
    login: object,
    password: object,
    address: str | None = None,
    agent: str | None = None,
) -> SignedIn:
    """The same for scripts: a token of 12 hours. Raises as ``sign_in``."""
    claim = _claim(workspace, login, password, address, agent)

    def begin(unit: Unit, account: Account) -> str:
        name = sessions.clean_agent(agent) or "API"
        expires = unit.now + SCRIPT_SIGN_IN
        return tokens.issue(unit, account.id, name, scopes.EVERYTHING, expires).secret

    return _admit(workspace, claim, "sign_in", begin)


def sign_out(workspace: Workspace, credential: Credential, address: str | None = None) -> None:
    """Ends the session or token. Nothing happens when it is over already."""

    def work(unit: Unit) -> None:
        user = credentials.end_credential(unit, credential)
        if user is not None:
            audit.record_of(unit, user, "sign_out", {"user": user}, address)

    workspace.run(SYSTEM, work)


def seen(workspace: Workspace, credential: Credential, holder: Holder | None) -> None:
    """Keeps a session from going idle; to be called after an answer, with the unit's
    ``opening.holder``. Writes at most once a minute."""
    now = workspace.clock.now()
    if holder is None or sessions.is_over(holder, now) or not sessions.is_unseen(holder, now):
        return
    not_since = now - sessions.SEEN_EVERY
    workspace.run(
        SYSTEM, lambda unit: credentials.mark_seen(unit, credential, holder.user, not_since)
    )


def renew(workspace: Workspace, credential: Credential) -> str:
    """Gives a session a new id, as ``opening.holder.renew`` asks for; returns the new cookie.

    Raises SignInRequired when the session is gone.
    """
    cookie, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    new = sessions.digest(cookie)
    if not workspace.run(
        SYSTEM, lambda unit: credentials.renew_session(unit, credential.digest, new, csrf)
    ):
        raise SignInRequired()
    return cookie


def change_password(
    workspace: Workspace,
    credential: Credential,
    old: object,
    new: object,
    address: str | None = None,
    agent: str | None = None,
    keep_tokens: bool = False,
) -> str:
    """Changes the password of whoever holds the session, and returns the cookie of a new one.

    All their other sessions end, and their tokens too unless ``keep_tokens``. Wrong old passwords
    are counted as failed log-ins. Raises SignInFailed, TooManyAttempts, RecordInvalid.
    """
    if credential.kind != "session":
        raise AccessDenied("Passwords are changed in a browser, not with a token.")
    with workspace.read(credential) as unit:
        actor = unit.actor
        known = people.account_of(unit, actor.id)
    about = (known.login, known.name, known.email) if known else ()
    claim = _claim(workspace, actor.login, old, address, agent)
    hashed = passwords.prepare(new, about, "new") if claim.is_right else None
    if claim.is_right and old == new:
        raise RecordInvalid([FieldProblem("new", "same", "That is the password you have now.")])

    def begin(unit: Unit, account: Account) -> str:
        assert hashed is not None
        credentials.end_sessions(unit, account.id)
        if not keep_tokens:
            credentials.delete_tokens(unit, account.id)
        people.set_password(unit, account.id, hashed.text, must_change=False)
        return sessions.begin(unit, account.id, address, agent)

    return _admit(workspace, claim, "password_changed", begin).secret


def purge(workspace: Workspace) -> int:
    """Removes sessions and tokens that are over, and counters nobody needs any more; returns how
    many rows went. For a job now and then: nothing depends on it."""
    now = workspace.clock.now()
    idle, counted = now - sessions.IDLE, now - throttling.ADDRESS_KNOWN_FOR
    return workspace.run(SYSTEM, lambda unit: credentials.purge(unit, idle, counted), via="job")


# Inside -------------------------------------------------------------------------------------


def _claim(
    workspace: Workspace,
    login: object,
    password: object,
    address: str | None,
    agent: str | None,
) -> Claim:
    """The slow part: compares the password, unless the caller has to wait."""
    if not isinstance(login, str) or not isinstance(password, str):
        raise BadRequest("A log-in name and a password are two texts.")
    name = people.login_key(login[:LONGEST_LOGIN])
    with workspace.read(SYSTEM) as unit:
        _refuse_if_blocked(_counted(unit, throttling.counters(name, address)), unit)
        account = people.account(unit, name)
    stored = account.password_hash if account is not None and account.is_active else None
    is_right = passwords.verify(password, stored)
    better = None
    if is_right and stored is not None and passwords.is_outdated(stored):
        better = passwords.rehash(password)
    return Claim(name, address, agent, account, is_right, better)


def _admit(workspace: Workspace, claim: Claim, kind: str, begin: Begin) -> SignedIn:
    """The second transaction: counts a failure, or lets in. A refusal is committed, then raised."""

    def decide(unit: Unit) -> SignedIn | None:
        keys = throttling.counters(claim.login, claim.address)
        counted = _counted(unit, keys, lock=True)
        _refuse_if_blocked(counted, unit)
        account = claim.account
        if not claim.is_right or account is None or not people.is_unchanged(unit, account):
            _count_failure(unit, claim, keys)
            return None
        _forgive(unit, keys)
        if claim.better_hash is not None:
            people.set_password(unit, account.id, claim.better_hash.text, must_change=None)
        secret = begin(unit, account)
        audit.record_of(unit, account.id, kind, {"user": account.id}, claim.address)
        return SignedIn(secret, people.actor_of(unit, account.id))

    admitted = workspace.run(SYSTEM, decide)
    if admitted is None:
        raise SignInFailed()
    return admitted


@dataclass(frozen=True, slots=True)
class _Counted:
    """The counters in force with their limits."""

    limits: dict[str, throttling.Limit]
    kept: dict[str, throttling.Attempts]

    def seconds_left(self, unit: Unit) -> int:
        return throttling.seconds_left(
            [a for k, a in self.kept.items() if k in self.limits], unit.now
        )


def _counted(unit: Unit, keys: throttling.Counters, lock: bool = False) -> _Counted:
    kept = credentials.attempts(unit, keys.all, lock)
    return _Counted(throttling.in_force(keys, kept, unit.now), kept)


def _refuse_if_blocked(counted: _Counted, unit: Unit) -> None:
    seconds = counted.seconds_left(unit)
    if seconds:
        raise TooManyAttempts(seconds)


def _count_failure(unit: Unit, claim: Claim, keys: throttling.Counters) -> None:
    limits = _counted(unit, keys).limits
    credentials.start_attempts(unit, limits)
    kept = credentials.attempts(unit, limits, lock=True)
    _refuse_if_blocked(_Counted(limits, kept), unit)
    counted = [
        throttling.after_failure(key, limit, kept.get(key), unit.now)
        for key, limit in limits.items()
    ]
    credentials.keep_attempts(unit, counted)
    wait = throttling.seconds_left(counted, unit.now)
    user = claim.account.id if claim.account else None
    data = {"user": user, "wait_seconds": wait}
    kind = "sign_in_blocked" if wait else "sign_in_failed"
    audit.record_of(unit, None, kind, data, claim.address)


def _forgive(unit: Unit, keys: throttling.Counters) -> None:
    """The account starts afresh; the address does not, or one good account would cover all."""
    credentials.forget_attempts(unit, [keys.account])
    if keys.known:
        credentials.keep_known(unit, keys.known)
