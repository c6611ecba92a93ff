"""Mailings as rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa

from ...runtime.storage.message_tables import mailing, message
from ...runtime.storage.unit_of_work import Unit

WAITING, RUNNING, DONE, STOPPED = "waiting", "running", "done", "stopped"


def insert(unit: Unit, row: Mapping[str, Any]) -> None:
    unit.execute(sa.insert(mailing), dict(row))


def get(unit: Unit, id_: str, lock: bool = False) -> dict[str, Any] | None:
    statement = sa.select(mailing).where(mailing.c.id == id_)
    found = unit.execute(statement.with_for_update() if lock else statement).mappings()
    row = found.one_or_none()
    return dict(row) if row else None


def find(unit: Unit, sender: str | None, limit: int) -> list[dict[str, Any]]:
    """The latest first; ``sender``: only theirs. Without the records."""
    columns = [each for each in mailing.c if each.name != "records"]
    statement = sa.select(*columns).order_by(mailing.c.id.desc()).limit(limit)
    if sender is not None:
        statement = statement.where(mailing.c.sender == sender)
    return [dict(row) for row in unit.execute(statement).mappings()]


def move(unit: Unit, id_: str, state: str, *before: str) -> bool:
    """False: it was in none of the states ``before`` any more."""
    same = (mailing.c.id == id_, mailing.c.state.in_(before))
    return unit.execute(sa.update(mailing).where(*same).values(state=state)).rowcount > 0


def written_to(unit: Unit, id_: str, addresses: Collection[str]) -> set[str]:
    """Those of the addresses that the mailing has a message for already."""
    wanted = sorted(set(addresses))
    if not wanted:
        return set()
    statement = sa.select(message.c.address).where(
        message.c.mailing == id_, message.c.address.in_(wanted)
    )
    return set(unit.execute(statement).scalars())
