"""API tokens: ``tc_<8 hex>_<43 characters>``. Shown once; the database knows only the digest.

The eight digits are no secret: they tell tokens apart in lists and let scanners find leaked ones.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..errors import AccessDenied, FieldProblem, NotFound, RecordInvalid
from . import access, audit, scopes
from .sessions import digest
from .storage import credentials
from .storage.database import Credential
from .storage.unit_of_work import Unit

SHAPE = re.compile(r"tc_[0-9a-f]{8}_[A-Za-z0-9_-]{43}")
LONGEST_NAME = 80
LONGEST_DAYS = 3650


@dataclass(frozen=True, slots=True)
class Token:
    """What its owner sees of a token later on."""

    id: str
    name: str
    hint: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Issued:
    """A new token. ``secret`` is shown now and never again."""

    id: str
    secret: str

    def __repr__(self) -> str:
        return f"Issued({self.id}, …)"


def credential(text: str) -> Credential | None:
    """What to show a workspace for the token a client sent; None: it is not shaped like one."""
    return Credential("token", digest(text)) if SHAPE.fullmatch(text) else None


def create(
    unit: Unit,
    name: str,
    scopes_: Sequence[str] = scopes.EVERYTHING,
    days: int | None = 90,
    user: str | None = None,
) -> Issued:
    """A new token of the actor; the system may make one for ``user`` (an id).

    ``scopes_``: see ``scopes``. ``days`` until it expires; None: never.
    Raises AccessDenied (for somebody else; with a token), RecordInvalid.
    """
    _require_may_create(unit, user)
    problems = _problems(name, days)
    if problems:
        raise RecordInvalid(problems)
    expires = None if days is None else unit.now + timedelta(days=days)
    wanted = scopes.parse(unit.catalog, scopes_)
    return issue(unit, user or unit.actor.id, name.strip(), wanted, expires)


def issue(
    unit: Unit, user: str, name: str, wanted: Sequence[str], expires: datetime | None
) -> Issued:
    """Writes a token down without asking who may. For this module and ``identity``."""
    hint = secrets.token_hex(4)
    secret = f"tc_{hint}_{secrets.token_urlsafe(32)}"
    id_ = unit.new_id()
    row = {
        "id": id_,
        "hash": digest(secret),
        "user": user,
        "name": name,
        "hint": hint,
        "scopes": list(wanted),
        "created_at": unit.now,
        "expires_at": expires,
        "used_at": None,
    }
    credentials.insert_token(unit, row)
    audit.record(unit, "token_created", {"user": user, "hint": hint, "scopes": list(wanted)})
    return Issued(id_, secret)


def of_user(unit: Unit, user: str | None = None) -> tuple[Token, ...]:
    """The tokens of the actor (or of ``user``, with the right ``manage_users``), latest first."""
    owner = user or unit.actor.id
    if owner != unit.actor.id:
        access.require_system(unit.actor, "manage_users")
    rows = credentials.tokens_of(unit, owner)
    return tuple(
        Token(
            row["id"],
            row["name"],
            row["hint"],
            tuple(row["scopes"]),
            row["created_at"],
            row["expires_at"],
            row["used_at"],
        )
        for row in rows
    )


def revoke(unit: Unit, token_id: str) -> None:
    """Ends a token: one's own, or anybody's with the right ``manage_users``. Raises NotFound."""
    may_all = "manage_users" in unit.actor.rights.system
    gone = credentials.delete_token(unit, token_id, None if may_all else unit.actor.id)
    if gone is None:
        raise NotFound()
    audit.record(unit, "token_revoked", {"user": gone["user"], "hint": gone["hint"]})


def _require_may_create(unit: Unit, user: str | None) -> None:
    if unit.actor.is_system:
        return
    if user not in (None, unit.actor.id):
        raise AccessDenied("A token acts as its owner, so only they can make one.")
    if unit.actor.scopes:
        raise AccessDenied("Tokens are made in a browser, not with a token.")
    if unit.actor.must_change_password:
        raise AccessDenied("Choose a password of your own first.")


def _problems(name: str, days: int | None) -> list[FieldProblem]:
    problems = []
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        message = "Say in a few words what the token is for."
        problems.append(FieldProblem("name", "invalid", message))
    if days is not None and not 1 <= days <= LONGEST_DAYS:
        message = "Between 1 and {most} days."
        problems.append(FieldProblem("days", "range", message, {"most": LONGEST_DAYS}))
    return problems
