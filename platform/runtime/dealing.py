"""Queues that deal: what enters one goes to a member at once, in turn or to whoever has least.

A member who may not read the object, has no room in its pool, or is disabled is passed over;
where none is left the record waits in the queue.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..metadata.sharing import Queue
from . import pool_limits
from .changes import Change
from .storage import pool_rows, queue_rows
from .storage.queue_rows import QueueRow
from .storage.tables import ObjectTable
from .storage.unit_of_work import Unit


def deal(unit: Unit, of: ObjectTable, changes: Sequence[Change]) -> None:
    """Gives what has entered a queue that deals to its members. Rows of packages stay put."""
    if unit.via == "package" or not changes:
        return
    dealing = {q.id: q for q in unit.catalog.queues.values() if q.assign != "by_hand"}
    owners = {str(change.values["owner"]) for change in changes} - {unit.actor.id}
    if not dealing or not owners:
        return
    for row in queue_rows.lock(unit, owners):
        definition = dealing.get(row.definition)
        if definition is not None:
            entering = [change for change in changes if change.values["owner"] == row.id]
            _deal(unit, of, definition, row, entering)


def _deal(
    unit: Unit, of: ObjectTable, queue: Queue, row: QueueRow, changes: Sequence[Change]
) -> None:
    members = _able(unit, of, row)
    load = queue_rows.load(unit, of, members, _closed(of)) if members else {}
    room = _room(unit, of, members)
    last = row.dealt_to
    for change in changes:
        open_ = [id_ for id_ in members if room.get(id_, 1) > 0]
        if not open_:
            break
        in_turn = _after(open_, last)
        chosen = in_turn[0]
        if queue.assign == "least_loaded":
            chosen = min(in_turn, key=lambda id_: load.get(id_, 0))
        change.values["owner"], change.handing, change.queue = chosen, "dealt", row.id
        load[chosen] = load.get(chosen, 0) + 1
        room[chosen] = room.get(chosen, len(changes) + 1) - 1
        last = chosen
    if last != row.dealt_to:
        queue_rows.set_dealt(unit, row.id, last)


def _able(unit: Unit, of: ObjectTable, row: QueueRow) -> list[str]:
    """The queue's members who may work on such records, always in the same order."""
    sets = [
        each.name
        for each in unit.catalog.permission_sets.values()
        if {"edit", "edit_all"} & (each.objects.get(of.object.name, frozenset())
                                   | each.objects.get("*", frozenset()))
    ]  # fmt: skip
    roles = [role.name for role in unit.catalog.roles.values() if set(role.permissions) & set(sets)]
    return queue_rows.members(unit, row.id, roles, sets)


def _room(unit: Unit, of: ObjectTable, members: Sequence[str]) -> dict[str, int]:
    """How many more each may hold; empty where there is no limit."""
    pool = pool_limits.pool_of(unit.catalog, of.object)
    if pool is None or pool.limits.held is None or not members:
        return {}
    pool_rows.lock_people(unit, members)
    held = pool_rows.held(unit, of, pool, members)
    return {id_: pool.limits.held - held.get(id_, 0) for id_ in members}


def _closed(of: ObjectTable) -> str | None:
    """What makes a record no longer count as load: its path has come to an end."""
    path = of.object.path
    return f"option({path.field}).closed" if path else None


def _after(members: Sequence[str], last: str | None) -> list[str]:
    """The members in turn, beginning with the one after ``last``."""
    later = [id_ for id_ in members if last is None or id_ > last]
    return [*later, *(id_ for id_ in members if id_ not in set(later))]
