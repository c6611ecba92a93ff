"""What a record is about in one line, where its title alone does not say: a number says nothing to
who decides in the inbox or comes back to the desk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from ..metadata.definitions import Object
from ..runtime import access, layouting, reading
from ..runtime.queries import Query
from ..runtime.storage.unit_of_work import Unit
from .display import Column, Displays
from .labels import Labels


def columns_of(unit: Unit, obj: Object, labels: Labels, most: int) -> list[Column]:
    """The facts that say it, for whoever reads the records anyway."""
    displays = Displays(unit, labels)
    names = list(dict.fromkeys(_telling(unit, obj)))[:most]
    return [displays.column(obj, name) for name in names]


def joined(columns: Sequence[Column], values: Mapping[str, Any]) -> str:
    return " · ".join(filter(None, (column.plain(values) for column in columns)))


def of_records(
    unit: Unit, obj: Object, ids: Sequence[str], labels: Labels, most: int
) -> dict[str, str]:
    """Up to ``most`` facts of each record that the actor may see, joined: what it is called where
    the title is a number, then the highlights of its page."""
    columns = columns_of(unit, obj, labels, most)
    return {id_: joined(columns, values) for id_, values in read(unit, obj, ids, columns).items()}


def facts(
    unit: Unit, obj: Object, id_: str, labels: Labels, most: int
) -> tuple[tuple[str, Markup], ...]:
    """The same of one record as (label, value); nothing of one that the actor may not see."""
    columns = columns_of(unit, obj, labels, most)
    found = read(unit, obj, (id_,), columns)
    return tuple((c.label, c.show(found[id_])) for c in columns) if found else ()


def read(
    unit: Unit, obj: Object, ids: Sequence[str], columns: Sequence[Column]
) -> dict[str, Mapping[str, Any]]:
    """What the columns need of each record that the actor may see, in one statement."""
    if not ids or not columns or "read" not in unit.actor.rights.on(obj.name):
        return {}
    needs = tuple(dict.fromkeys(need for column in columns for need in column.needs))
    found = reading.find(unit, Query(obj.name, needs, among=tuple(ids), limit=len(ids)))
    return {row.id: row.values for row in found.rows}


def _telling(unit: Unit, obj: Object) -> Iterator[str]:
    fields = [f for f in access.readable(unit.actor, obj) if not unit.catalog.is_off(f)]
    known = {f.name: f for f in fields if f.name != obj.title}
    if (title := obj.by_name.get(obj.title)) and title.type == "autonumber":
        yield from [
            name for name, f in known.items() if f.type == "text" and f.search and f.required
        ][:1]
    stage = obj.path.field if obj.path else None
    for name in layouting.first_page(unit.catalog, obj).highlights:
        if name in known and name != stage:
            yield name
