"""The bin: deleting hides a record and what is part of it; restoring brings both back together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ..errors import AccessDenied, InUse, NotFound
from . import access, branches, hooks, pool_limits, rollups, search_indexing
from .storage import deletions, history_rows, records
from .storage.failures import Retry
from .storage.tables import ObjectTable
from .storage.unit_of_work import Unit

MOST_CASCADED = 10_000
KEPT = timedelta(days=90)
"""How long the bin keeps what was deleted, before it is removed for good."""


@dataclass(frozen=True, slots=True)
class Deletion:
    """One entry of the bin: a record somebody deleted, with ``records`` that went with it."""

    id: str
    object: str
    record: str
    title: str
    at: datetime
    by: str
    records: int


def delete(unit: Unit, object_name: str, id_: str, version: int | None = None) -> Deletion:
    """Moves a record to the bin, with its parts.

    Raises NotFound, AccessDenied, StaleRecord, InUse when others refer to it and must not lose it.
    """
    return delete_many(unit, object_name, [id_], {} if version is None else {id_: version})[0]


def delete_many(
    unit: Unit, object_name: str, ids: Sequence[str], versions: dict[str, int] | None = None
) -> list[Deletion]:
    """Moves several records to the bin, all or none; each is a deletion of its own."""
    of = unit.model.table(unit.catalog.object(object_name).name)
    access.require(unit.actor, "delete", of.object)
    if versions:
        deletions.lock(unit, of, ids)
    stored = records.load(unit, of, ids)
    found = []
    for id_ in ids:
        values = stored.get(id_)
        if values is None:
            raise NotFound()
        if not values["__may_delete"]:
            raise AccessDenied("You may see this record, but not delete it.")
        seen = (versions or {}).get(id_)
        if seen is not None and seen != values["version"]:
            raise deletions.stale(unit, values)
        found.append(_delete(unit, of, values))
    return found


def _delete(unit: Unit, of: ObjectTable, values: dict[str, object]) -> Deletion:
    deletion = unit.new_id()
    whole = _with_parts(unit, of, str(values["id"]))
    for object_name, ids in whole.items():
        _refuse_if_used(unit, object_name, ids, whole)
    for object_name, ids in whole.items():
        _bin(unit, unit.model.table(object_name), ids, deletion)
    title = str(values.get(of.object.title) or values["id"])
    count = sum(map(len, whole.values()))
    return Deletion(
        **deletions.write(unit, deletion, of.object.id, str(values["id"]), title, count)
    )


def _with_parts(unit: Unit, of: ObjectTable, id_: str) -> dict[str, list[str]]:
    """The record and everything that goes with it: object name → ids, owners before parts."""
    whole: dict[str, list[str]] = {of.object.name: [id_]}
    fresh = {of.object.name: [id_]}
    while fresh:
        following: dict[str, list[str]] = {}
        for object_name, ids in fresh.items():
            deletions.lock(unit, unit.model.table(object_name), ids)
            for child, field in _pointing(unit, object_name, "cascade"):
                new = deletions.children(unit, child, field, ids)
                new = [i for i in new if i not in whole.get(child, ())]
                if new:
                    whole.setdefault(child, []).extend(new)
                    following.setdefault(child, []).extend(new)
        if sum(map(len, whole.values())) > MOST_CASCADED:
            raise InUse("More than {most} records would go with it.", most=MOST_CASCADED)
        fresh = following
    return whole


def _pointing(unit: Unit, target: str, on_delete: str) -> list[tuple[str, str]]:
    """(object, field) of the lookups at ``target`` with that rule; a master always cascades."""
    return [
        (obj.name, field.name)
        for obj in unit.catalog.objects.values()
        for field in obj.fields
        if target in field.targets
        and field.type in ("lookup", "master")
        and ("cascade" if field.type == "master" else field.on_delete) == on_delete
    ]


def _refuse_if_used(
    unit: Unit, object_name: str, ids: list[str], whole: dict[str, list[str]]
) -> None:
    for child, field in _pointing(unit, object_name, "restrict"):
        others = set(deletions.children(unit, child, field, ids)) - set(whole.get(child, ()))
        if others:
            label = unit.catalog.object(child)
            raise InUse(
                "{count} {count:record|records} of {object} {count:refers|refer} to it."
                " Delete or change those first.",
                count=len(others),
                object=unit.catalog.label(f"{label.id}:plural", label.plural, unit.actor.language),
            )


def _bin(unit: Unit, of: ObjectTable, ids: list[str], deletion: str | None) -> None:
    kind = "delete" if deletion else "restore"
    if records.set_binned(unit, of, ids, deletion) != len(ids):
        raise Retry("somebody else was first with one of the records")
    happened: list[tuple[str, str, dict[str, Any]]] = [(id_, kind, {}) for id_ in ids]
    history_rows.write(unit, of.object, happened)
    if deletion:
        search_indexing.remove(unit, of, ids)
    else:
        search_indexing.put_back(unit, of, ids)
    links = {r.link for r in unit.catalog.rollups_over(of.object.name)}
    if links:
        rollups.follow_values(unit, of.object.name, deletions.links(unit, of, ids, sorted(links)))
    hooks.run(unit.hooks.binned, unit, of, (kind, ids))
    branches.rebuild(unit, of.object.name)


def restore(unit: Unit, deletion_id: str) -> Deletion:
    """Brings back what one deletion took, all of it.

    Raises NotFound, AccessDenied, NotUnique when another record has taken a unique value since,
    InUse when the record it is part of is itself in the bin, RecordInvalid when its owner
    holds as much of a pool as anybody may.
    """
    entry = deletions.entry(unit, deletion_id)
    if entry is None:
        raise NotFound()
    deletion = Deletion(**entry)
    root = unit.model.table(deletion.object)
    access.require(unit.actor, "delete", root.object)
    stored = records.load(unit, root, [deletion.record], binned=True).get(deletion.record)
    if stored is None or not stored["__may_delete"]:
        raise NotFound()
    _refuse_orphans(unit, root, stored)
    if not deletions.claim(unit, deletion_id):
        raise NotFound()
    for obj in unit.catalog.objects.values():
        of = unit.model.table(obj.name)
        ids = deletions.members(unit, of, deletion_id)
        if ids:
            if obj.owner == "user":
                stored = records.load_all(unit, of, ids, binned=True)
                pool_limits.check_restored(unit, of, [*stored.values()])
            _bin(unit, of, ids, None)
    return deletion


def restore_record(unit: Unit, object_name: str, id_: str) -> Deletion:
    """Restores the deletion that took this record. Raises NotFound when it is not in the bin."""
    of = unit.model.table(unit.catalog.object(object_name).name)
    stored = records.load(unit, of, [id_], binned=True).get(id_)
    if stored is None or stored["tc_deletion"] is None:
        raise NotFound()
    return restore(unit, stored["tc_deletion"])


def _refuse_orphans(unit: Unit, of: ObjectTable, stored: dict[str, object]) -> None:
    master = of.object.master
    if master is None:
        return
    parent = stored.get(master.name)
    if parent and not deletions.living(unit, unit.model.table(master.targets[0]), str(parent)):
        raise InUse("The record it is part of is in the bin too. Restore that one.")


def entries(unit: Unit, limit: int = 200) -> list[Deletion]:
    """What lies in the bin that the actor may see, latest first."""
    found = [Deletion(**each) for each in deletions.entries(unit, limit)]
    visible: set[str] = set()
    for object_name in {d.object for d in found}:
        of = unit.model.table(object_name)
        if "read" in unit.actor.rights.on(object_name):
            ids = [d.record for d in found if d.object == object_name]
            visible |= records.load(unit, of, ids, binned=True).keys()
    return [d for d in found if d.record in visible]


def outdated(unit: Unit, most: int) -> list[str]:
    """Deletions that have lain in the bin for longer than ``KEPT``, the oldest first."""
    return deletions.older(unit, unit.now - KEPT, most)


def purge(unit: Unit, deletion_id: str) -> None:
    """Removes for good what one deletion took: records, history, comments, files, tags.

    Raises NotFound, AccessDenied unless the actor may edit all records of the object.
    """
    entry = deletions.entry(unit, deletion_id)
    if entry is None:
        raise NotFound()
    root = unit.model.table(Deletion(**entry).object)
    access.require(unit.actor, "edit_all", root.object)
    if not deletions.claim(unit, deletion_id):
        raise NotFound()
    for obj in unit.catalog.objects.values():
        of = unit.model.table(obj.name)
        ids = deletions.members(unit, of, deletion_id)
        if ids:
            pointing = _pointing(unit, obj.name, "clear") + _pointing(unit, obj.name, "restrict")
            deletions.destroy(unit, of, ids, pointing)
