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
from .unit_of_work import Unit


def lock(unit: Unit, parent: str, ids: Sequence[str], links: Sequence[str]) -> list[dict[str, Any]]:
    """Locks the parents in the order of their ids; returns their links to their own parents.

    On SQLite the one writer holds the lock already: nothing is read unless links are asked for.
    """
    if not links and not unit.is_postgres:
        return []
    of = unit.model.table(parent)
    statement = (
        sa.select(of["id"], *[of[link].label(link) for link in links])
        .where(of["id"].in_(ids))
        .order_by(of["id"])
        .with_for_update()
    )
    return [dict(row) for row in unit.execute(statement).mappings()]


def recount(
    unit: Unit, parent: str, rollups: Sequence[RollupOver], ids: Sequence[str], around: Surroundings
) -> None:
    """Writes what the children come to now. Only the ``rollups`` counter moves."""
    of = unit.model.table(parent)
    selection = select_from(unit, parent, around)
    dialect = unit.connection.dialect.name
    counted = {
        (column := of[r.field.name]).name: as_stored(selection.rollup(r.field), column, dialect)
        for r in rollups
    }
    statement = (
        sa.update(of.table)
        .where(of["id"].in_(ids))
        .values(counted | {"tc_rollups": of["tc_rollups"] + 1})
    )
    unit.execute(statement, {ACTOR: SYSTEM.id})
