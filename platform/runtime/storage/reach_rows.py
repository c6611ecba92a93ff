"""How many records several conditions open to the unit's actor."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from ..row_conditions import RowCondition
from .row_rights import parameters
from .selection import Selection
from .unit_of_work import Unit

Truth = sa.ColumnElement[bool]


def count(unit: Unit, object_name: str, conditions: Sequence[RowCondition]) -> tuple[int, ...]:
    """How many living records meet each of ``conditions``, in one statement."""
    selection = _selection(unit, object_name)
    sums = [
        sa.func.coalesce(sa.func.sum(sa.case((_limit(selection, each), 1), else_=0)), 0)
        for each in conditions
    ]
    living = selection.root.column("deleted_at").is_(None)
    statement = sa.select(*(each.label(f"c{n}") for n, each in enumerate(sums)))
    row = unit.execute(
        statement.select_from(selection.source).where(living), parameters(unit)
    ).one()
    return tuple(int(each) for each in row)


def moved(
    unit: Unit, object_name: str, pairs: Sequence[tuple[RowCondition, RowCondition]]
) -> tuple[int, ...]:
    """For each pair (before, after) how many living records the second adds, and how many it
    takes away; all in one statement."""
    selection = _selection(unit, object_name)
    sums = []
    for before, after in pairs:
        then, now = _limit(selection, before), _limit(selection, after)
        for one, other in ((now, then), (then, now)):
            fits = sa.and_(one, sa.case((other, 0), else_=1) == 1)
            sums.append(sa.func.coalesce(sa.func.sum(sa.case((fits, 1), else_=0)), 0))
    statement = sa.select(*(each.label(f"c{n}") for n, each in enumerate(sums)))
    living = selection.root.column("deleted_at").is_(None)
    row = unit.execute(
        statement.select_from(selection.source).where(living), parameters(unit)
    ).one()
    return tuple(int(each) for each in row)


def gained(
    unit: Unit, object_name: str, before: RowCondition, after: RowCondition, most: int
) -> tuple[str, ...]:
    """Records that meet ``after`` and not ``before``, the latest made first."""
    selection = _selection(unit, object_name)
    id_ = selection.root.column("id")
    statement = (
        sa.select(id_)
        .select_from(selection.source)
        .where(
            selection.root.column("deleted_at").is_(None),
            _limit(selection, after),
            sa.case((_limit(selection, before), 0), else_=1) == 1,
        )
        .order_by(id_.desc())
        .limit(most)
    )
    return tuple(unit.execute(statement, parameters(unit)).scalars())


def _selection(unit: Unit, object_name: str) -> Selection:
    dialect = unit.connection.dialect.name
    return Selection(unit.model, unit.actor, object_name, dialect, unit.surroundings)


def _limit(selection: Selection, condition: RowCondition) -> Truth:
    limit = selection.limited(condition)
    return sa.true() if limit is None else limit
