"""The bin as values for its page."""

from __future__ import annotations

from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from ..metadata.formats import moment_format, relative_moment
from ..runtime import recycle
from ..runtime.forms import titles_of
from ..runtime.storage.unit_of_work import Unit
from .labels import Labels
from .listing import Tab

MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class BinRow:
    id: str
    title: str
    label: str
    icon: str
    who: str
    when: str
    moment: str
    others: int
    """How many records went with it."""


@dataclass(frozen=True, slots=True)
class BinModel:
    tabs: tuple[Tab, ...]
    rows: tuple[BinRow, ...]
    may_purge: bool


def chosen(form: MultiDict[str, str]) -> list[str]:
    """The deletions that were ticked; an undo sends several in one value."""
    ids = [part for value in form.getlist("id") for part in value.split(",") if part]
    return list(dict.fromkeys(ids))[:MOST_AT_ONCE]


def build(unit: Unit, object_name: str | None, labels: Labels) -> BinModel:
    entries = recycle.entries(unit, MOST_AT_ONCE)
    objects = sorted({e.object for e in entries})
    people = titles_of(unit, {"user": {e.by for e in entries if e.by}})
    tabs = [Tab(labels.text("Everything"), "/bin", object_name is None)]
    for name in objects:
        obj = unit.catalog.object(name)
        tabs.append(Tab(labels.plural(obj), f"/bin?object={name}", name == object_name, obj.icon))
    rows = []
    for entry in entries:
        if object_name and entry.object != object_name:
            continue
        obj = unit.catalog.object(entry.object)
        rows.append(
            BinRow(
                id=entry.id,
                title=entry.title,
                label=labels.object(obj),
                icon=obj.icon,
                who=people.get(entry.by, ""),
                when=relative_moment(entry.at, unit.now, unit.zone, labels.locale),
                moment=moment_format(labels.locale)(entry.at, unit.zone),
                others=entry.records - 1,
            )
        )
    may_purge = any("edit_all" in unit.actor.rights.on(name) for name in objects)
    return BinModel(tuple(tabs), tuple(rows), may_purge)
