"""My desk: the records last changed, object by object, and a way into each list."""

from __future__ import annotations

from dataclasses import dataclass

from ..metadata.definitions import Object
from ..metadata.formats import relative_moment
from ..metadata.layouts import App
from ..runtime import reading
from ..runtime.queries import Query, Sort
from ..runtime.storage.unit_of_work import Unit
from . import gists
from .display import Displays
from .labels import Labels

MOST_OBJECTS = 4
MOST_RECORDS = 6
MOST_FACTS = 2


@dataclass(frozen=True, slots=True)
class Recent:
    title: str
    url: str
    when: str
    gist: str


@dataclass(frozen=True, slots=True)
class Corner:
    """One object on the desk."""

    object: str
    label: str
    icon: str
    url: str
    new_url: str | None
    records: tuple[Recent, ...]


@dataclass(frozen=True, slots=True)
class Desk:
    name: str
    corners: tuple[Corner, ...]


def build(unit: Unit, labels: Labels, app: App | None) -> Desk:
    """The first objects of the app that the actor may read; without any, of them all."""
    objects = _objects(unit, app)
    corners = tuple(_corner(unit, labels, obj) for obj in objects[:MOST_OBJECTS])
    return Desk(unit.actor.name, corners)


def _objects(unit: Unit, app: App | None) -> list[Object]:
    items = [inner for item in (app.items if app else ()) for inner in (item.items or (item,))]
    names = [item.object for item in items if item.object] or list(unit.catalog.objects)
    return [
        unit.catalog.objects[name]
        for name in dict.fromkeys(names)
        if name in unit.catalog.objects
        and "read" in unit.actor.rights.on(name)
        and not unit.catalog.is_off(unit.catalog.objects[name])
    ]


def _corner(unit: Unit, labels: Labels, obj: Object) -> Corner:
    title = Displays(unit, labels).column(obj, obj.title)
    gist = gists.columns_of(unit, obj, labels, MOST_FACTS)
    needs = [name for column in (title, *gist) for name in column.needs]
    query = Query(
        obj.name,
        tuple(dict.fromkeys([*needs, "updated_at"])),
        sort=(Sort("updated_at", True),),
        limit=MOST_RECORDS,
    )
    records = tuple(
        Recent(
            title.plain(row.values) or labels.text("Untitled"),
            f"/o/{obj.name}/{row.id}",
            relative_moment(row["updated_at"], unit.now, unit.zone, labels.locale),
            gists.joined(gist, row.values),
        )
        for row in reading.find(unit, query).rows
    )
    may_create = "create" in unit.actor.rights.on(obj.name)
    return Corner(
        obj.name,
        labels.plural(obj),
        obj.icon,
        f"/o/{obj.name}",
        f"/o/{obj.name}/new" if may_create else None,
        records,
    )
