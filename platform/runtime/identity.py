"""Signing in and out: from a log-in name and a password to a credential.

Hashing a password takes long by design, so it happens between two transactions: the first reads
what to compare with, the second decides, and looks again whether anything has moved meanwhile.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple, TypeVar, cast

from ..errors import (
    AccessDenied,
    BadRequest,
    CodeRequired,
    FieldProblem,
    RecordInvalid,
    SignInFailed,
    SignInRequired,
    TypecaseError,
)
from . import (
    attempts,
    audit,
    one_time,
    passwords,
    scopes,
    second_steps,
    sessions,
    sign_in_rules,
    throttling,
    tokens,
)
from .actors import SYSTEM, Actor
from .storage import credentials, people, sign_in_rows
from .storage.database import Credential, Holder
from .storage.people import Account
from .storage.unit_of_work import Unit
from .workspaces import Workspace

LONGEST_LOGIN = 254
SCRIPT_SIGN_IN = timedelta(hours=12)
"""How long a token lasts that a script got for a password."""


Given = TypeVar("Given")
Begin = Callable[[Unit, Account], "Given | TypecaseError"]
"""What is done for somebody whose password was right; an error is raised after the commit."""


class SignedIn(NamedTuple):
    """``secret`` is the value of the session cookie, or the token. It is not kept anywhere."""

    secret: str
    actor: Actor


@dataclass(frozen=True, slots=True)
class HalfIn:
    """The password was right. ``secret`` goes to ``second_sign_in`` with a code; when
    ``must_enrol``, an authenticator has to be set up first."""

    secret: str
    must_enrol: bool


Admitted = SignedIn | HalfIn


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
) -> Admitted:
    """Opens a session and returns its cookie's value, or asks for a second step.

    ``address`` is the client's IP address. Raises SignInFailed (which of the two was wrong is not
    said), TooManyAttempts, BadRequest.
    """
    claim = _claim(workspace, login, password, address, agent)

    def begin(unit: Unit, account: Account) -> Admitted | TypecaseError:
        has_step = second_steps.state_of(unit, account.id) is not None
        if not has_step and not sign_in_rules.of(unit).second_step_required:
            return open_session(unit, account, address, agent)
        audit.record_of(unit, account.id, "password_accepted", {"user": account.id}, address)
        secret = one_time.issue(unit, one_time.SECOND_STEP, account.id)
        return HalfIn(secret, must_enrol=not has_step)

    return cast(Admitted, _admit(workspace, claim, begin))


def open_session(
    unit: Unit, account: Account, address: str | None, agent: str | None, how: str | None = None
) -> SignedIn:
    """A session of somebody who has proved who they are; ``how``, when not by a password."""
    secret = sessions.begin(unit, account.id, address, agent)
    told = {"user": account.id} | ({"how": how} if how else {})
    audit.record_of(unit, account.id, "sign_in", told, address)
    return SignedIn(secret, people.actor_of(unit, account.id))


def sign_in_for_token(
    workspace: Workspace,
    login: object,
    password: object,
    address: str | None = None,
    agent: str | None = None,
    code: object = None,
) -> SignedIn:
    """The same for scripts: a token of 12 hours. Raises as ``sign_in``, and CodeRequired."""
    claim = _claim(workspace, login, password, address, agent)

    def begin(unit: Unit, account: Account) -> SignedIn | TypecaseError:
        refused = _refused_step(unit, account, code, address)
        if refused is not None:
            return refused
        name = sessions.clean_agent(agent) or "API"
        expires = unit.now + SCRIPT_SIGN_IN
        secret = tokens.issue(unit, account.id, name, scopes.EVERYTHING, expires).secret
        audit.record_of(unit, account.id, "sign_in", {"user": account.id}, address)
        return SignedIn(secret, people.actor_of(unit, account.id))

    return _admit(workspace, claim, begin)


def _refused_step(
    unit: Unit, account: Account, code: object, address: str | None
) -> TypecaseError | None:
    """Why somebody whose password was right is not let in yet, in one request."""
    if second_steps.state_of(unit, account.id) is None:
        if not sign_in_rules.of(unit).second_step_required:
            return None
        return AccessDenied(
            "Everybody here signs in with a second step: set yours up in a browser."
        )
    if code is None:
        return CodeRequired()
    return second_steps.refused(unit, account, code, address)


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
    The old id stays good for ``sessions.GRACE``, for requests that were on their way with it.

    Raises SignInRequired when the session is gone.
    """
    cookie = secrets.token_urlsafe(32)
    new = sessions.digest(cookie)
    until = workspace.clock.now() + sessions.GRACE
    if not workspace.run(
        SYSTEM, lambda unit: credentials.renew_session(unit, credential.digest, new, until)
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
        scopes.require_write(actor)
        known = people.account_of(unit, actor.id)
    about = (known.login, known.name, known.email) if known else ()
    claim = _claim(workspace, actor.login, old, address, agent)
    hashed = passwords.prepare(new, about, "new") if claim.is_right else None
    if claim.is_right and old == new:
        raise RecordInvalid([FieldProblem("new", "same", "That is the password you have now.")])

    def begin(unit: Unit, account: Account) -> str:
        assert hashed is not None
        one_time.withdraw(unit, account.id)
        credentials.end_sessions(unit, account.id)
        if not keep_tokens:
            credentials.delete_tokens(unit, account.id)
        people.set_password(unit, account.id, hashed.text, must_change=False)
        audit.record_of(unit, account.id, "password_changed", {"user": account.id}, address)
        return sessions.begin(unit, account.id, address, agent)

    return _admit(workspace, claim, begin)


def prove(
    workspace: Workspace,
    credential: Credential,
    password: object,
    address: str | None,
    work: Callable[[Unit], Given],
) -> Given:
    """Does ``work`` for whoever holds the session, once they have shown their password again.

    ``work`` runs as they; wrong passwords are counted as failed log-ins. Raises SignInFailed,
    TooManyAttempts, and what ``work`` raises.
    """
    if credential.kind != "session":
        raise AccessDenied("Passwords are changed in a browser, not with a token.")
    with workspace.read(credential) as unit:
        scopes.require_write(unit.actor)
        login = unit.actor.login
    _admit(workspace, _claim(workspace, login, password, address, None), lambda unit, account: True)
    return workspace.run(credential, work)


def purge(workspace: Workspace) -> int:
    """Removes sessions, tokens and links that are over, and counters nobody needs any more;
    returns how many rows went. For a job now and then: nothing depends on it."""
    now = workspace.clock.now()
    idle, counted = now - sessions.IDLE, now - throttling.ADDRESS_KNOWN_FOR

    def work(unit: Unit) -> int:
        return credentials.purge(unit, idle, counted) + sign_in_rows.purge_one_times(unit)

    return workspace.run(SYSTEM, work, via="job")


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
        attempts.refuse_if_blocked(unit, throttling.counters(name, address))
        account = people.account(unit, name)
    stored = account.password_hash if account is not None and account.is_active else None
    is_right = passwords.verify(password, stored)
    better = None
    if is_right and stored is not None and passwords.is_outdated(stored):
        better = passwords.rehash(password)
    return Claim(name, address, agent, account, is_right, better)


def _admit(workspace: Workspace, claim: Claim, begin: Begin[Given]) -> Given:
    """The second transaction: counts a failure, or lets in. A refusal is committed, then raised."""

    def decide(unit: Unit) -> Given | TypecaseError:
        keys = throttling.counters(claim.login, claim.address)
        attempts.refuse_if_blocked(unit, keys, lock=True)
        account = claim.account
        if not claim.is_right or account is None or not people.is_unchanged(unit, account):
            _count_failure(unit, claim, keys)
            return SignInFailed()
        attempts.forgive(unit, keys)
        if claim.better_hash is not None:
            people.set_password(unit, account.id, claim.better_hash.text, must_change=None)
        return begin(unit, account)

    decided = workspace.run(SYSTEM, decide)
    if isinstance(decided, TypecaseError):
        raise decided
    return decided


def _count_failure(unit: Unit, claim: Claim, keys: throttling.Counters) -> None:
    wait = attempts.count_failure(unit, keys)
    user = claim.account.id if claim.account else None
    data = {"user": user, "wait_seconds": wait}
    kind = "sign_in_blocked" if wait else "sign_in_failed"
    audit.record_of(unit, None, kind, data, claim.address)
