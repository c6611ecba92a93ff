"""Rollups: what parents keep of their children, changed in the saving transaction.

A parent is locked before it is counted, parents in (object, id) order, so that two savers neither
miss each other's child nor wait for each other. A rollup moves neither ``version`` nor
``updated_at``: only the ``rollups`` counter.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from ..metadata.catalog import RollupOver
from .actors import SYSTEM
from .changes import Change
from .facts import surroundings
from .storage.row_rights import ACTOR
from .storage.selection import Selection
from .storage.tables import ObjectTable
from .storage.unit_of_work import Unit


def follow(unit: Unit, of: ObjectTable, changes: Sequence[Change]) -> None:
    """Brings every parent of the changed records up to date, and their parents."""
    pairs = [(c.before, c.values) for c in changes]
    follow_values(unit, of, pairs)


def follow_values(unit: Unit, of: ObjectTable, pairs: Sequence[tuple[Any, Any]]) -> None:
    """``pairs`` are the values of children before and after; an empty mapping: not there."""
    over = unit.catalog.rollups_over(of.object.name)
    parents: dict[str, set[str]] = {}
    for rollup in over:
        ids = {v.get(rollup.link) for pair in pairs for v in pair if v and v.get(rollup.link)}
        parents.setdefault(rollup.parent, set()).update(str(i) for i in ids)
    for parent in sorted(parents):
        if parents[parent]:
            mine = [r for r in over if r.parent == parent]
            recount(unit, parent, mine, sorted(parents[parent]))


def recount(unit: Unit, parent: str, rollups: Sequence[RollupOver], ids: Sequence[str]) -> None:
    """Counts the given rollups of the given parents anew and tells the parents' own parents."""
    of = unit.model.table(parent)
    before = _lock(unit, of, rollups, ids)
    statement = (
        sa.update(of.table)
        .where(of["id"].in_(ids))
        .values(
            {of[r.field.name].name: _counted(unit, r) for r in rollups}
            | {"rollups": of.table.c.rollups + 1}
        )
    )
    unit.execute(statement, {ACTOR: SYSTEM.id})
    follow_values(unit, of, [(row, row) for row in before])


def _lock(
    unit: Unit, of: ObjectTable, rollups: Sequence[RollupOver], ids: Sequence[str]
) -> list[dict[str, Any]]:
    """The links of the parents to their own parents, read under the lock."""
    links = {r.link for r in unit.catalog.rollups_over(of.object.name)}
    statement = (
        sa.select(of["id"], *[of[link].label(link) for link in sorted(links)])
        .where(of["id"].in_(ids))
        .order_by(of["id"])
        .with_for_update()
    )
    if not links and not unit.is_postgres:
        return []
    return [dict(row) for row in unit.execute(statement).mappings()]


def _counted(unit: Unit, rollup: RollupOver) -> sa.ColumnElement[Any]:
    selection = Selection(
        unit.model, SYSTEM, rollup.parent, unit.connection.dialect.name, surroundings(unit)
    )
    return selection.rollup(rollup.field)
