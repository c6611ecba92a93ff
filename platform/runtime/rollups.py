"""Rollups: what parents keep of their children, changed in the saving transaction.

A parent is locked before it is counted, parents in (object, id) order, so that two savers neither
miss each other's child nor wait for each other in a circle. A rollup moves neither ``version``
nor ``updated_at``: only the ``rollups`` counter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .changes import Change
from .facts import surroundings
from .storage import rollup_rows
from .storage.tables import ObjectTable
from .storage.unit_of_work import Unit

Values = Mapping[str, Any]


def follow(unit: Unit, of: ObjectTable, changes: Sequence[Change]) -> None:
    """Brings every parent of the changed records up to date, and the parents' parents."""
    follow_values(unit, of.object.name, [v for c in changes for v in (c.before, c.values)])


def follow_values(unit: Unit, child: str, versions: Sequence[Values]) -> None:
    """``versions`` are values of the children, before and after: their links name the parents."""
    over = unit.catalog.rollups_over(child)
    parents: dict[str, set[str]] = {}
    for rollup in over:
        ids = {str(values[rollup.link]) for values in versions if values.get(rollup.link)}
        parents.setdefault(rollup.parent, set()).update(ids)
    for parent in sorted(name for name, ids in parents.items() if ids):
        recount(unit, parent, [r.field.name for r in over if r.parent == parent], parents[parent])


def recount(unit: Unit, parent: str, fields: Sequence[str], ids: set[str]) -> None:
    """Counts the given rollups of the given parents anew, and what is rolled up from them."""
    ordered = sorted(ids)
    columns = unit.model.table(parent).columns
    kept = unit.catalog.rollups_of(parent)
    rollups = [r for r in kept if r.field.name in fields and r.field.name in columns]
    if not rollups:
        return
    own = unit.catalog.rollups_over(parent)
    locked = rollup_rows.lock(unit, parent, ordered, sorted({r.link for r in own}))
    rollup_rows.recount(unit, parent, rollups, ordered, surroundings(unit))
    follow_values(unit, parent, locked)
