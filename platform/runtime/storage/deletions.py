"""The bin's rows: deletions, what went with them, what stands in their way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ...errors import StaleRecord
from .people import name_of
from .sla_tables import clock
from .stage_tables import visit
from .system_tables import comment, deletion, file, history, tagging
from .tables import ObjectTable
from .unit_of_work import Unit


def write(
    unit: Unit, id_: str, object_id: str, record: str, title: str, count: int
) -> dict[str, Any]:
    row = {
        "id": id_,
        "object": object_id,
        "record": record,
        "title": title,
        "at": unit.now,
        "by": unit.actor.id,
        "records": count,
    }
    unit.execute(sa.insert(deletion), row)
    return _named(unit, row)


def entry(unit: Unit, id_: str) -> dict[str, Any] | None:
    row = unit.execute(sa.select(deletion).where(deletion.c.id == id_)).mappings().one_or_none()
    return _named(unit, row) if row and _known(unit, row) else None


def entries(unit: Unit, limit: int) -> list[dict[str, Any]]:
    """The latest deletions, whoever may see them."""
    statement = sa.select(deletion).order_by(deletion.c.id.desc()).limit(limit)
    return [_named(unit, r) for r in unit.execute(statement).mappings() if _known(unit, r)]


def older(unit: Unit, before: datetime, most: int) -> list[str]:
    """Deletions from before that moment, the oldest first; of objects that are there."""
    statement = (
        sa.select(deletion.c.id)
        .where(deletion.c.at < before, deletion.c.object.in_(sorted(unit.catalog.object_names)))
        .order_by(deletion.c.id)
        .limit(most)
    )
    return list(unit.execute(statement).scalars())


def claim(unit: Unit, id_: str) -> bool:
    """Takes the deletion off the books; False: somebody else has just undone or purged it."""
    return unit.execute(sa.delete(deletion).where(deletion.c.id == id_)).rowcount == 1


def _known(unit: Unit, row: Mapping[Any, Any]) -> bool:
    return row["object"] in unit.catalog.object_names


def _named(unit: Unit, row: Mapping[Any, Any]) -> dict[str, Any]:
    """The object by the name it has now."""
    return {**row, "object": unit.catalog.object_names[row["object"]]}


def lock(unit: Unit, of: ObjectTable, ids: Sequence[str]) -> None:
    """Waits for those who are about to point to these records, and keeps others from it.

    On SQLite the one writer holds the lock already.
    """
    if unit.is_postgres:
        statement = sa.select(of["id"]).where(of["id"].in_(sorted(ids))).order_by(of["id"])
        unit.execute(statement.with_for_update())


def children(unit: Unit, child: str, field: str, parents: Sequence[str]) -> list[str]:
    """The living records of ``child`` whose ``field`` points to one of ``parents``."""
    of = unit.model.table(child)
    statement = sa.select(of["id"]).where(of[field].in_(parents), of["deleted_at"].is_(None))
    return list(unit.execute(statement).scalars())


def members(unit: Unit, of: ObjectTable, deletion_id: str) -> list[str]:
    """The records of one object that one deletion took."""
    statement = sa.select(of["id"]).where(of["tc_deletion"] == deletion_id)
    return list(unit.execute(statement).scalars())


def living(unit: Unit, of: ObjectTable, id_: str) -> bool:
    """Whether the record is not in the bin; it does not get there before the transaction ends."""
    statement = sa.select(of["id"]).where(of["id"] == id_, of["deleted_at"].is_(None))
    return unit.execute(statement.with_for_update(read=True, key_share=True)).first() is not None


def links(
    unit: Unit, of: ObjectTable, ids: Sequence[str], names: Sequence[str]
) -> list[dict[str, Any]]:
    """Where the given records point to, by those fields."""
    statement = sa.select(*[of[name].label(name) for name in names]).where(of["id"].in_(ids))
    return [dict(row) for row in unit.execute(statement).mappings()]


def stale(unit: Unit, values: Mapping[str, Any]) -> StaleRecord:
    return StaleRecord(
        by=name_of(unit, values["updated_by"]),
        at=values["updated_at"],
        version=values["version"],
        theirs={},
    )


def destroy(
    unit: Unit, of: ObjectTable, ids: Sequence[str], pointing: Sequence[tuple[str, str]]
) -> None:
    """Deletes rows for good, with what stands beside them; pointers to them become empty."""
    for child, field in pointing:
        column = unit.model.table(child)[field]
        unit.execute(sa.update(column.table).where(column.in_(ids)).values({column.name: None}))
    for table in of.sets.values():
        unit.execute(sa.delete(table).where(table.c.record.in_(ids)))
    for beside in (history, comment, file, tagging, visit, clock):
        unit.execute(sa.delete(beside).where(beside.c.record.in_(ids)))
    unit.execute(sa.delete(of.table).where(of["id"].in_(ids)))
