"""The audit: who signed in, failed to, changed a password, made a token, changed rights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..errors import BadRequest
from . import access
from .storage import credentials
from .storage.unit_of_work import Unit

KINDS = (
    "sign_in",
    "sign_in_failed",
    "sign_in_blocked",
    "sign_out",
    "session_ended",
    "sessions_ended",
    "password_changed",
    "password_reset",
    "password_link_asked",
    "password_link_made",
    "password_chosen",
    "password_accepted",
    "code_failed",
    "second_step_set",
    "second_step_removed",
    "second_step_reset",
    "recovery_code_used",
    "recovery_codes_made",
    "account_linked",
    "account_unlinked",
    "invited",
    "sign_in_rules_changed",
    "exported",
    "token_created",
    "token_revoked",
    "user_created",
    "user_changed",
    "rights_changed",
    "rights_published",
    "purged",
    "shared",
    "unshared",
    "handed_over",
    "absence_added",
    "absence_ended",
    "view_as_began",
    "view_as_ended",
    "user_disabled",
    "user_enabled",
    "jobs_replayed",
    "automation_started",
    "case_moved",
    "run_replayed",
    "account_changed",
    "messages_replayed",
    "webhook_changed",
    "webhook_secret_rotated",
    "deliveries_replayed",
    "hook_changed",
    "mailing_started",
    "mailing_stopped",
    "unsubscribed",
    "suppression_lifted",
    "sla_recomputed",
)
MOST = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """``actor`` did ``kind``; ``data`` says to whom (``user``: an id) and what."""

    id: str
    at: datetime
    actor: str | None
    kind: str
    data: Mapping[str, Any]
    address: str | None
    about: str | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries are asked for. ``person``: they did it, or it was done to them."""

    kinds: tuple[str, ...] = ()
    actor: str | None = None
    person: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def record(unit: Unit, kind: str, data: Mapping[str, Any], address: str | None = None) -> None:
    """Writes what the unit's actor did, with the transaction. Never put a secret into ``data``."""
    record_of(unit, unit.actor.id, kind, data, address)


def record_of(
    unit: Unit, actor: str | None, kind: str, data: Mapping[str, Any], address: str | None = None
) -> None:
    """The same of somebody who only just signs in (None: nobody knows who it was)."""
    if kind not in KINDS:
        raise ValueError(f"unknown kind of audit entry: {kind}")
    credentials.insert_audit(
        unit,
        {
            "id": unit.new_id(),
            "at": unit.now,
            "actor": actor,
            "kind": kind,
            "data": dict(data),
            "address": address,
            "about": data.get("user"),
        },
    )


def entries(
    unit: Unit,
    kind: str | None = None,
    actor: str | None = None,
    before: str | None = None,
    limit: int = 50,
) -> tuple[Entry, ...]:
    """Entries of one kind or all, latest first; as ``find``."""
    wanted = Wanted(kinds=(kind,) if kind else (), actor=actor)
    return find(unit, wanted, before, limit)


def find(
    unit: Unit, wanted: Wanted, before: str | None = None, limit: int = 50
) -> tuple[Entry, ...]:
    """Entries, latest first; ``before`` is the id of the last one of the page before.

    Needs the right ``view_audit``. Nothing anywhere changes or removes an entry.
    """
    access.require_system(unit.actor, "view_audit")
    if not 1 <= limit <= MOST:
        raise BadRequest("The limit must be between 1 and {most}.", most=MOST)
    rows = credentials.audit_entries(
        unit, wanted.kinds, wanted.actor, wanted.person, wanted.since, wanted.until, before, limit
    )
    return tuple(Entry(**row) for row in rows)
