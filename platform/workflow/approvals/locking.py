"""What may not be changed while a record is in approval: a guard of the save path."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ...errors import Locked
from ...metadata.approvals import Graph
from ...metadata.approvals_parser import graphs_of
from ...runtime.actors import Actor
from ...runtime.changes import Change
from ...runtime.storage.tables import ObjectTable
from ...runtime.storage.unit_of_work import Unit
from ..storage import case_rows
from . import cases

UNSEEN = frozenset(("version", "updated_at", "updated_by", "tc_rollups", "tc_deletion"))
"""Columns that follow from others."""


def guard(unit: Unit, of: ObjectTable, changes: Sequence[Change]) -> None:
    """Raises Locked when a field changes that an approval holds."""
    wanted = {change.id: change for change in changes if not change.is_new}
    if unit.actor.is_system or not wanted or not _has_graphs(unit, of.object.name):
        return
    for row in case_rows.running(unit, wanted.keys()):
        graph = cases.graph_of(unit, of.object.name, row["graph"])
        held = _held(unit, graph, row["id"]) if graph.lock else set()
        if refused := sorted(wanted[row["record"]].changed().keys() & held):
            labels = {f.name: unit.catalog.label(f.id, f.label, unit.actor.language)
                      for f in of.object.fields}  # fmt: skip
            raise Locked(
                "It is in approval ({approval}): {fields} cannot be changed until it is decided.",
                approval=unit.catalog.label(graph.id, graph.label, unit.actor.language),
                fields=", ".join(labels.get(name, name) for name in refused),
            )


def guard_bin(unit: Unit, of: ObjectTable, said: tuple[str, Collection[str]]) -> None:
    """Raises Locked when a record goes to the bin while it is in approval."""
    kind, ids = said
    if kind == "delete" and not unit.actor.is_system and _has_graphs(unit, of.object.name):
        for row in case_rows.running(unit, ids):
            if cases.graph_of(unit, of.object.name, row["graph"]).lock is not None:
                raise Locked("It is in approval and cannot be deleted until it is decided.")


def _has_graphs(unit: Unit, object_name: str) -> bool:
    """Objects that were never approved cost nothing; a graph that is gone may still have cases."""
    return bool(graphs_of(unit.catalog, object_name))


def _held(unit: Unit, graph: Graph, case: str) -> set[str]:
    """The columns the actor may not change."""
    lock = graph.lock
    assert lock is not None
    of = unit.model.table(graph.object)
    held = {*of.columns, *of.sets} - UNSEEN
    if lock.fields:
        held = _columns(of, lock.fields, held)
    if _is_excepted(unit.actor, lock.permission, lock.role):
        return set()
    asked = case_rows.nodes_asking(unit, case, unit.actor.id)
    if graph.start in asked:
        return set()
    editable = [name for node in asked for name in graph.nodes[node].editable]
    return held - _columns(of, editable, held)


def _columns(of: ObjectTable, fields: Collection[str], among: Collection[str]) -> set[str]:
    """The columns of some fields: an amount has one for its currency, too."""
    own = of.object.by_name
    return {
        column
        for column in among
        if column in fields
        or (column not in own and any(column.startswith(f"{name}_") for name in fields))
    }


def _is_excepted(actor: Actor, permission: str | None, role: str | None) -> bool:
    by_right = permission is not None and permission in actor.rights.system
    return by_right or (role is not None and actor.role == role)
