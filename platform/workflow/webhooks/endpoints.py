"""Webhooks as administrators look after them: where we call, with which secret, how it went."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ...errors import BadRequest, FieldProblem, NotFound, RecordInvalid
from ...runtime import access, audit, outbound, sealing
from ...runtime.storage.unit_of_work import Unit
from .. import jobs
from ..storage import job_rows, webhook_rows
from . import signing

RIGHT = "designer"
BOTH_SIGN = timedelta(hours=24)
MOST = 200
DELIVER = "deliver"


@dataclass(frozen=True, slots=True)
class Webhook:
    """Without its secret. ``counts``: state → deliveries."""

    id: str
    name: str
    url: str
    is_active: bool
    why_off: str | None
    created_at: datetime
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Delivery:
    id: str
    name: str
    body: str
    object: str | None
    record: str | None
    state: str
    status: int | None
    error: str | None
    attempts: int
    created_at: datetime
    sent_at: datetime | None


def create(unit: Unit, name: str, url: str) -> tuple[str, str]:
    """A webhook for what steps call ``name``; returns its id and its secret, shown only now.

    Needs the right ``designer``. Raises RecordInvalid.
    """
    access.require_system(unit.actor, RIGHT)
    problems = []
    if not (name.isascii() and name.isidentifier() and len(name) <= 40):
        problems.append(FieldProblem("name", "invalid", "Say the name steps call it by: erp."))
    try:
        outbound.require_address(url, unit.settings.hosts)
    except BadRequest as error:
        problems.append(FieldProblem("url", "invalid", error.message, error.data))
    if problems:
        raise RecordInvalid(problems)
    id_, secret = unit.new_id(), signing.fresh_secret()
    row = {"id": id_, "name": name, "url": url, "secret": _sealed(unit, secret),
           "is_active": True, "created_at": unit.now, "created_by": unit.actor.id}  # fmt: skip
    webhook_rows.insert(unit, row)
    audit.record(unit, "webhook_changed", {"webhook": name, "url": url})
    return id_, secret


def all_of(unit: Unit) -> tuple[Webhook, ...]:
    access.require_system(unit.actor, RIGHT)
    counts = webhook_rows.counts(unit)
    return tuple(_webhook(row, counts) for row in webhook_rows.all_of(unit))


def find(unit: Unit, id_: str) -> Webhook:
    """Raises NotFound."""
    access.require_system(unit.actor, RIGHT)
    return _webhook(_row(unit, id_), webhook_rows.counts(unit, id_))


def switch(unit: Unit, id_: str, on: bool) -> None:
    """Calls it, or calls it no more; what waits is tried when it is on again by replaying it."""
    access.require_system(unit.actor, RIGHT)
    row = _row(unit, id_)
    webhook_rows.update(unit, id_, is_active=on, why_off=None)
    audit.record(unit, "webhook_changed", {"webhook": row["name"], "active": on})


def rotate(unit: Unit, id_: str) -> str:
    """A new secret, shown only now. For a day the former one signs as well."""
    access.require_system(unit.actor, RIGHT)
    row, secret = _row(unit, id_), signing.fresh_secret()
    until = unit.now + BOTH_SIGN
    webhook_rows.update(
        unit, id_, secret=_sealed(unit, secret), former_secret=row["secret"], former_until=until
    )
    audit.record(unit, "webhook_secret_rotated", {"webhook": row["name"]})
    return secret


def remove(unit: Unit, id_: str) -> None:
    """With everything that is known of its deliveries."""
    access.require_system(unit.actor, RIGHT)
    row = _row(unit, id_)
    webhook_rows.remove(unit, id_)
    audit.record(unit, "webhook_changed", {"webhook": row["name"], "removed": True})


def deliveries(
    unit: Unit, id_: str, state: str | None = None, limit: int = 50, before: str | None = None
) -> tuple[tuple[Delivery, ...], str | None]:
    """The latest first, and what the next page begins after."""
    access.require_system(unit.actor, RIGHT)
    _row(unit, id_)
    if state is not None and state not in webhook_rows.OUTCOMES:
        known = ", ".join(webhook_rows.OUTCOMES)
        raise BadRequest("There is no state {state}: {states}.", state=state, states=known)
    limit = min(limit, MOST)
    rows = webhook_rows.deliveries(unit, id_, state, limit + 1, before)
    kept = Delivery.__dataclass_fields__
    shown = tuple(Delivery(**{k: row[k] for k in kept}) for row in rows[:limit])
    return shown, shown[-1].id if len(rows) > limit else None


def replay(unit: Unit, id_: str, ids: Collection[str]) -> None:
    """Calls again, under the same ids and with the same bodies. Raises NotFound."""
    access.require_system(unit.actor, RIGHT)
    _row(unit, id_)
    found = webhook_rows.queue_again(unit, id_, ids)
    if len(found) != len(set(ids)):
        raise NotFound("Not found, or not waiting to be tried again.")
    again = unit.new_id()
    job_rows.insert(unit, [job_of(unit, each, f":{again}") for each in found])
    audit.record(unit, "deliveries_replayed", {"deliveries": found})


def job_of(unit: Unit, delivery: str, again: str = "") -> dict[str, Any]:
    return jobs.row(unit, DELIVER, {"delivery": delivery}, f"delivery:{delivery}{again}")


def _row(unit: Unit, id_: str) -> dict[str, Any]:
    found = webhook_rows.get(unit, id_)
    if found is None:
        raise NotFound()
    return found


def _webhook(row: Mapping[str, Any], counts: Mapping[tuple[str, str], int]) -> Webhook:
    of = {state: found for (id_, state), found in counts.items() if id_ == row["id"]}
    kept = ("id", "name", "url", "is_active", "why_off", "created_at")
    return Webhook(**{name: row[name] for name in kept}, counts=of)


def _sealed(unit: Unit, secret: str) -> str:
    return sealing.seal(unit.settings.secret, secret)
