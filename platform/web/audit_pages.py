"""The audit trail as values for its page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from ..errors import BadRequest
from ..metadata.formats import moment_format
from ..runtime import audit
from ..runtime.actors import SYSTEM_ID
from ..runtime.audit import Entry, Wanted
from ..runtime.forms import titles_of
from ..runtime.storage.unit_of_work import Unit
from .filtering import Choice
from .labels import Labels

ROWS = 50


@dataclass(frozen=True, slots=True)
class Group:
    """Kinds of entries that one asks for together."""

    name: str
    label: str
    kinds: tuple[str, ...]


GROUPS = (
    Group("sign_ins", "Signing in and out", ("sign_in", "sign_out", "password_accepted",
          "session_ended", "sessions_ended")),
    Group("failed", "Failed sign-ins", ("sign_in_failed", "sign_in_blocked", "code_failed")),
    Group("ways_in", "Passwords and second steps", (
          "password_changed", "password_reset", "password_chosen", "password_link_asked",
          "password_link_made", "invited", "second_step_set", "second_step_removed",
          "second_step_reset", "recovery_code_used", "recovery_codes_made", "account_linked",
          "account_unlinked", "sign_in_rules_changed")),
    Group("people", "People and rights", ("user_created", "user_changed", "rights_changed",
          "rights_published", "user_disabled", "user_enabled", "handed_over", "absence_added",
          "absence_ended")),
    Group("sharing", "Sharing and looking as others", ("shared", "unshared", "view_as_began",
          "view_as_ended")),
    Group("tokens", "API tokens", ("token_created", "token_revoked")),
    Group("exports", "Exports", ("exported",)),
    Group("work", "Jobs and automations", ("jobs_replayed", "automation_started", "run_replayed",
          "case_moved", "sla_recomputed", "purged")),
    Group(
        "messages",
        "Messages and webhooks",
        (
            "account_changed", "messages_replayed", "mailing_started", "mailing_stopped",
            "unsubscribed", "suppression_lifted", "webhook_changed", "webhook_secret_rotated",
            "deliveries_replayed",
            "hook_changed",
        ),
    ),
)  # fmt: skip

KINDS: Mapping[str, tuple[str, str]] = {
    "sign_in": ("Signed in", "login"),
    "sign_in_failed": ("Sign-in failed", "alert-circle"),
    "sign_in_blocked": ("Sign-in failed, must wait", "hourglass"),
    "sign_out": ("Signed out", "logout"),
    "session_ended": ("Session ended", "logout"),
    "sessions_ended": ("Signed out everywhere", "logout"),
    "password_changed": ("Password changed", "password"),
    "password_reset": ("Password reset", "password"),
    "password_link_asked": ("Asked for a new password", "mail"),
    "password_link_made": ("Link for a new password", "link"),
    "password_chosen": ("Password chosen by link", "password"),
    "password_accepted": ("Password right, code asked", "key"),
    "code_failed": ("Wrong code", "alert-circle"),
    "second_step_set": ("Second step set up", "shield-check"),
    "second_step_removed": ("Second step switched off", "shield"),
    "second_step_reset": ("Second step reset", "shield"),
    "recovery_code_used": ("Recovery code used", "key"),
    "recovery_codes_made": ("New recovery codes", "refresh"),
    "account_linked": ("Linked with a provider", "link"),
    "account_unlinked": ("Link with a provider removed", "link"),
    "invited": ("Invited", "mail"),
    "sign_in_rules_changed": ("Rules of signing in changed", "settings"),
    "exported": ("Exported a list", "file-export"),
    "token_created": ("API token made", "key"),
    "token_revoked": ("API token revoked", "key"),
    "user_created": ("Person added", "user-plus"),
    "user_changed": ("Person changed", "user"),
    "rights_changed": ("Rights changed", "user-bolt"),
    "rights_published": ("Own changes published", "shield-check"),
    "purged": ("What was hidden deleted for good", "trash"),
    "user_disabled": ("Person disabled", "lock"),
    "user_enabled": ("Person enabled", "lock-open"),
    "shared": ("Record shared", "share"),
    "unshared": ("Sharing taken back", "share"),
    "absence_added": ("Absence added", "calendar"),
    "absence_ended": ("Absence ended", "calendar"),
    "handed_over": ("Records handed over", "user-share"),
    "view_as_began": ("Began to look as somebody else", "eye"),
    "view_as_ended": ("Stopped looking as somebody else", "eye-off"),
    "jobs_replayed": ("Jobs tried again", "repeat"),
    "run_replayed": ("Failed run done again", "rotate"),
    "automation_started": ("Automation started by hand", "bolt"),
    "case_moved": ("Approval moved to a new version of its graph", "checklist"),
    "account_changed": ("Account for messages changed", "settings"),
    "messages_replayed": ("Messages tried again", "repeat"),
    "mailing_started": ("Mailing started", "mail"),
    "mailing_stopped": ("Mailing stopped", "mail"),
    "unsubscribed": ("Unsubscribed", "mail"),
    "suppression_lifted": ("Marketing allowed again", "mail"),
    "webhook_changed": ("Webhook changed", "link"),
    "webhook_secret_rotated": ("Webhook given a new secret", "key"),
    "deliveries_replayed": ("Webhooks tried again", "repeat"),
    "hook_changed": ("Address for incoming webhooks changed", "link"),
    "sla_recomputed": ("Service levels recomputed", "clock"),
}
"""What to call each kind, and its icon."""


@dataclass(frozen=True, slots=True)
class AuditRow:
    when: str
    label: str
    icon: str
    who: str
    about: str
    about_url: str | None
    what: str
    address: str


@dataclass(frozen=True, slots=True)
class AuditModel:
    rows: tuple[AuditRow, ...]
    groups: tuple[Choice, ...]
    people: tuple[Choice, ...]
    since: str
    until: str
    next: str | None


def build(unit: Unit, asked: Mapping[str, str], labels: Labels) -> AuditModel:
    """A page of entries. Raises AccessDenied, BadRequest."""
    wanted = wanted_of(unit, asked)
    found = audit.find(unit, wanted, asked.get("before") or None, ROWS)
    ids = {i for e in found for i in (e.actor, e.about) if i} | {wanted.person or ""} - {""}
    names = titles_of(unit, {"user": ids})
    more = {k: asked[k] for k in ("group", "person", "since", "until") if asked.get(k)}
    return AuditModel(
        rows=tuple(_row(unit, each, names, labels) for each in found),
        groups=tuple(
            Choice(g.name, labels.text(g.label), g.name == asked.get("group")) for g in GROUPS
        ),
        people=tuple(Choice(i, n, True) for i, n in names.items() if i == wanted.person),
        since=asked.get("since", ""),
        until=asked.get("until", ""),
        next=urlencode({**more, "before": found[-1].id}) if len(found) == ROWS else None,
    )


def wanted_of(unit: Unit, asked: Mapping[str, str]) -> Wanted:
    """What the filter says; days are those of the reader's zone. Raises BadRequest."""
    group = next((g for g in GROUPS if g.name == asked.get("group")), None)
    until = _day(unit, asked.get("until"))
    return Wanted(
        kinds=group.kinds if group else (),
        person=asked.get("person") or None,
        since=_day(unit, asked.get("since")),
        until=until + timedelta(days=1) if until else None,
    )


def _day(unit: Unit, text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.combine(date.fromisoformat(text), time(), unit.zone)
    except ValueError as error:
        raise BadRequest("{text} is not a day.", text=text) from error


def _row(unit: Unit, entry: Entry, names: Mapping[str, str], labels: Labels) -> AuditRow:
    label, icon = KINDS.get(entry.kind, (entry.kind.replace("_", " "), "point"))
    return AuditRow(
        when=moment_format(labels.locale)(entry.at, unit.zone),
        label=labels.text(label),
        icon=icon,
        who=_name(entry.actor, names, labels),
        about=_name(entry.about, names, labels) if entry.about != entry.actor else "",
        about_url=f"/admin/users/{entry.about}" if entry.about else None,
        what=_what(unit, entry.data, labels),
        address=entry.address or "",
    )


def _name(id_: str | None, names: Mapping[str, str], labels: Labels) -> str:
    if id_ == SYSTEM_ID:
        return labels.text("System")
    return names.get(id_, "?") if id_ else "–"


def _what(unit: Unit, data: Mapping[str, Any], labels: Labels) -> str:
    """The details in a few words."""
    said = []
    for name, value in data.items():
        if name == "user" or value in (None, 0, "", [], ()):
            continue
        values = value if isinstance(value, list) else [value]
        text = ", ".join(labels.text(WORDS[str(v)]) if str(v) in WORDS else str(v) for v in values)
        said.append(f"{labels.text(DETAILS.get(name, name))}: {text}")
    return " · ".join(said)


WORDS: Mapping[str, str] = {
    "email": "E-mail",
    "language": "Language",
    "login": "Log-in",
    "manager": "Manager",
    "name": "Name",
    "permission_sets": "Permission sets",
    "phone": "Phone",
    "preferences": "Preferences",
    "role": "Role",
    "zone": "Time zone",
    "True": "Yes",
}
"""Values of details that people have words for."""

DETAILS: Mapping[str, str] = {
    "as": "As",
    "changes": "Changes",
    "count": "Count",
    "fields": "Fields",
    "hint": "Token",
    "how": "With",
    "issuer": "Provider",
    "left": "Left",
    "object": "Object",
    "permission_sets": "Permission sets",
    "provider": "Provider",
    "reason": "What",
    "version": "Version",
    "role": "Role",
    "scopes": "Scopes",
    "second_step_required": "Second step for everybody",
    "link_by_email": "Linked by e-mail",
    "session": "Session",
    "wait_seconds": "Seconds to wait",
}
