"""The rows of ``tc_history``: written with each save, never changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ...metadata.definitions import EMPTY, Object
from . import many
from .system_tables import history
from .unit_of_work import Unit

Entry = tuple[str, str, Mapping[str, Any]]
"""(record id, kind, field id → [before, after])"""


Row = sa.Row[Any]


Made = Mapping[str, tuple[datetime, str]]
"""Record id → when it was saved and by whom: a row of a package may be older than its install."""


def write(unit: Unit, obj: Object, entries: Sequence[Entry], made: Made = EMPTY) -> None:
    now, count = (unit.now, unit.actor.id), len(entries)
    columns: many.Columns = {
        "id": [unit.new_id() for _ in entries],
        "object": [obj.id] * count,
        "record": [record_id for record_id, _, _ in entries],
        "at": [made.get(record_id, now)[0] for record_id, _, _ in entries],
        "actor": [made.get(record_id, now)[1] for record_id, _, _ in entries],
        "on_behalf": [unit.actor.on_behalf] * count,
        "via": [unit.via] * count,
        "request": [unit.request] * count,
        "catalog": [unit.catalog.version] * count,
        "kind": [kind for _, kind, _ in entries],
        "changes": [changes for _, _, changes in entries],
    }
    many.insert(unit, history, columns)


def read(
    unit: Unit, record_id: str, limit: int, before: tuple[datetime, str] | None = None
) -> Sequence[sa.Row[Any]]:
    """The entries of a record, latest first, those before the moment and id ``before``."""
    place = (history.c.at, history.c.id)
    statement = (
        sa.select(history)
        .where(history.c.record == record_id)
        .order_by(*(column.desc() for column in place))
        .limit(limit)
    )
    if before is not None:
        bounds = [sa.literal(v, c.type) for v, c in zip(before, place, strict=True)]
        statement = statement.where(sa.tuple_(*place) < sa.tuple_(*bounds))
    return unit.execute(statement).all()


def of_records(unit: Unit, ids: Sequence[str]) -> Sequence[Row]:
    """Everything that happened to these records, in the order it was written."""
    statement = sa.select(history).where(history.c.record.in_(list(ids)))
    return unit.execute(statement.order_by(history.c.id)).all()
