"""Rows of what ran: actions and automations, with their traces."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ...runtime.storage import many
from ...runtime.storage.system_tables import automation_run, workspace
from ...runtime.storage.unit_of_work import Unit


def insert(unit: Unit, rows: Sequence[dict[str, Any]]) -> None:
    many.insert_rows(unit, automation_run, rows)


def find(
    unit: Unit,
    name: str | None,
    limit: int,
    before: str | None = None,
    pressed: bool | None = None,
) -> list[dict[str, Any]]:
    """Runs, the latest first; of the one called ``name``, or of all. ``pressed``: of actions only,
    or of all but them: an action and an automation may have one name."""
    statement = sa.select(automation_run).order_by(automation_run.c.id.desc()).limit(limit)
    if name is not None:
        statement = statement.where(automation_run.c.automation == name)
    if pressed is not None:
        is_action = automation_run.c.event == "action"
        statement = statement.where(is_action if pressed else sa.not_(is_action))
    if before is not None:
        statement = statement.where(automation_run.c.id < before)
    return [dict(row) for row in unit.execute(statement).mappings()]


ESCALATION = sa.literal("sla", literal_execute=True)
"""Written into the statement: else the database does not know that its index fits."""


def escalations(
    unit: Unit, object_name: str, record: str | None, limit: int, before: str | None = None
) -> list[dict[str, Any]]:
    """What ran in time for service levels, the latest first: of a record, or of an object."""
    c = automation_run.c
    statement = sa.select(automation_run).where(c.event == ESCALATION, c.object == object_name)
    if record is not None:
        statement = statement.where(c.record == record)
    if before is not None:
        statement = statement.where(c.id < before)
    statement = statement.order_by(c.id.desc()).limit(limit)
    return [dict(row) for row in unit.execute(statement).mappings()]


def get(unit: Unit, id_: str) -> dict[str, Any] | None:
    statement = sa.select(automation_run).where(automation_run.c.id == id_)
    row = unit.execute(statement).mappings().one_or_none()
    return dict(row) if row else None


def summary(unit: Unit) -> list[dict[str, Any]]:
    """For each automation, event and outcome: how often, and when last."""
    c = automation_run.c
    columns = (c.automation, c.event, c.outcome)
    last = sa.func.max(automation_run.c.at, type_=automation_run.c.at.type).label("last")
    statement = sa.select(*columns, sa.func.count().label("runs"), last).group_by(*columns)
    return [dict(row) for row in unit.execute(statement).mappings()]


def forget(unit: Unit, before: datetime) -> int:
    return unit.execute(sa.delete(automation_run).where(automation_run.c.at < before)).rowcount


# How far the clock has been looked at --------------------------------------------------------


def planned_until(unit: Unit, name: str) -> datetime | None:
    statement = sa.select(workspace.c.value).where(workspace.c.key == f"planned:{name}")
    value = unit.execute(statement).scalar_one_or_none()
    return None if value is None else datetime.fromisoformat(value)


def keep_planned(unit: Unit, name: str, until: datetime) -> None:
    key = f"planned:{name}"
    unit.execute(sa.delete(workspace).where(workspace.c.key == key))
    unit.execute(sa.insert(workspace), {"key": key, "value": until.isoformat()})
