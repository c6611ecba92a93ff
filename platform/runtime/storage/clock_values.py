"""What a joined clock says in a list, a filter, a sort: when it is due, how it stands now."""

from __future__ import annotations

import sqlalchemy as sa

from ...metadata.definitions import Field
from ...metadata.expressions.types import MOMENT, TEXT
from ...metadata.field_types.clock import shows_state
from .columns import Characters
from .row_rights import now_parameter
from .sla_tables import clock
from .sql_types import SqlValue


def joined(
    source: sa.FromClause, record: sa.ColumnElement[str], target: str
) -> tuple[sa.FromClause, sa.FromClause]:
    """The clock of ``record`` for a target, and ``source`` with it joined."""
    alias = clock.alias()
    same = sa.and_(alias.c.record == record, alias.c.target == target)
    return alias, source.outerjoin(alias, same)


def clock_value(row: sa.FromClause, field: Field) -> SqlValue:
    """``row``: the row of the clock's table joined to the record. How it stands is compared with
    the moment of the statement, so nothing has to be written when time passes."""
    if not shows_state(field):
        return SqlValue(row.c.due_at, MOMENT, None)
    now = now_parameter()
    own = row.c
    stands = sa.case(
        (sa.and_(own.state == "met", own.overdue_at.is_not(None)), "missed"),
        (own.due_at < now, "overdue"),
        (sa.and_(own.state == "running", own.risk_at <= now), "at_risk"),
        else_=own.state,
    )
    return SqlValue(sa.type_coerce(stands, Characters()), TEXT, None)
