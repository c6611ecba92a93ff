"""Which of several row conditions hold for one record: the same SQL that limits lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from ..row_conditions import Nobody, RowCondition
from .row_rights import parameters
from .selection import Selection
from .tables import ObjectTable
from .unit_of_work import Unit


def holding(
    unit: Unit, of: ObjectTable, id_: str, conditions: Sequence[RowCondition]
) -> tuple[RowCondition, ...]:
    """Those of ``conditions`` that open the record ``id_`` to the unit's actor."""
    asked = [each for each in conditions if not isinstance(each, Nobody)]
    if not asked:
        return ()
    name, dialect = of.object.name, unit.connection.dialect.name
    selection = Selection(unit.model, unit.actor, name, dialect, unit.surroundings)
    columns: list[sa.ColumnElement[Any]] = []
    for place, condition in enumerate(asked):
        limit = selection.limited(condition)
        columns.append((sa.true() if limit is None else limit).label(f"holds{place}"))
    statement = sa.select(*columns).select_from(of.table).where(of["id"] == id_)
    row = unit.execute(statement, parameters(unit)).one_or_none()
    return tuple(c for c, held in zip(asked, row, strict=True) if held) if row else ()
