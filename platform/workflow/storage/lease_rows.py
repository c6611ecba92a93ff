"""Leases: which process does what only one should do at a time."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from ...runtime.storage.system_tables import lease
from ...runtime.storage.unit_of_work import Unit
from ...runtime.storage.upserts import insert_missing
from ..jobs import LONGEST_LEASE


def is_held_by_another(unit: Unit, name: str, holder: str) -> bool:
    """A look that locks nothing."""
    statement = sa.select(lease.c.name).where(
        lease.c.name == name, lease.c.holder != holder, sa.not_(_over(unit.now))
    )
    return unit.execute(statement).first() is not None


def take(unit: Unit, name: str, holder: str, length: timedelta) -> bool:
    """Takes or prolongs the lease ``name``; False while another process holds it."""
    until = unit.now + length
    if insert_missing(unit, lease, [{"name": name, "holder": holder, "until": until}]):
        return True
    free = sa.or_(lease.c.holder == holder, _over(unit.now))
    statement = sa.update(lease).where(lease.c.name == name, free)
    return unit.execute(statement.values(holder=holder, until=until)).rowcount == 1


def give_up(unit: Unit, holder: str) -> None:
    """Lets go of whatever ``holder`` has, so that nobody has to wait for the lease to run out."""
    unit.execute(sa.delete(lease).where(lease.c.holder == holder))


def _over(now: datetime) -> sa.ColumnElement[bool]:
    """Run out, or given by a clock that has since been put back."""
    return sa.or_(lease.c.until <= now, lease.c.until > now + LONGEST_LEASE)
