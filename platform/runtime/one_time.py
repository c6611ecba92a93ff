"""Secrets that open one thing once: links in mails, the way between a password and a code.

The holder has the secret; the database knows its digest, whose it is and until when.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from .sessions import digest
from .storage import sign_in_rows as rows
from .storage.unit_of_work import Unit


@dataclass(frozen=True, slots=True)
class Kind:
    name: str
    lasts: timedelta


RESET = Kind("reset", timedelta(minutes=30))
"""A link to choose a new password."""
INVITATION = Kind("invitation", timedelta(hours=72))
"""A link to choose the first one."""
SECOND_STEP = Kind("second_step", timedelta(minutes=5))
"""The password was right, the code is still to come."""
ENROLMENT = Kind("enrolment", timedelta(minutes=15))
"""An authenticator is being set up."""
SINGLE_SIGN_ON = Kind("single_sign_on", timedelta(minutes=10))
"""Somebody is at their provider."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a secret stands for."""

    kind: str
    user: str | None
    data: Mapping[str, Any]


def issue(unit: Unit, kind: Kind, user: str | None, data: Mapping[str, Any] | None = None) -> str:
    """A new secret of ``user``; ``data`` is kept beside it, not inside."""
    secret = secrets.token_urlsafe(32)
    rows.insert_one_time(
        unit,
        {
            "hash": digest(secret),
            "kind": kind.name,
            "user": user,
            "data": dict(data or {}),
            "created_at": unit.now,
            "expires_at": unit.now + kind.lasts,
        },
    )
    return secret


def held(unit: Unit, secret: str, *kinds: Kind) -> Held | None:
    """What ``secret`` stands for, without using it up; None: it is over, used or never was."""
    row = rows.one_time_of(unit, [kind.name for kind in kinds], digest(secret))
    return Held(row["kind"], row["user"], row["data"]) if row else None


def use(unit: Unit, secret: str, *kinds: Kind) -> Held | None:
    """The same, and from now on it opens nothing."""
    found = held(unit, secret, *kinds)
    return found if found and rows.delete_one_time(unit, digest(secret)) else None


def withdraw(unit: Unit, user: str) -> None:
    """Whatever ``user`` holds opens nothing from now on."""
    rows.delete_one_times(unit, user)
