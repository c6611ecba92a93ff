"""The audit trail, to be read with the right ``view_audit``."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response, request

from ...errors import BadRequest
from ...runtime import audit
from ...runtime.audit import Entry, Wanted
from ...runtime.storage.unit_of_work import Unit
from . import requests
from .answers import answer
from .values import plain


def audit_trail(unit: Unit) -> Response:
    """Entries, latest first; ``next`` is the ``before`` of the page that follows."""
    told = requests.parameters(request, "kind", "person", "since", "until", "before", "limit")
    person, before = told.get("person"), told.get("before")
    wanted = Wanted(
        kinds=requests.texts(told, "kind"),
        person=requests.record_id(person) if person else None,
        since=_moment(told.get("since"), "since"),
        until=_moment(told.get("until"), "until"),
    )
    limit = requests.whole(told.get("limit"), 50, "limit")
    found = audit.find(unit, wanted, requests.record_id(before) if before else None, limit)
    following = found[-1].id if len(found) == limit else None
    return answer({"entries": [_entry(each) for each in found], "next": following})


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "at": plain(entry.at),
        "kind": entry.kind,
        "actor": entry.actor,
        "about": entry.about,
        "address": entry.address,
        "data": dict(entry.data),
    }


def _moment(text: str | None, name: str) -> datetime | None:
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadRequest(
            "{name} must be a moment, like 2026-11-21T08:00:00Z.", name=name
        ) from error
    if found.tzinfo is None:
        raise BadRequest("{name} must be a moment, like 2026-11-21T08:00:00Z.", name=name)
    return found
