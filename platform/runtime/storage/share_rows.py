"""Shares of records as rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ...metadata.definitions import Object
from .access_tables import share
from .unit_of_work import Unit


@dataclass(frozen=True, slots=True)
class Share:
    """``principal``: to whom; with ``team_role`` they are of the record's team."""

    id: str
    object: str
    record: str
    principal: str
    level: str
    team_role: str | None
    expires_at: datetime | None
    granted_by: str
    granted_at: datetime


def of_record(unit: Unit, record: str) -> tuple[Share, ...]:
    """All shares of a record, the first given first; expired ones too."""
    chosen = sa.select(share).where(share.c.record == record)
    rows = unit.execute(chosen.order_by(share.c.granted_at, share.c.id)).mappings()
    return tuple(Share(**row) for row in rows)


def get(unit: Unit, record: str, principal: str) -> Share | None:
    chosen = sa.select(share).where(share.c.record == record, share.c.principal == principal)
    row = unit.execute(chosen).mappings().one_or_none()
    return Share(**row) if row else None


def put(unit: Unit, obj: Object, record: str, principal: str, values: Mapping[str, Any]) -> None:
    """Adds a share, or changes the one the principal has: ``level team_role expires_at``."""
    told = {**values, "granted_by": unit.actor.id, "granted_at": unit.now}
    same = (share.c.record == record, share.c.principal == principal)
    if unit.execute(sa.update(share).where(*same).values(told)).rowcount:
        return
    row = {"id": unit.new_id(), "object": obj.id, "record": record, "principal": principal}
    unit.execute(sa.insert(share), row | told)


def remove(unit: Unit, record: str, principal: str) -> bool:
    """Returns whether there was one."""
    same = (share.c.record == record, share.c.principal == principal)
    return unit.execute(sa.delete(share).where(*same)).rowcount > 0
