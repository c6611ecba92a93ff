"""Who owned what, and what goes along when it changes hands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ...metadata.definitions import Object
from . import records
from .access_tables import ownership
from .tables import ObjectTable
from .unit_of_work import Unit


@dataclass(frozen=True, slots=True)
class Moved:
    """``how``: ``handed_over``, ``along``, or what a pool or a queue calls it."""

    record: str
    before: str | None
    after: str | None
    how: str
    reason: str | None = None


def note(unit: Unit, obj: Object, moved: Sequence[Moved]) -> None:
    rows = [
        {
            "id": unit.new_id(),
            "object": obj.id,
            "record": each.record,
            "before": each.before,
            "after": each.after,
            "how": each.how,
            "at": unit.now,
            "by": unit.actor.id,
            "reason": each.reason,
        }
        for each in moved
    ]
    unit.execute(sa.insert(ownership), rows)


def going_along(
    unit: Unit, of: ObjectTable, field: str, owners: Mapping[str, str | None]
) -> list[dict[str, Any]]:
    """Stored values of the living records that point by ``field`` to one of ``owners`` (record →
    its former owner) and belong to that same person, or to nobody like it, whoever may see
    them."""
    people = sorted({owner for owner in owners.values() if owner is not None})
    chosen = sa.select(of["id"], of[field], of["owner"]).where(
        of[field].in_(sorted(owners)),
        sa.or_(of["owner"].in_(people), of["owner"].is_(None)),
        of["deleted_at"].is_(None),
    )
    found = [tuple(row) for row in unit.execute(chosen)]
    ids = [id_ for id_, parent, owner in found if owners[parent] == owner]
    return list(records.load_all(unit, of, ids).values()) if ids else []
