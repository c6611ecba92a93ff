"""Addresses that want no marketing, for whoever looks after messages: seen, and lifted when
somebody has asked for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ...errors import NotFound
from ...runtime import access, audit
from ...runtime.storage.unit_of_work import Unit
from ..storage import message_rows

RIGHT = "designer"
MOST = 200


@dataclass(frozen=True, slots=True)
class Suppression:
    """``address``: an e-mail address in small letters, or a whole telephone number."""

    address: str
    reason: str
    at: datetime


def find(
    unit: Unit, text: str = "", limit: int = 50, after: str | None = None
) -> tuple[tuple[Suppression, ...], str | None]:
    """By address, and what the next page begins after. ``text``: what the address begins with."""
    access.require_system(unit.actor, RIGHT)
    limit = min(limit, MOST)
    rows = message_rows.suppressions(unit, text.strip().lower(), limit + 1, after)
    shown = tuple(Suppression(row["address"], row["reason"], row["at"]) for row in rows[:limit])
    return shown, shown[-1].address if len(rows) > limit else None


def lift(unit: Unit, address: str) -> None:
    """Marketing may go there again. The audit trail says who has said so. Raises NotFound."""
    access.require_system(unit.actor, RIGHT)
    if not message_rows.lift(unit, address):
        raise NotFound()
    audit.record(unit, "suppression_lifted", {"address": address.lower()})
