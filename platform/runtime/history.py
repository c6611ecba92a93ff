"""Who changed what, when, through what: one row a save, written with it, read within rights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..metadata.definitions import Field, Object
from ..metadata.field_types import type_of
from . import access
from .changes import HANDINGS, Change
from .storage import history_rows
from .storage.tables import ObjectTable
from .storage.unit_of_work import Unit

WATCHED_SYSTEM = ("owner", "record_type")
BESIDE = ("tags", "files", "shares", "reason", "queue", "due")
"""What lies beside the record and leaves a trace here, under these names."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One field of an entry: before and after as the API shows values."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Entry:
    id: str
    at: datetime
    actor: str
    via: str
    kind: str
    """create, update, delete, restore, share, claim, release, …"""
    edits: tuple[Edit, ...]
    on_behalf: str | None = None
    """For whom the actor acted: who pressed an action that runs with the system's rights."""


def record(unit: Unit, of: ObjectTable, changes: Sequence[Change]) -> None:
    """Writes an entry for each change that changed something."""
    fields = [f for f in of.object.fields if f.history and f.type != "rollup"]
    entries = [(c.id, _kind(c), _edits(fields, c)) for c in changes]
    made = {c.id: (c.values["updated_at"], c.values["updated_by"]) for c in changes}
    history_rows.write(unit, of.object, [e for e in entries if e[2] or e[1] == "create"], made)


def _kind(change: Change) -> str:
    """Pools and queues have their own words; however else it changed hands is a change."""
    if change.is_new or change.handing not in HANDINGS:
        return change.kind
    return change.handing


def _edits(fields: Sequence[Field], change: Change) -> dict[str, Any]:
    """Of a new record only what it holds; what is counted from others has no history of its own,
    and a field may switch its history off."""
    edits: dict[str, Any] = {}
    moved = change.changed()
    for field in fields:
        after, before = moved.get(field.name), change.before.get(field.name)
        if field.name not in moved or (before is None and after is None):
            continue
        pair = [_json(field, before), _json(field, after)]
        if pair[0] != pair[1]:
            edits[field.id] = pair
    for name in WATCHED_SYSTEM:
        if name in moved and moved[name] != change.before.get(name):
            edits[name] = [change.before.get(name), moved[name]]
    for name in ("reason", "queue"):
        if getattr(change, name) is not None:
            edits[name] = [None, getattr(change, name)]
    return edits


def _json(field: Field, value: Any) -> Any:
    return None if value is None or value == () else type_of(field).to_json(field, value)


def entries(
    unit: Unit,
    obj: Object,
    record_id: str,
    limit: int = 50,
    before: tuple[datetime, str] | None = None,
) -> tuple[Entry, ...]:
    """What happened to a record, latest first, as far as the actor may see its fields.

    ``before``: moment and id of the entry to go on from. The caller has made sure that the actor
    may see the record. An entry with nothing but hidden fields does not show at all.
    """
    names = {f.id: f.name for f in access.readable(unit.actor, obj)} | {
        n: n for n in (*WATCHED_SYSTEM, *BESIDE)
    }
    found: list[Entry] = []
    while True:
        rows = history_rows.read(unit, record_id, limit, before)
        found += [e for e in (_entry(row, names) for row in rows) if e is not None]
        if len(found) >= limit or len(rows) < limit:
            return tuple(found[:limit])
        before = rows[-1].at, rows[-1].id


def _entry(row: Any, names: Mapping[str, str]) -> Entry | None:
    edits = tuple(
        Edit(name, *row.changes[id_]) for id_, name in names.items() if id_ in row.changes
    )
    if row.changes and not edits:
        return None
    return Entry(row.id, row.at, row.actor, row.via, row.kind, edits, row.on_behalf)
