"""Statements about rows with given ids, made once for all who ask.

Of one row, which is what most saves are about, the statement is a plain comparison: a list of any
length is written into its text anew each time, which takes longer than the database does.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import CursorResult

from .unit_of_work import Unit

Making = Callable[[sa.ColumnElement[bool]], sa.Executable]


class ByIds:
    """``making`` gives the statement for a condition on ``column``."""

    def __init__(self, column: sa.Column[Any], making: Making) -> None:
        self._one = making(column == sa.bindparam("id_", type_=column.type))
        self._several = making(column.in_(sa.bindparam("ids_", expanding=True)))

    def execute(self, unit: Unit, ids: Collection[str], **more: Any) -> CursorResult[Any]:
        ordered = sorted(set(ids))
        if len(ordered) == 1:
            return unit.execute(self._one, {"id_": ordered[0], **more})
        return unit.execute(self._several, {"ids_": ordered, **more})
