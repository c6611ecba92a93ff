"""Notices: what a person is told inside the system, by steps, by approvals, by a record's team."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from ..runtime.storage.unit_of_work import Unit
from .storage import told_rows

MOST_SHOWN = 100
MOST_COUNTED = 100


@dataclass(frozen=True, slots=True)
class Notice:
    """``object`` and ``record``: what it is about; ``read_at``: None while it is new."""

    id: str
    at: datetime
    text: str
    object: str | None
    record: str | None
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class Told:
    """What to tell whom."""

    person: str
    text: str
    object: str | None = None
    record: str | None = None


def tell(unit: Unit, told: Iterable[Told]) -> None:
    """Writes notices, with the transaction."""
    rows = [
        {
            "id": unit.new_id(),
            "user": each.person,
            "at": unit.now,
            "text": each.text,
            "object": each.object,
            "record": each.record,
            "read_at": None,
        }
        for each in told
    ]
    told_rows.insert_notices(unit, rows)


def mine(unit: Unit) -> tuple[Notice, ...]:
    """The actor's latest notices, the newest first."""
    rows = told_rows.of_person(unit, unit.actor.id, MOST_SHOWN)
    kept = ("id", "at", "text", "object", "record", "read_at")
    return tuple(Notice(**{name: row[name] for name in kept}) for row in rows)


def unread(unit: Unit) -> int:
    """How many of the actor's notices are new; MOST_COUNTED means: that many or more."""
    return told_rows.unread(unit, unit.actor.id, MOST_COUNTED)


def mark_read(unit: Unit) -> None:
    """All of the actor's notices are old from now on."""
    told_rows.mark_read(unit, unit.actor.id)
