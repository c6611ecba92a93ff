"""Visits of stages as rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from . import many
from .stage_tables import visit
from .unit_of_work import Unit


def insert(unit: Unit, rows: Sequence[dict[str, Any]]) -> None:
    many.insert_rows(unit, visit, rows)


def current(unit: Unit, records: Sequence[str]) -> dict[str, datetime]:
    """Since when each of them is in its stage."""
    latest = sa.func.max(visit.c.since, type_=visit.c.since.type).label("since")
    statement = sa.select(visit.c.record, latest).where(visit.c.record.in_(list(records)))
    return {row.record: row.since for row in unit.execute(statement.group_by(visit.c.record))}


def of_record(unit: Unit, record: str) -> list[tuple[str | None, datetime]]:
    """(stage id, since), the earliest first."""
    statement = sa.select(visit.c.stage, visit.c.since).where(visit.c.record == record)
    rows = unit.execute(statement.order_by(visit.c.since, visit.c.id))
    return [(row.stage, row.since) for row in rows]
