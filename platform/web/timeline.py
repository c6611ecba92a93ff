"""What happened to a record, as people read it: who, what, when, each field before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import url_for
from markupsafe import Markup

from ..metadata.definitions import Field, Object
from ..metadata.field_types import type_of
from ..metadata.field_types.base import Format, ValueProblem
from ..metadata.formats import moment_format, relative_moment
from ..runtime import timeline
from ..runtime.comments import Comment
from ..runtime.forms import titles_of
from ..runtime.history import Edit, Entry
from ..runtime.sharing import To
from ..runtime.sharing_choices import names
from ..runtime.storage.unit_of_work import Unit
from ..runtime.timeline import Activity, Item
from ..workflow.approvals.telling import CaseLine
from ..workflow.approvals.verbs import SUBMITTER
from . import approval_words, handing_words
from .display import Displays
from .labels import SYSTEM_LABELS, Labels

KINDS = {
    "create": ("created this", "plus"),
    "update": ("changed", "pencil"),
    "delete": ("deleted this", "trash"),
    "restore": ("restored this", "arrow-back-up"),
    "share": ("shared this", "share"),
    "unshare": ("took sharing back", "share"),
}
VIA = {"api": "by API", "import": "by import", "package": "by a package", "automation": "by rule"}
LEVELS = {"read": "may read", "edit": "may edit"}
MOST_EVENTS = 50


@dataclass(frozen=True, slots=True)
class FieldChange:
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Event:
    """One entry; ``when`` is relative, ``moment`` exact. ``said`` is a comment's text, ``facts``
    what an activity is shown with."""

    who: str
    when: str
    moment: str
    did: str = ""
    icon: str = "history"
    via: str | None = None
    changes: tuple[FieldChange, ...] = ()
    said: str | None = None
    title: str | None = None
    url: str | None = None
    facts: tuple[tuple[str, Markup], ...] = ()
    delete_url: str | None = None


def timeline_of(unit: Unit, obj: Object, id_: str, labels: Labels) -> tuple[Event, ...]:
    items = timeline.timeline(unit, obj.name, id_, MOST_EVENTS).items
    entries = [item.what for item in items if isinstance(item.what, Entry)]
    how = Format(
        labels.locale,
        unit.zone,
        unit.settings.currency,
        titles_of(unit, _pointed_to(obj, entries)) | _shared_with(unit, entries),
        lambda id_, own: unit.catalog.label(id_, own, labels.locale),
    )
    displays = Displays(unit, labels)
    return tuple(_event(displays, obj, id_, item, how) for item in items)


def _event(displays: Displays, obj: Object, id_: str, item: Item, how: Format) -> Event:
    unit, labels = displays.unit, displays.labels
    about = Event(
        who=item.actor_name,
        when=relative_moment(item.at, unit.now, unit.zone, labels.locale),
        moment=moment_format(labels.locale)(item.at, unit.zone),
    )
    match item.what:
        case Comment() as comment:
            gone = f"/o/{obj.name}/{id_}/comments/{comment.id}/delete"
            return replace(
                about,
                did=labels.text("wrote"),
                icon="message-2",
                said=comment.body,
                delete_url=gone if comment.may_delete else None,
            )
        case Activity() as activity:
            return _activity(displays, activity, about)
        case CaseLine() as line:
            return _case_line(line, labels, about)
        case entry:
            return _entry(unit, obj, entry, labels, how, about)


def _case_line(line: CaseLine, labels: Labels, about: Event) -> Event:
    did, icon = approval_words.words_of(line.verb, line.node_type)
    to = labels.text("Whoever submitted it") if line.to == SUBMITTER else line.to
    said = labels.text(did, to=to, person=line.person)
    who = about.who
    if line.for_person and line.for_person != who:
        who = labels.text("{who} in place of {person}", who=who, person=line.for_person)
    if line.verb in approval_words.ENDS:
        who = ""
    return replace(
        about,
        who=who,
        did=said,
        icon=icon,
        via=line.node or None,
        title=line.label,
        url=url_for("approvals.case", id_=line.case),
        said=line.comment,
    )


def _activity(displays: Displays, activity: Activity, about: Event) -> Event:
    unit, labels = displays.unit, displays.labels
    child = unit.catalog.object(activity.object)
    values = activity.row.values
    known = [f.name for f in child.fields if f.name in values and f.name != child.title]
    columns = [displays.column(child, name) for name in known]
    facts = [(c.label, c.show(values)) for c in columns if values[c.path] is not None]
    return replace(
        about,
        did=labels.text("added a {object}", object=labels.object(child)),
        icon=child.icon,
        title=activity.title or labels.text("Untitled"),
        url=f"/o/{child.name}/{activity.row.id}",
        facts=tuple(facts)[:4],
    )


def _entry(
    unit: Unit, obj: Object, entry: Entry, labels: Labels, how: Format, about: Event
) -> Event:
    handed = handing_words.told(entry, obj, labels, how)
    did, icon = KINDS.get(entry.kind, (entry.kind, "history"))
    edits = entry.edits if entry.kind != "create" else ()
    if handed is not None:
        icon, edits = handed.icon, handed.others
    changes = tuple(_change(unit, obj, edit, labels, how) for edit in edits)
    via = VIA.get(entry.via) or ("with the system's rights" if entry.on_behalf else None)
    return replace(
        about,
        did=handed.did if handed else labels.text(did),
        icon=icon,
        said=handed.said if handed else None,
        via=labels.text(via) if via else None,
        changes=changes,
    )


def _change(unit: Unit, obj: Object, edit: Edit, labels: Labels, how: Format) -> FieldChange:
    field = obj.by_name.get(edit.field)
    if edit.field == "shares":
        return _share(edit, labels, how)
    label = labels.name(obj, edit.field)
    if field is None and edit.field not in SYSTEM_LABELS:
        before, after = edit.before, edit.after
        return FieldChange(
            labels.text(edit.field.capitalize()), str(before or "–"), str(after or "–")
        )
    if field is None:
        shown = [how.titles.get(v, v or "–") for v in (edit.before, edit.after)]
        return FieldChange(label, str(shown[0]), str(shown[1]))
    return FieldChange(label, _shown(field, edit.before, how), _shown(field, edit.after, how))


def _share(edit: Edit, labels: Labels, how: Format) -> FieldChange:
    """To whom, and what they might do before and after."""
    told = edit.after or edit.before
    said = [labels.text(LEVELS[e["level"]]) if e else "–" for e in (edit.before, edit.after)]
    return FieldChange(how.titles.get(told["to"]) or labels.text("Somebody who is gone"), *said)


def _shared_with(unit: Unit, entries: Sequence[Entry]) -> dict[str, str]:
    """The names of those whom records were shared with."""
    edits = [edit for entry in entries for edit in entry.edits if edit.field == "shares"]
    wanted = [told["to"].partition(":") for e in edits for told in (e.before, e.after) if told]
    found = names(unit, {To(kind, name) for kind, _, name in wanted}) if wanted else {}
    return {to.principal: name for to, name in found.items()}


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
        person = edit.field in ("owner", "queue") or (field is not None and field.type in PEOPLE)
        target = "user" if person else field.targets[0] if field and field.targets else None
        for value in (edit.before, edit.after):
            if target and value:
                values = [value] if isinstance(value, str) else value
                wanted.setdefault(target, set()).update(v.rpartition(":")[2] for v in values)
    return wanted


PEOPLE = ("user", "multi_user")
