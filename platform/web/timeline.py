"""What happened to a record, as people read it: who, what, when, each field before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..metadata.definitions import Field, Object
from ..metadata.field_types import type_of
from ..metadata.field_types.base import Format, ValueProblem
from ..metadata.formats import moment_format, relative_moment
from ..runtime import history
from ..runtime.forms import titles_of
from ..runtime.history import Edit, Entry
from ..runtime.storage.unit_of_work import Unit
from .labels import Labels

KINDS = {
    "create": ("created this", "plus"),
    "update": ("changed", "pencil"),
    "delete": ("deleted this", "trash"),
    "restore": ("restored this", "arrow-back-up"),
}
VIA = {"api": "API", "import": "Import", "package": "Package", "automation": "Automation"}
MOST_EVENTS = 50


@dataclass(frozen=True, slots=True)
class FieldChange:
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Event:
    """One entry; ``when`` is relative, ``moment`` exact. ``said`` is a comment's text."""

    who: str
    did: str
    icon: str
    when: str
    moment: str
    via: str | None = None
    changes: tuple[FieldChange, ...] = ()
    said: str | None = None


def timeline_of(unit: Unit, obj: Object, id_: str, labels: Labels) -> tuple[Event, ...]:
    entries = history.entries(unit, obj, id_, MOST_EVENTS)
    wanted = _pointed_to(obj, entries)
    wanted.setdefault("user", set()).update(e.actor for e in entries if e.actor)
    titles = titles_of(unit, wanted)
    how = Format(
        labels.locale,
        unit.zone,
        unit.settings.currency,
        titles,
        lambda id_, own: unit.catalog.label(id_, own, labels.locale),
    )
    return tuple(_event(unit, obj, entry, labels, how) for entry in entries)


def _event(unit: Unit, obj: Object, entry: Entry, labels: Labels, how: Format) -> Event:
    did, icon = KINDS.get(entry.kind, (entry.kind, "history"))
    changes = (
        ()
        if entry.kind == "create"
        else tuple(_change(unit, obj, edit, labels, how) for edit in entry.edits)
    )
    return Event(
        who=how.titles.get(entry.actor, "?"),
        did=labels.text(did),
        icon=icon,
        when=relative_moment(entry.at, unit.now, unit.zone, labels.locale),
        moment=moment_format(labels.locale)(entry.at, unit.zone),
        via=VIA.get(entry.via),
        changes=changes,
    )


def _change(unit: Unit, obj: Object, edit: Edit, labels: Labels, how: Format) -> FieldChange:
    field = obj.by_name.get(edit.field)
    label = labels.name(obj, edit.field)
    if field is None:
        shown = [how.titles.get(v, v or "–") for v in (edit.before, edit.after)]
        return FieldChange(label, str(shown[0]), str(shown[1]))
    return FieldChange(label, _shown(field, edit.before, how), _shown(field, edit.after, how))


def _shown(field: Field, value: Any, how: Format) -> str:
    """History keeps values as the API shows them; a value no longer understood shows as kept."""
    if value in (None, [], ""):
        return "–"
    kind = type_of(field)
    try:
        return kind.format(field, kind.from_json(field, value), how)
    except ValueProblem:
        return str(value)


def _pointed_to(obj: Object, entries: Sequence[Entry]) -> dict[str, set[str]]:
    wanted: dict[str, set[str]] = {}
    for edit in (e for entry in entries for e in entry.edits):
        field = obj.by_name.get(edit.field)
        person = edit.field == "owner" or (field is not None and field.type in PEOPLE)
        target = "user" if person else field.targets[0] if field and field.targets else None
        for value in (edit.before, edit.after):
            if target and value:
                values = [value] if isinstance(value, str) else value
                wanted.setdefault(target, set()).update(v.rpartition(":")[2] for v in values)
    return wanted


PEOPLE = ("user", "multi_user")
