"""Addresses of automations that wait for a webhook, as rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from ...runtime.storage.unit_of_work import Unit
from ...runtime.storage.webhook_tables import hook


def put(unit: Unit, row: Mapping[str, Any]) -> None:
    """In place of the address the automation had."""
    remove(unit, row["automation"])
    unit.execute(sa.insert(hook), dict(row))


def remove(unit: Unit, automation: str) -> bool:
    return unit.execute(sa.delete(hook).where(hook.c.automation == automation)).rowcount > 0


def with_token(unit: Unit, digest: str) -> dict[str, Any] | None:
    row = unit.execute(sa.select(hook).where(hook.c.token == digest)).mappings().one_or_none()
    return dict(row) if row else None


def open_ones(unit: Unit) -> dict[str, Any]:
    """Automation → since when it has an address."""
    rows = unit.execute(sa.select(hook.c.automation, hook.c.created_at))
    return {row.automation: row.created_at for row in rows}
