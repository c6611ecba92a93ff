"""The timeline of a record: changes, comments and activities in one stream, latest first.

An activity is a record of any object whose lookup ``regarding`` points here: tasks, calls,
meetings, visits, and whatever a package adds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..errors import BadRequest
from ..metadata.catalog import Reverse
from ..metadata.definitions import Object
from . import access, comments, cursors, history, parents, reading
from .queries import MOST_ROWS, Query, Row, Sort
from .storage import collaboration, people
from .storage.collaboration import Place
from .storage.unit_of_work import Unit

REGARDING = "regarding"
"""Name of the lookup that makes a record an activity of another one."""
FACTS = ("date", "datetime", "picklist")
"""Types of the fields an activity is shown with, beside its title."""
LATEST = (Sort("created_at", descending=True),)


@dataclass(frozen=True, slots=True)
class Activity:
    """A task, call, …: ``row`` holds its title, ``owner`` and what is dated or chosen."""

    object: str
    title: str
    row: Row


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that happened. ``actor`` is the id of who did it, or had it done."""

    at: datetime
    id: str
    actor: str
    actor_name: str
    what: Any
    """An Entry, a Comment, an Activity, or what upper floors tell of the record."""


@dataclass(frozen=True, slots=True)
class Timeline:
    items: tuple[Item, ...]
    next: str | None
    """What to ask the next page with; None: there is none."""


def timeline(
    unit: Unit, object_name: str, record_id: str, limit: int = 30, after: str | None = None
) -> Timeline:
    """What happened around a record, as far as the actor may see it.

    ``after`` is the ``next`` of the page before. Raises AccessDenied, NotFound, BadRequest.
    """
    if not 1 <= limit < MOST_ROWS:
        raise BadRequest("The limit must be between 1 and {most}.", most=MOST_ROWS - 1)
    obj = parents.visible(unit, object_name, record_id).object
    place = _place(after)
    found = [
        *_changes(unit, obj, record_id, limit + 1, place),
        *_comments(unit, obj, record_id, limit + 1, place),
    ]
    for told in unit.hooks.told:
        found += told(unit, obj, record_id, limit + 1, place)
    for reverse in activities_of(unit, obj):
        found += _activities(unit, reverse, record_id, limit + 1, place)
    found.sort(key=lambda item: (item[0], item[1]), reverse=True)
    shown = found[:limit]
    names = people.names(unit, [actor for _, _, actor, _ in shown])
    items = tuple(Item(at, id_, who, names.get(who, "?"), what) for at, id_, who, what in shown)
    more = len(found) > limit
    return Timeline(items, f"{items[-1].at.isoformat()}~{items[-1].id}" if more else None)


def activities_of(unit: Unit, obj: Object) -> tuple[Reverse, ...]:
    """The relations by which activities point to records of ``obj`` that the actor may read."""
    return tuple(
        reverse
        for reverse in unit.catalog.reverses.get(obj.name, {}).values()
        if reverse.field == REGARDING
        and "read" in unit.actor.rights.on(reverse.object)
        and not unit.catalog.is_off(unit.catalog.object(reverse.object))
    )


# Inside -------------------------------------------------------------------------------------

Found = tuple[datetime, str, str, Any]
"""Moment, id, who, what."""


def _changes(
    unit: Unit, obj: Object, record_id: str, limit: int, before: Place | None
) -> Iterator[Found]:
    for entry in history.entries(unit, obj, record_id, limit, before):
        yield entry.at, entry.id, entry.on_behalf or entry.actor, entry


def _comments(
    unit: Unit, obj: Object, record_id: str, limit: int, before: Place | None
) -> Iterator[Found]:
    if "comments" in obj.tracks:
        rows = collaboration.comments(unit, record_id, limit, before)
        for comment in comments.shown(unit, rows):
            yield comment.at, comment.id, comment.author, comment


def _activities(
    unit: Unit, reverse: Reverse, record_id: str, limit: int, before: Place | None
) -> Iterator[Found]:
    obj = unit.catalog.object(reverse.object)
    query = _query(unit, obj, record_id, limit)
    if before is not None:
        cursor = cursors.seal(unit.settings.secret, query, unit.actor.id, before)
        query = _query(unit, obj, record_id, limit, cursor)
    for row in reading.find(unit, query).rows:
        activity = Activity(obj.name, str(row[obj.title] or ""), row)
        yield row["created_at"], row.id, row["created_by"], activity


def _query(unit: Unit, obj: Object, record_id: str, limit: int, cursor: str | None = None) -> Query:
    facts = [f.name for f in access.readable(unit.actor, obj) if f.type in FACTS]
    owner = ["owner"] if obj.owner == "user" else []
    return Query(
        obj.name,
        (obj.title, "created_at", "created_by", *owner, *facts),
        filters=(f"{REGARDING} == '{record_id}'",),
        sort=LATEST,
        limit=limit,
        cursor=cursor,
    )


def _place(after: str | None) -> Place | None:
    if after is None:
        return None
    moment, _, id_ = after.partition("~")
    try:
        at = datetime.fromisoformat(moment)
    except ValueError as error:
        raise BadRequest("The cursor does not belong to this list.") from error
    if at.tzinfo is None or len(id_) != 36:
        raise BadRequest("The cursor does not belong to this list.")
    return at, id_
