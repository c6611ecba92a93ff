"""Answers kept under a client's key, so that asking again does nothing twice."""

from __future__ import annotations

from typing import Any, NamedTuple

import sqlalchemy as sa

from .system_tables import idempotency
from .unit_of_work import Unit
from .upserts import insert_missing


class Kept(NamedTuple):
    digest: str
    status: int
    answer: dict[str, Any]


PENDING = 0
"""The status of a call under way; nobody else sees one, it is kept or undone with its call."""


def claim(unit: Unit, key: str, digest: str) -> Kept | None:
    """The answer to the first call with this key; None: this is the first, and keeps its answer.

    Whoever comes while the first is under way waits for it. Called before anything else is done.
    """
    row = {
        "actor": unit.actor.id,
        "key": key,
        "digest": digest,
        "status": PENDING,
        "answer": {},
        "at": unit.now,
    }
    return None if insert_missing(unit, idempotency, [row]) else _find(unit, key)


def _find(unit: Unit, key: str) -> Kept:
    statement = sa.select(idempotency.c.digest, idempotency.c.status, idempotency.c.answer).where(
        idempotency.c.actor == unit.actor.id, idempotency.c.key == key
    )
    row = unit.execute(statement).one()
    return Kept(row.digest, row.status, row.answer)


def keep(unit: Unit, key: str, status: int, answer: dict[str, Any]) -> None:
    """Written in the same transaction: either both are there, or neither."""
    mine = (idempotency.c.actor == unit.actor.id, idempotency.c.key == key)
    unit.execute(sa.update(idempotency).where(*mine).values(status=status, answer=answer))
