"""Messages as rows: written, opened for delivery, marked, looked at."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from ...runtime.storage.message_tables import message, suppression
from ...runtime.storage.system_tables import user
from ...runtime.storage.unit_of_work import Unit
from ...runtime.storage.upserts import insert_missing

QUEUED, SENT, REFUSED, FAILED = "queued", "sent", "refused", "failed"
OPEN = (QUEUED, FAILED)
"""What a delivery still has to do with."""


def insert(unit: Unit, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        unit.execute(sa.insert(message), [dict(row) for row in rows])


def open_ones(unit: Unit, ids: Collection[str]) -> list[dict[str, Any]]:
    """Those of ``ids`` that have not left and were not turned down."""
    statement = sa.select(message).where(message.c.id.in_(sorted(ids)), message.c.state.in_(OPEN))
    return [dict(row) for row in unit.execute(statement.order_by(message.c.id)).mappings()]


def mark_sent(
    unit: Unit, id_: str, subject: str, parts: int | None = None, reference: str | None = None
) -> None:
    values = {"state": SENT, "sent_at": unit.now, "error": None, "subject": subject[:400],
              "parts": parts, "reference": reference}  # fmt: skip
    counted = {**values, "attempts": message.c.attempts + 1}
    unit.execute(sa.update(message).where(message.c.id == id_).values(**counted))


def mark_not_sent(unit: Unit, ids: Collection[str], state: str, error: str) -> None:
    """``state``: refused for good, still queued, or failed after the last try."""
    statement = sa.update(message).where(message.c.id.in_(sorted(ids)), message.c.state != SENT)
    unit.execute(statement.values(state=state, error=error[:1000], attempts=message.c.attempts + 1))


def queue_again(unit: Unit, ids: Collection[str]) -> list[dict[str, Any]]:
    """Those of ``ids`` that did not leave wait again; returns id and channel of each."""
    dead = sa.and_(message.c.id.in_(sorted(ids)), message.c.state.in_((REFUSED, FAILED)))
    columns = (message.c.id, message.c.channel)
    rows = unit.execute(sa.select(*columns).where(dead).order_by(message.c.id)).mappings()
    found = [dict(row) for row in rows]
    if found:
        statement = sa.update(message).where(message.c.id.in_([row["id"] for row in found]))
        unit.execute(statement.values(state=QUEUED, error=None))
    return found


def find(
    unit: Unit,
    state: str | None,
    limit: int,
    before: str | None = None,
    mailing: str | None = None,
    record: str | None = None,
) -> list[dict[str, Any]]:
    """Messages with the name and address of people, the latest first."""
    of_person = [user.c[name].label(f"person_{name}") for name in ("name", "email", "phone")]
    statement = (
        sa.select(message, *of_person)
        .outerjoin(user, user.c.id == message.c.person)
        .order_by(message.c.id.desc())
        .limit(limit)
    )
    wanted = {"state": state, "mailing": mailing, "record": record}
    for name, value in wanted.items():
        if value is not None:
            statement = statement.where(message.c[name] == value)
    if before is not None:
        statement = statement.where(message.c.id < before)
    return [dict(row) for row in unit.execute(statement).mappings()]


def counts(unit: Unit, mailing: str | None = None) -> dict[str, int]:
    """How many there are in each state."""
    statement = sa.select(message.c.state, sa.func.count().label("found"))
    if mailing is not None:
        statement = statement.where(message.c.mailing == mailing)
    rows = unit.execute(statement.group_by(message.c.state)).mappings()
    return {row["state"]: row["found"] for row in rows}


def forget(unit: Unit, before: Any, most: int) -> int:
    """Removes messages that left, or were turned down, before that moment."""
    old = sa.select(message.c.id).where(
        message.c.created_at < before, message.c.state.in_((SENT, REFUSED))
    )
    ids = list(unit.execute(old.limit(most)).scalars())
    return unit.execute(sa.delete(message).where(message.c.id.in_(ids))).rowcount if ids else 0


def people(unit: Unit, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Of the people ``ids``: name, addresses, language, whether they may sign in."""
    columns = (
        user.c.id,
        user.c.name,
        user.c.email,
        user.c.phone,
        user.c.language,
        user.c.is_active,
    )
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    rows = unit.execute(sa.select(*columns).where(user.c.id.in_(wanted))).mappings()
    return {row["id"]: dict(row) for row in rows}


# Who wants none -----------------------------------------------------------------------------


def suppressed(unit: Unit, addresses: Collection[str]) -> set[str]:
    """Those of the addresses, in small letters, that want no marketing."""
    wanted = sorted({each.lower() for each in addresses})
    if not wanted:
        return set()
    found = sa.select(suppression.c.address).where(suppression.c.address.in_(wanted))
    return set(unit.execute(found).scalars())


def suppressions(unit: Unit, start: str, limit: int, after: str | None) -> list[dict[str, Any]]:
    """By address; ``start``: what it begins with."""
    statement = sa.select(suppression).order_by(suppression.c.address).limit(limit)
    if start:
        statement = statement.where(suppression.c.address.startswith(start, autoescape=True))
    if after is not None:
        statement = statement.where(suppression.c.address > after)
    return [dict(row) for row in unit.execute(statement).mappings()]


def lift(unit: Unit, address: str) -> bool:
    """False: there was nothing to lift."""
    same = suppression.c.address == address.lower()
    return unit.execute(sa.delete(suppression).where(same)).rowcount > 0


def suppress(unit: Unit, address: str, reason: str) -> bool:
    """False: it was so before."""
    row = {"address": address.lower(), "reason": reason, "at": unit.now}
    return insert_missing(unit, suppression, [row]) == 1
