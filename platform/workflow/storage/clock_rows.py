"""Clocks as rows: read and written for a batch of records, found where definitions moved on."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from ...runtime.storage.by_ids import ByIds
from ...runtime.storage.sla_tables import calendar, clock
from ...runtime.storage.tables import ObjectTable
from ...runtime.storage.unit_of_work import Unit
from ...runtime.storage.upserts import insert_missing, insert_or_replace
from ..sla.clocks import Clock
from ..sla.keeping import Kept

MICROSECOND = timedelta(microseconds=1)
OPEN = clock.c.state != "met"


def _of_records(its: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return sa.select(clock).where(its).order_by(clock.c.record, clock.c.target)


OF_RECORDS = ByIds(clock.c.record, _of_records)
LOCKED = ByIds(clock.c.record, lambda its: _of_records(its).with_for_update())

Clocks = dict[str, dict[str, Kept]]
"""Record → target → its clock."""


def load(unit: Unit, ids: Collection[str], lock: bool = False) -> Clocks:
    """The clocks of these records; with ``lock`` nobody else changes them meanwhile."""
    found: Clocks = {}
    for row in (LOCKED if lock else OF_RECORDS).execute(unit, ids):
        kept = _kept(row)
        found.setdefault(kept.record, {})[kept.target] = kept
    return found


def save(unit: Unit, object_id: str, several: Sequence[Kept]) -> None:
    if several:
        insert_or_replace(unit, clock, [_row(object_id, each) for each in several])


def drop(unit: Unit, several: Collection[tuple[str, str]]) -> None:
    """Removes clocks by (record, target)."""
    if several:
        pair = sa.tuple_(clock.c.record, clock.c.target)
        unit.execute(sa.delete(clock).where(pair.in_(sorted(several))))


def _kept(row: Sequence[Any]) -> Kept:
    """From the columns in the order of the table."""
    (record, target, _, policy, chosen, calendar, terms, state, started_at, since, allowed, spent,
     overdue_at, stopped_at, due_at, risk_at, fired) = row  # fmt: skip
    allowed, spent = allowed * MICROSECOND, spent * MICROSECOND
    own = Clock(state, started_at, since, allowed, spent, overdue_at, stopped_at)
    return Kept(record, target, policy, chosen, calendar, terms, own, tuple(fired), due_at, risk_at)


def _row(object_id: str, kept: Kept) -> dict[str, Any]:
    own = kept.clock
    return {
        "record": kept.record,
        "target": kept.target,
        "object": object_id,
        "policy": kept.policy,
        "chosen": kept.chosen,
        "calendar": kept.calendar,
        "terms": kept.terms,
        "state": own.state,
        "started_at": own.started_at,
        "since": own.since,
        "allowed": own.allowed // MICROSECOND,
        "spent": own.spent // MICROSECOND,
        "overdue_at": own.overdue_at,
        "stopped_at": own.stopped_at,
        "due_at": kept.due_at,
        "risk_at": kept.risk_at,
        "fired": list(kept.fired),
    }


# Calendars ----------------------------------------------------------------------------------


def keep_calendars(unit: Unit, documents: Mapping[str, Any]) -> None:
    """Digest → document; those that are there already stay."""
    rows = [{"digest": digest, "document": each} for digest, each in sorted(documents.items())]
    insert_missing(unit, calendar, rows)


def calendar_document(unit: Unit, digest: str) -> dict[str, Any]:
    found = unit.execute(sa.select(calendar.c.document).where(calendar.c.digest == digest))
    return dict(found.scalar_one())


# Many records -------------------------------------------------------------------------------


def terms(unit: Unit, object_id: str) -> set[tuple[str, str, str]]:
    """(policy, target, terms) of the open clocks of an object."""
    columns = (clock.c.policy, clock.c.target, clock.c.terms)
    statement = sa.select(*columns).where(clock.c.object == object_id, OPEN).distinct()
    return {
        (row["policy"], row["target"], row["terms"]) for row in unit.execute(statement).mappings()
    }


def with_terms(
    unit: Unit, object_id: str, stale: Collection[tuple[str, str, str]], after: str, limit: int
) -> list[str]:
    """Records, behind ``after``, whose open clocks have those terms."""
    same = sa.tuple_(clock.c.policy, clock.c.target, clock.c.terms).in_(sorted(stale))
    statement = sa.select(clock.c.record).where(clock.c.object == object_id, OPEN, same)
    statement = statement.where(clock.c.record > after).distinct()
    return list(unit.execute(statement.order_by(clock.c.record).limit(limit)).scalars())


def count_with_terms(unit: Unit, object_id: str, stale: Collection[tuple[str, str, str]]) -> int:
    """How many records have such clocks."""
    same = sa.tuple_(clock.c.policy, clock.c.target, clock.c.terms).in_(sorted(stale))
    counted = sa.func.count(clock.c.record.distinct())
    statement = sa.select(counted).where(clock.c.object == object_id, OPEN, same)
    return int(unit.execute(statement).scalar_one())


def _recomputable(of: ObjectTable) -> sa.ColumnElement[bool]:
    """Living records with a clock that is open, or without any."""
    own = sa.exists().where(clock.c.record == of["id"])
    return sa.and_(of["deleted_at"].is_(None), sa.or_(own.where(OPEN), ~own))


def recomputable(unit: Unit, of: ObjectTable, after: str, limit: int) -> list[str]:
    statement = sa.select(of["id"]).where(_recomputable(of), of["id"] > after)
    return list(unit.execute(statement.order_by(of["id"]).limit(limit)).scalars())


def count_recomputable(unit: Unit, of: ObjectTable) -> int:
    statement = sa.select(sa.func.count()).select_from(of.table).where(_recomputable(of))
    return int(unit.execute(statement).scalar_one())


def counts(unit: Unit) -> list[dict[str, Any]]:
    """How many clocks of each policy and target stand how, overdue ones apart."""
    over = sa.case((sa.and_(OPEN, clock.c.due_at < unit.now), 1), else_=0)
    columns = (clock.c.object, clock.c.policy, clock.c.target, clock.c.state)
    statement = sa.select(
        *columns, sa.func.count().label("clocks"), sa.func.sum(over).label("overdue")
    )
    return [dict(row) for row in unit.execute(statement.group_by(*columns)).mappings()]
