"""Answers kept under a client's key, so that asking again does nothing twice."""

from __future__ import annotations

from typing import Any, NamedTuple

import sqlalchemy as sa

from .system_tables import idempotency
from .unit_of_work import Unit


class Kept(NamedTuple):
    digest: str
    status: int
    answer: dict[str, Any]


def find(unit: Unit, key: str) -> Kept | None:
    statement = sa.select(idempotency.c.digest, idempotency.c.status, idempotency.c.answer).where(
        idempotency.c.actor == unit.actor.id, idempotency.c.key == key
    )
    row = unit.execute(statement).one_or_none()
    return Kept(row.digest, row.status, row.answer) if row else None


def keep(unit: Unit, key: str, digest: str, status: int, answer: dict[str, Any]) -> None:
    """Written in the same transaction: either both are there, or neither."""
    row = {
        "actor": unit.actor.id,
        "key": key,
        "digest": digest,
        "status": status,
        "answer": answer,
        "at": unit.now,
    }
    unit.execute(sa.insert(idempotency), row)
