"""What somebody owns, counted and named; what would go along when records change hands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from .tables import ObjectTable
from .unit_of_work import Unit


def owners(unit: Unit, of: ObjectTable, ids: Sequence[str]) -> dict[str, str]:
    """Record → owner, of the living records ``ids`` that have one."""
    chosen = sa.select(of["id"].label("id"), of["owner"].label("owner")).where(
        of["id"].in_(sorted(ids)), of["owner"].is_not(None), of["deleted_at"].is_(None)
    )
    return {row.id: row.owner for row in unit.execute(chosen)}


def along(unit: Unit, of: ObjectTable, field: str, owned: Mapping[str, str]) -> dict[str, str]:
    """The living records that point by ``field`` to one of ``owned`` (record → owner) and belong
    to the same person: record → owner."""
    columns = (of["id"].label("id"), of[field].label("parent"), of["owner"].label("owner"))
    chosen = sa.select(*columns).where(
        of[field].in_(sorted(owned)),
        of["owner"].in_(sorted(set(owned.values()))),
        of["deleted_at"].is_(None),
    )
    rows = unit.execute(chosen)
    return {row.id: row.owner for row in rows if owned[row.parent] == row.owner}


def count_owned(unit: Unit, of: ObjectTable, person: str) -> int:
    """How many living records somebody owns."""
    chosen = sa.select(sa.func.count()).select_from(of.table)
    mine = chosen.where(of["owner"] == person, of["deleted_at"].is_(None))
    return int(unit.execute(mine).scalar_one())


def owned(
    unit: Unit, of: ObjectTable, person: str, most: int, after: str | None = None
) -> list[str]:
    """The first ``most`` living records somebody owns, the oldest first; those after a place."""
    chosen = sa.select(of["id"]).where(of["owner"] == person, of["deleted_at"].is_(None))
    if after is not None:
        chosen = chosen.where(of["id"] > after)
    return list(unit.execute(chosen.order_by(of["id"]).limit(most)).scalars())
