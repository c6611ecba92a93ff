"""Queues at work: what waits in those somebody is a member of. ``dealing`` gives it out where the
queue does that by itself, ``pools.take`` is how a member takes a record."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ..metadata.sharing import Queue
from .storage import group_rows, queue_rows
from .storage.unit_of_work import Unit


@dataclass(frozen=True, slots=True)
class Waiting:
    """A queue of mine. ``id``: under which it owns records; ``counts``: object → how many."""

    id: str
    queue: Queue
    counts: Mapping[str, int]


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
