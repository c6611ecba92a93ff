"""Related lists of a record as data: which children, which columns, what may be done there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..metadata.catalog import Reverse
from ..metadata.definitions import Object
from ..metadata.layouts import Pane
from . import access, reading
from .changes import Change
from .facts import Facts
from .queries import Page, Query, parse_sort
from .storage.unit_of_work import Unit

MOST_MADE_COLUMNS = 5


@dataclass(frozen=True, slots=True)
class PaneFrame:
    """A pane that shows on this record for this actor, before its rows are read."""

    definition: Pane
    object: Object
    reverse: Reverse
    columns: tuple[str, ...]
    filters: tuple[str, ...]
    may_create: bool


def frames(facts: Facts, change: Change, panes: Sequence[Pane]) -> tuple[PaneFrame, ...]:
    """The panes whose condition and stage hold, and whose records the actor may read."""
    unit, obj = facts.unit, facts.of.object
    found = []
    for pane in panes:
        reverse = unit.catalog.reverses.get(obj.name, {}).get(pane.related)
        if reverse is None or not _shows(facts, change, pane, reverse):
            continue
        child = unit.catalog.object(reverse.object)
        if unit.catalog.is_off(child):
            continue
        found.append(_frame(unit, pane, child, reverse, change.id))
    return tuple(found)


def rows(unit: Unit, frame: PaneFrame, needs: Sequence[str]) -> Page:
    """The first records of the pane with the paths ``needs``, counted up to the cap."""
    query = Query(
        frame.object.name,
        tuple(dict.fromkeys(needs)),
        filters=frame.filters,
        sort=parse_sort(frame.definition.sort) or parse_sort("-id"),
        limit=frame.definition.limit,
        count="capped",
    )
    return reading.find(unit, query)


def _shows(facts: Facts, change: Change, pane: Pane, reverse: Reverse) -> bool:
    unit, path = facts.unit, facts.of.object.path
    if "read" not in unit.actor.rights.on(reverse.object):
        return False
    if pane.stage and (path is None or change.values.get(path.field) not in pane.stage):
        return False
    return facts.holds(pane.visible, change)


def _frame(unit: Unit, pane: Pane, child: Object, reverse: Reverse, id_: str) -> PaneFrame:
    readable = {f.name for f in access.readable(unit.actor, child)}
    columns = pane.columns or _made_columns(child, reverse.field, readable)
    shown = tuple(
        c for c in columns if c.split(".")[0] not in child.by_name or c.split(".")[0] in readable
    )
    filters = (_points_here(child, reverse, id_), *((pane.filter,) if pane.filter else ()))
    return PaneFrame(
        definition=pane,
        object=child,
        reverse=reverse,
        columns=shown,
        filters=filters,
        may_create="new" in pane.actions and "create" in unit.actor.rights.on(child.name),
    )


def _points_here(child: Object, reverse: Reverse, id_: str) -> str:
    several = child.by_name[reverse.field].type == "multi_lookup"
    return f"includes({reverse.field}, '{id_}')" if several else f"{reverse.field} == '{id_}'"


def _made_columns(child: Object, back: str, readable: set[str]) -> tuple[str, ...]:
    names = [child.title, *(f.name for f in child.fields)]
    short = [n for n in dict.fromkeys(names) if n != back and n in readable]
    return tuple(short[:MOST_MADE_COLUMNS])
