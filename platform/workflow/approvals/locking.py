"""What may not be changed because of an approval: a guard of the save path.

A record is locked while its case runs and, where the graph says that the lock stays, after it was
approved. Its parts, the lines of an order, are locked with it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from ...errors import Locked
from ...metadata.approvals import Graph, Lock
from ...metadata.approvals_parser import graphs_of
from ...metadata.definitions import EMPTY, Object
from ...runtime.actors import Actor
from ...runtime.changes import Change
from ...runtime.storage import deletions, records
from ...runtime.storage.tables import ObjectTable
from ...runtime.storage.unit_of_work import Unit
from ..storage import case_rows, values
from . import cases

Loaded = Mapping[str, Mapping[str, Any]]

UNSEEN = frozenset(("version", "updated_at", "updated_by", "tc_rollups", "tc_deletion"))
"""Columns that follow from others."""


def guard(unit: Unit, of: ObjectTable, changes: Sequence[Change]) -> None:
    """Raises Locked when a field changes that an approval holds, or a part of such a record."""
    if unit.actor.is_system or unit.via == "package":
        return
    wanted = {change.id: change for change in changes if not change.is_new}
    loaded = {id_: change.before for id_, change in wanted.items()}
    for row, graph, lock in _locks(unit, of.object.name, wanted.keys(), loaded):
        held = _held(unit, graph, lock, row)
        if refused := sorted(wanted[row["record"]].changed().keys() & held):
            raise _refusal(unit, of.object, graph, row, refused)
    _guard_parts(unit, of, [(change.before, change.values) for change in changes])


def guard_bin(unit: Unit, of: ObjectTable, said: tuple[str, Collection[str]]) -> None:
    """Raises Locked when a record, or a part of one, goes to the bin or comes back meanwhile."""
    kind, ids = said
    if unit.actor.is_system:
        return
    if kind == "delete":
        for row, graph, lock in _locks(unit, of.object.name, ids):
            if row["state"] == "running":
                raise Locked("It is in approval and cannot be deleted until it is decided.")
            if not _is_excepted(unit.actor, lock):
                raise _refusal(unit, of.object, graph, row, ())
    found = _master(unit, of.object)
    if found is not None:
        links = deletions.links(unit, of, list(ids), [found[0]])
        _guard_parts(unit, of, [(each, each) for each in links])


def held_fields(unit: Unit, of: ObjectTable, stored: Mapping[str, Any]) -> set[str]:
    """What approvals keep the actor from changing in a record: pages offer no pen there."""
    held: set[str] = set()
    for row, graph, lock in _locks(unit, of.object.name, (stored["id"],)):
        held |= _held(unit, graph, lock, row)
    try:
        _guard_parts(unit, of, [(stored, stored)])
    except Locked:
        return set(of.object.by_name)
    return held & of.object.by_name.keys()


# Inside -------------------------------------------------------------------------------------


def _locks(
    unit: Unit, object_name: str, ids: Collection[str], loaded: Loaded = EMPTY
) -> Iterator[tuple[Mapping[str, Any], Graph, Lock]]:
    """The cases that hold some of the records. Objects that were never approved cost nothing; a
    graph that is gone may still have cases. ``loaded``: what was read of the records already."""
    graphs = graphs_of(unit.catalog, object_name)
    if not ids or not graphs:
        return
    rows = _running(unit, ids, loaded)
    if any(graph.lock is not None and graph.lock.stays for graph in graphs):
        rows += case_rows.approved(unit, ids)
    for row in rows:
        graph = cases.graph_of(unit, object_name, row["graph"])
        if graph.lock is not None and (row["state"] == "running" or graph.lock.stays):
            yield row, graph, graph.lock


def _running(unit: Unit, ids: Collection[str], loaded: Loaded) -> list[dict[str, Any]]:
    """The cases that run for the records. Whoever loaded one to save it has been told."""
    told = {id_: values for id_, values in loaded.items() if records.CASE in values}
    rows = [
        {"id": case, "record": id_, "graph": values[records.GRAPH], "state": "running"}
        for id_, values in told.items()
        if (case := values[records.CASE])
    ]
    others = [id_ for id_ in ids if id_ not in told]
    return rows + case_rows.holding(unit, others) if others else rows


def _master(unit: Unit, obj: Object) -> tuple[str, str] | None:
    """The field that makes such records parts of others that are approved, and their object."""
    for field in obj.fields:
        if field.type == "master" and graphs_of(unit.catalog, field.targets[0]):
            return field.name, field.targets[0]
    return None


def _guard_parts(
    unit: Unit, of: ObjectTable, pairs: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]
) -> None:
    """Raises Locked for parts of a record that is held as a whole. (before, after) of each."""
    found = _master(unit, of.object)
    if found is None:
        return
    field, target = found
    wholes = {side[field] for pair in pairs for side in pair if side.get(field)}
    if unit.writes:
        values.lock(unit, target, wholes)  # or one is submitted between this look and the write
    for row, graph, lock in _locks(unit, target, wholes):
        if lock.parts and not _may_all(unit, graph, lock, row):
            raise _refusal(unit, unit.catalog.object(target), graph, row, ())


def _refusal(
    unit: Unit, obj: Object, graph: Graph, row: Mapping[str, Any], refused: Sequence[str]
) -> Locked:
    labels = {f.name: unit.catalog.label(f.id, f.label, unit.actor.language) for f in obj.fields}
    approval = unit.catalog.label(graph.id, graph.label, unit.actor.language)
    if row["state"] != "running":
        return Locked("It was approved ({approval}) and is locked since.", approval=approval)
    if not refused:
        message = "It is in approval ({approval}): its parts cannot be changed until it is decided."
        return Locked(message, approval=approval)
    return Locked(
        "It is in approval ({approval}): {fields} cannot be changed until it is decided.",
        approval=approval,
        fields=", ".join(labels.get(name, name) for name in refused),
    )


def _held(unit: Unit, graph: Graph, lock: Lock, row: Mapping[str, Any]) -> set[str]:
    """The columns the actor may not change."""
    of = unit.model.table(graph.object)
    held = {*of.columns, *of.sets} - UNSEEN
    if lock.fields:
        held = _columns(of, lock.fields, held)
    if _may_all(unit, graph, lock, row):
        return set()
    if row["state"] != "running":
        return held
    asked = case_rows.nodes_asking(unit, row["id"], unit.actor.id)
    editable = [name for node in asked for name in graph.nodes[node].editable]
    return held - _columns(of, editable, held)


def _may_all(unit: Unit, graph: Graph, lock: Lock, row: Mapping[str, Any]) -> bool:
    """Whether the lock does not hold the actor: they are excepted, or it was returned to them."""
    if _is_excepted(unit.actor, lock):
        return True
    running = row["state"] == "running"
    return running and graph.start in case_rows.nodes_asking(unit, row["id"], unit.actor.id)


def _columns(of: ObjectTable, fields: Collection[str], among: Collection[str]) -> set[str]:
    """The columns of some fields: an amount has one for its currency, too."""
    own = of.object.by_name
    return {
        column
        for column in among
        if column in fields
        or (column not in own and any(column.startswith(f"{name}_") for name in fields))
    }


def _is_excepted(actor: Actor, lock: Lock) -> bool:
    by_right = lock.permission is not None and lock.permission in actor.rights.system
    return by_right or (lock.role is not None and actor.role == lock.role)
