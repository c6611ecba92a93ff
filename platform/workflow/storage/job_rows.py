"""Rows of work that waits: written, claimed under a lease, marked, kept for a while."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from ...runtime.storage.system_tables import job
from ...runtime.storage.unit_of_work import Unit
from ...runtime.storage.upserts import insert_missing
from ..jobs import LONGEST_LEASE, STATES, Job

WAITING, RUNNING, DONE, DEAD = "waiting", "running", "done", "dead"
COLUMNS = tuple(job.c[name] for name in Job.__dataclass_fields__)


def insert(unit: Unit, rows: Sequence[dict[str, Any]]) -> int:
    """Writes the rows whose ``key`` is not there yet; returns how many were new."""
    new = insert_missing(unit, job, rows)
    if new and any(row["due_at"] <= unit.now for row in rows):
        _announce(unit)
    return new


def _announce(unit: Unit) -> None:
    """Wakes workers once this is kept. A runner goes on until nothing is due, unasked."""
    wake = unit.hooks.work_waits
    if wake is not None and unit.via != "job" and wake not in unit.after_commit:
        unit.after_commit.append(wake)


def any_due(unit: Unit, kinds: Collection[str]) -> bool:
    """Whether there is something to claim: a look that locks nothing."""
    there = sa.or_(
        sa.exists().where(_due(unit.now, kinds)), sa.exists().where(_abandoned(unit.now))
    )
    return bool(unit.execute(sa.select(there)).scalar_one())


def claim(
    unit: Unit, holder: str, kinds: Collection[str], most: int, lease: timedelta
) -> list[Job]:
    """Takes up to ``most`` due jobs for ``holder``, the earliest first; a job whose lease has run
    out is taken over. What is of no known kind waits for a release that knows it.

    Each taking counts as an attempt, so a job that kills its process ends, too.
    """
    unit.execute(sa.update(job).where(_abandoned(unit.now)).values(state=WAITING, lease_by=None))
    wanted = sa.select(job.c.id).where(_due(unit.now, kinds)).order_by(job.c.due_at, job.c.id)
    ids = list(unit.execute(wanted.limit(most).with_for_update(skip_locked=True)).scalars())
    if not ids:
        return []
    taken = {"state": RUNNING, "lease_by": holder, "lease_until": unit.now + lease}
    statement = sa.update(job).where(job.c.id.in_(ids))
    unit.execute(statement.values(attempts=job.c.attempts + 1, **taken))
    return _jobs(unit, job.c.id.in_(ids))


def still_held(unit: Unit, holder: str, ids: Collection[str]) -> list[Job]:
    """Those of ``ids`` that nobody else has taken over meanwhile; locked until the end."""
    held = sa.and_(job.c.id.in_(sorted(ids)), job.c.lease_by == holder, job.c.state == RUNNING)
    return _jobs(unit, held, lock=True)


def finish(unit: Unit, ids: Collection[str]) -> None:
    unit.execute(
        sa.update(job)
        .where(job.c.id.in_(sorted(ids)))
        .values(state=DONE, lease_by=None, lease_until=None, error=None, ended_at=unit.now)
    )


def postpone(unit: Unit, failed: Job, error: str, due_at: datetime | None) -> None:
    """Back to waiting until ``due_at``; None: nobody tries again until a person says so."""
    unit.execute(
        sa.update(job)
        .where(job.c.id == failed.id)
        .values(
            state=DEAD if due_at is None else WAITING,
            due_at=due_at or failed.due_at,
            lease_by=None,
            lease_until=None,
            error=error,
            ended_at=unit.now if due_at is None else None,
        )
    )


def replay(unit: Unit, ids: Collection[str]) -> int:
    """Dead jobs wait again, with all their attempts before them; returns how many."""
    statement = sa.update(job).where(job.c.id.in_(sorted(ids)), job.c.state == DEAD)
    fresh = {"state": WAITING, "due_at": unit.now, "attempts": 0, "ended_at": None}
    count = unit.execute(statement.values(**fresh)).rowcount
    if count:
        _announce(unit)
    return count


def get(unit: Unit, id_: str) -> Job | None:
    return next(iter(_jobs(unit, job.c.id == id_)), None)


def states(unit: Unit, ids: Collection[str]) -> dict[str, str]:
    """Id → state, of those that are still kept."""
    statement = sa.select(job.c.id, job.c.state).where(job.c.id.in_(sorted(ids)))
    return {row["id"]: row["state"] for row in unit.execute(statement).mappings()} if ids else {}


def find(unit: Unit, state: str | None, limit: int, before: str | None = None) -> list[Job]:
    """Jobs, the latest written first; ``before`` is the id of the last of the page before."""
    statement = sa.select(*COLUMNS).order_by(job.c.id.desc()).limit(limit)
    if state is not None:
        statement = statement.where(job.c.state == state)
    if before is not None:
        statement = statement.where(job.c.id < before)
    return [Job(**row) for row in unit.execute(statement).mappings()]


def last_of(unit: Unit, kind: str, object_name: str) -> Job | None:
    """The job of that kind about that object which was written last."""
    statement = sa.select(*COLUMNS).where(job.c.kind == kind, job.c.object == object_name)
    row = unit.execute(statement.order_by(job.c.id.desc()).limit(1)).mappings().one_or_none()
    return Job(**row) if row else None


def counts(unit: Unit, most: int) -> dict[str, int]:
    """How many jobs there are in each state, counted up to ``most``."""
    columns = []
    for state in STATES:
        some = sa.select(job.c.id).where(job.c.state == state).limit(most).subquery()
        columns.append(sa.select(sa.func.count()).select_from(some).scalar_subquery().label(state))
    row = unit.execute(sa.select(*columns)).mappings().one()
    return {state: row[state] for state in STATES if row[state]}


def forget(unit: Unit, before: datetime, most: int) -> int:
    """Removes jobs done before that moment, ``most`` at a time; dead ones stay."""
    old = sa.select(job.c.id).where(job.c.state == DONE, job.c.ended_at < before).limit(most)
    return unit.execute(sa.delete(job).where(job.c.id.in_(old))).rowcount


def _due(now: datetime, kinds: Collection[str]) -> sa.ColumnElement[bool]:
    return sa.and_(job.c.state == WAITING, job.c.due_at <= now, job.c.kind.in_(sorted(kinds)))


def _abandoned(now: datetime) -> sa.ColumnElement[bool]:
    over = sa.or_(job.c.lease_until <= now, job.c.lease_until > now + LONGEST_LEASE)
    return sa.and_(job.c.state == RUNNING, over)


def _jobs(unit: Unit, condition: sa.ColumnElement[bool], lock: bool = False) -> list[Job]:
    statement = sa.select(*COLUMNS).where(condition).order_by(job.c.due_at, job.c.id)
    if lock:
        statement = statement.with_for_update()
    return [Job(**row) for row in unit.execute(statement).mappings()]
