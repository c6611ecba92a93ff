"""Counters of automatic numbers."""

from __future__ import annotations

from sqlalchemy.dialects import postgresql, sqlite

from .system_tables import number
from .unit_of_work import Unit


def advance(unit: Unit, pattern: str, scope: str, count: int) -> int:
    """Takes ``count`` numbers and returns the first.

    The row stays locked until the commit, so no number is lost when the save is undone.
    """
    insert = (postgresql if unit.is_postgres else sqlite).insert(number)
    statement = (
        insert.values(pattern=pattern, scope=scope, last=count)
        .on_conflict_do_update(
            index_elements=["pattern", "scope"], set_={"last": number.c.last + count}
        )
        .returning(number.c.last)
    )
    return int(unit.execute(statement).scalar_one()) - count + 1
