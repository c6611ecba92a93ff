"""Accounts at providers as rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from ...runtime.storage.message_tables import account
from ...runtime.storage.unit_of_work import Unit


def get(unit: Unit, kind: str) -> dict[str, Any] | None:
    row = unit.execute(sa.select(account).where(account.c.kind == kind)).mappings().one_or_none()
    return dict(row) if row else None


def put(unit: Unit, kind: str, settings: Mapping[str, Any], secrets: str | None) -> None:
    values = {"settings": dict(settings), "secrets": secrets, "changed_at": unit.now,
              "changed_by": unit.actor.id, "tested_at": None, "error": None}  # fmt: skip
    changed = unit.execute(sa.update(account).where(account.c.kind == kind).values(**values))
    if not changed.rowcount:
        unit.execute(sa.insert(account), {"kind": kind, **values})


def remove(unit: Unit, kind: str) -> bool:
    return unit.execute(sa.delete(account).where(account.c.kind == kind)).rowcount > 0


def mark_tested(unit: Unit, kind: str, error: str | None) -> None:
    values = {"tested_at": unit.now, "error": error}
    unit.execute(sa.update(account).where(account.c.kind == kind).values(**values))
