"""Queues at work: which records they own, and what waits in those somebody is a member of.
``dealing`` gives it out where the queue does that by itself, ``pools.take`` is how a member takes a
record."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from ..metadata.definitions import Object
from ..metadata.sharing import Queue
from .changes import Change
from .storage import group_rows, queue_rows
from .storage.tables import ObjectTable
from .storage.unit_of_work import Unit


@dataclass(frozen=True, slots=True)
class Waiting:
    """A queue of mine. ``id``: under which it owns records; ``counts``: object → how many."""

    id: str
    queue: Queue
    counts: Mapping[str, int]


def check(unit: Unit, of: ObjectTable, changes: Sequence[Change]) -> None:
    """Notes a problem for each record that is given to a queue which does not hold such records,
    whoever gives it and on whatever path. One statement, where there is such a queue."""
    given = [change for change in changes if change.values.get("owner") and _is_given(change)]
    closed = closed_to(unit, of.object, {str(change.values["owner"]) for change in given})
    plural = unit.catalog.label(f"{of.object.id}:plural", of.object.plural, unit.actor.language)
    for change in given:
        if name := closed.get(change.values["owner"]):
            message = "The queue “{queue}” does not hold {object}."
            change.refuse("owner", "not_held", message, queue=name, object=plural)


def closed_to(unit: Unit, obj: Object, owners: Collection[str]) -> dict[str, str]:
    """Those of ``owners`` that are queues which name objects, and not this one, with their
    labels."""
    other = {q.id: q for q in unit.catalog.queues.values() if q.objects and not holds(q, obj)}
    asked = {*owners} - {unit.actor.id}
    rows = queue_rows.of_ids(unit, asked) if other and asked else ()
    language = unit.actor.language
    return {
        row.id: unit.catalog.label(queue.id, queue.label, language)
        for row in rows
        if (queue := other.get(row.definition))
    }


def holds(queue: Queue, obj: Object) -> bool:
    """Whether records of the object may wait in the queue."""
    return not queue.objects or obj.name in queue.objects


def _is_given(change: Change) -> bool:
    return change.is_new or change.values["owner"] != change.before["owner"]


def mine(unit: Unit) -> tuple[Waiting, ...]:
    """The queues the actor is a member of, by their names, with what waits there of objects they
    may read. One statement for each of those objects."""
    known = {each.id: each for each in unit.catalog.queues.values()}
    rows = [r for r in queue_rows.of_person(unit, unit.actor.id) if r.definition in known]
    counts: dict[str, dict[str, int]] = {row.id: {} for row in rows}
    for name in _objects(unit, [known[row.definition] for row in rows]):
        found = queue_rows.waiting(unit, unit.model.table(name), counts)
        for id_, count in found.items():
            counts[id_][name] = count
    return tuple(Waiting(row.id, known[row.definition], counts[row.id]) for row in rows)


def waiting_in(unit: Unit, queue: Queue, objects: Collection[str]) -> dict[str, int]:
    """How many living records of these objects the queue owns, whoever may see them; those of
    which there is none are left out."""
    ids = [row.id for row in group_rows.queues(unit) if row.definition == queue.id]
    found = {
        name: sum(queue_rows.waiting(unit, unit.model.table(name), ids).values())
        for name in objects
    }
    return {name: count for name, count in found.items() if count}


def _objects(unit: Unit, queues: list[Queue]) -> list[str]:
    """What these queues may hold: the objects they name; one that names none holds any."""
    named = {name for queue in queues for name in queue.objects}
    everything = any(not queue.objects for queue in queues)
    return [
        obj.name
        for obj in unit.catalog.objects.values()
        if obj.owner == "user"
        and (everything or obj.name in named)
        and "read" in unit.actor.rights.on(obj.name)
        and not unit.catalog.is_off(obj)
    ]
