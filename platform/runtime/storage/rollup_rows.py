"""Rollup columns of parents: locked, then counted anew in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from ...metadata.catalog import RollupOver
from ...metadata.expressions.types import Surroundings
from ..actors import SYSTEM
from .aggregates import as_stored
from .lookups import select_from
from .row_rights import ACTOR
from .selection import Selection
from .unit_of_work import Unit


def lock(unit: Unit, parent: str, ids: Sequence[str], links: Sequence[str]) -> list[dict[str, Any]]:
    """Locks the parents in the order of their ids; returns their links to their own parents.

    On SQLite the one writer holds the lock already: nothing is read unless links are asked for.
    On PostgreSQL the lock lets those be who only see to it that the parent is not deleted.
    """
    if not links and not unit.is_postgres:
        return []
    of = unit.model.table(parent)
    statement = (
        sa.select(of["id"], *[of[link].label(link) for link in links])
        .where(of["id"].in_(ids))
        .order_by(of["id"])
        .with_for_update(key_share=True)
    )
    return [dict(row) for row in unit.execute(statement).mappings()]


def recount(
    unit: Unit, parent: str, rollups: Sequence[RollupOver], ids: Sequence[str], around: Surroundings
) -> None:
    """Writes what the children come to now. Only the ``rollups`` counter moves."""
    key = ("recount", parent, tuple(r.field.name for r in rollups))
    statement = unit.model.prepared.get(key)
    if statement is None:
        selection = select_from(unit, parent, around)
        statement = _recount(selection, rollups)
        if not selection.speaks_of_today:
            unit.model.keep(key, statement)
    unit.execute(statement, {ACTOR: SYSTEM.id, "ids": list(ids)})


def _recount(selection: Selection, rollups: Sequence[RollupOver]) -> sa.Update:
    of, dialect = selection.root.of, selection.dialect
    counted = {
        (column := of[r.field.name]).name: as_stored(selection.rollup(r.field), column, dialect)
        for r in rollups
    }
    return (
        sa.update(of.table)
        .where(of["id"].in_(sa.bindparam("ids", expanding=True)))
        .values(counted | {"tc_rollups": of["tc_rollups"] + 1})
    )
