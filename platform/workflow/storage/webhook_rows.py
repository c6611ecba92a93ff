"""Webhooks and their deliveries as rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ...runtime.storage.unit_of_work import Unit
from ...runtime.storage.webhook_tables import delivery, webhook

QUEUED, SENT, FAILED = "queued", "sent", "failed"
OUTCOMES = (QUEUED, SENT, FAILED)


def insert(unit: Unit, row: Mapping[str, Any]) -> None:
    unit.execute(sa.insert(webhook), dict(row))


def get(unit: Unit, id_: str) -> dict[str, Any] | None:
    row = unit.execute(sa.select(webhook).where(webhook.c.id == id_)).mappings().one_or_none()
    return dict(row) if row else None


def all_of(unit: Unit) -> list[dict[str, Any]]:
    rows = unit.execute(sa.select(webhook).order_by(webhook.c.name, webhook.c.id)).mappings()
    return [dict(row) for row in rows]


def listening(unit: Unit, name: str) -> list[str]:
    """The webhooks to call for a name."""
    statement = sa.select(webhook.c.id).where(webhook.c.name == name, webhook.c.is_active)
    return list(unit.execute(statement.order_by(webhook.c.id)).scalars())


def update(unit: Unit, id_: str, **values: Any) -> None:
    unit.execute(sa.update(webhook).where(webhook.c.id == id_).values(**values))


def remove(unit: Unit, id_: str) -> None:
    unit.execute(sa.delete(delivery).where(delivery.c.webhook == id_))
    unit.execute(sa.delete(webhook).where(webhook.c.id == id_))


# Deliveries ---------------------------------------------------------------------------------


def insert_deliveries(unit: Unit, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        unit.execute(sa.insert(delivery), [dict(row) for row in rows])


def open_delivery(unit: Unit, id_: str) -> dict[str, Any] | None:
    """A call that has not come through, with the webhook it is for."""
    columns = (webhook.c.url, webhook.c.secret, webhook.c.former_secret, webhook.c.former_until,
               webhook.c.is_active)  # fmt: skip
    statement = (
        sa.select(delivery, *columns)
        .join(webhook, webhook.c.id == delivery.c.webhook)
        .where(delivery.c.id == id_, delivery.c.state != SENT)
    )
    row = unit.execute(statement).mappings().one_or_none()
    return dict(row) if row else None


def mark(unit: Unit, id_: str, state: str, status: int | None, error: str | None = None) -> None:
    values = {"state": state, "status": status, "error": error[:1000] if error else None}
    sent = {"sent_at": unit.now} if state == SENT else {}
    statement = sa.update(delivery).where(delivery.c.id == id_, delivery.c.state != SENT)
    unit.execute(statement.values(**values, **sent, attempts=delivery.c.attempts + 1))


def deliveries(
    unit: Unit, webhook_id: str, state: str | None, limit: int, before: str | None
) -> list[dict[str, Any]]:
    statement = sa.select(delivery).where(delivery.c.webhook == webhook_id)
    if state is not None:
        statement = statement.where(delivery.c.state == state)
    if before is not None:
        statement = statement.where(delivery.c.id < before)
    rows = unit.execute(statement.order_by(delivery.c.id.desc()).limit(limit)).mappings()
    return [dict(row) for row in rows]


def counts(unit: Unit, webhook_id: str | None = None) -> dict[tuple[str, str], int]:
    """(webhook, state) → how many."""
    columns = (delivery.c.webhook, delivery.c.state)
    statement = sa.select(*columns, sa.func.count().label("found")).group_by(*columns)
    if webhook_id is not None:
        statement = statement.where(delivery.c.webhook == webhook_id)
    return {(row.webhook, row.state): row.found for row in unit.execute(statement)}


def forget(unit: Unit, before: datetime, most: int) -> int:
    """Removes calls made before that moment, whether they came through or not."""
    old = sa.select(delivery.c.id).where(
        delivery.c.created_at < before, delivery.c.state.in_((SENT, FAILED))
    )
    ids = list(unit.execute(old.limit(most)).scalars())
    return unit.execute(sa.delete(delivery).where(delivery.c.id.in_(ids))).rowcount if ids else 0


def queue_again(unit: Unit, webhook_id: str, ids: Collection[str]) -> list[str]:
    """Those of ``ids`` that were called in vain, or came through and are wanted once more."""
    same = (delivery.c.webhook == webhook_id, delivery.c.id.in_(sorted(ids)))
    ended = sa.select(delivery.c.id).where(*same, delivery.c.state.in_((SENT, FAILED)))
    found = list(unit.execute(ended.order_by(delivery.c.id)).scalars())
    if found:
        statement = sa.update(delivery).where(delivery.c.id.in_(found))
        unit.execute(statement.values(state=QUEUED, error=None, sent_at=None))
    return found
