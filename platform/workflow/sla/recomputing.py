"""Recomputing by an administrator: a preview of what would change, then the work, with progress."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ...errors import NotFound
from ...metadata.service_levels import ServiceLevels, service_levels_of
from ...runtime import audit
from ...runtime.storage import records
from ...runtime.storage.tables import ObjectTable
from ...runtime.storage.unit_of_work import Unit
from .. import jobs
from ..jobs import Inside, Job
from ..storage import clock_rows, job_rows, values
from ..storage.clock_rows import Clocks
from .clocks import Standing
from .following import Calendars, store
from .keeping import Kept
from .replaying import replayed, with_fired
from .timers import FIRST

KIND = "sla_recompute"
CHUNK = 100
LOOKED_AT = 500
"""How many records a preview looks at."""
SHOWN = 20
SAME = timedelta(seconds=1)
Pair = tuple[Kept | None, Kept | None]


@dataclass(frozen=True, slots=True)
class Difference:
    """What recomputing would do to one clock; None: there is, or would be, none."""

    record: str
    target: str
    before: Standing | None
    after: Standing | None
    due_before: datetime | None
    due_after: datetime | None


@dataclass(frozen=True, slots=True)
class Preview:
    """``records``: how many there are to be recomputed; the figures are of the first
    ``looked_at``."""

    records: int
    looked_at: int
    clocks: int
    changed: int
    newly_overdue: int
    no_longer_overdue: int
    examples: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """The last time an object was recomputed, or is being."""

    started_at: datetime
    ended_at: datetime | None
    done: int
    total: int
    error: str | None = None


def preview(unit: Unit, object_name: str) -> Preview:
    """What recomputing would change. Needs the right ``designer``; raises NotFound for an object
    without policies."""
    levels, of = _asked(unit, object_name)
    ids = clock_rows.recomputable(unit, of, FIRST, LOOKED_AT)
    made = _made(unit, of, levels, ids)
    pairs = pairs_of(clock_rows.load(unit, ids), made)
    differing = [(old, new) for old, new in pairs if not _same(old, new)]
    total = clock_rows.count_recomputable(unit, of)
    return weighed(unit, total, len(made), len(pairs), differing)


def pairs_of(known: Clocks, made: Mapping[str, Mapping[str, Kept]]) -> list[Pair]:
    """Clock by clock: as it is kept, as it would be."""
    return [
        (known.get(id_, {}).get(name), made[id_].get(name))
        for id_ in made
        for name in sorted(known.get(id_, {}).keys() | made[id_].keys())
    ]


def weighed(
    unit: Unit, records: int, looked_at: int, clocks: int, pairs: Sequence[Pair]
) -> Preview:
    """What it comes to when these pairs are the clocks that change."""
    differing = [_difference(unit, old, new) for old, new in pairs]
    return Preview(
        records=records,
        looked_at=looked_at,
        clocks=clocks,
        changed=len(differing),
        newly_overdue=sum(_comes_over(d.before, d.after) for d in differing),
        no_longer_overdue=sum(_comes_over(d.after, d.before) for d in differing),
        examples=tuple(differing[:SHOWN]),
    )


def start(unit: Unit, object_name: str) -> None:
    """Begins to recompute all open records of an object, a chunk at a time. Needs the right
    ``designer``."""
    _, of = _asked(unit, object_name)
    total = clock_rows.count_recomputable(unit, of)
    started = unit.now.isoformat()
    told = {"after": FIRST, "done": 0, "total": total, "started": started}
    _put(unit, of.object.name, told, f"{KIND}:{of.object.id}:{started}")
    audit.record(unit, "sla_recomputed", {"object": of.object.name, "records": total})


def progress(unit: Unit, object_name: str) -> Progress | None:
    """How far the last recomputing came. Needs the right ``designer``."""
    jobs.require_right(unit)
    last = job_rows.last_of(unit, KIND, object_name)
    if last is None:
        return None
    told = last.payload
    is_over = last.state in ("done", "dead")
    return Progress(
        started_at=datetime.fromisoformat(told["started"]),
        ended_at=last.ended_at if is_over else None,
        done=told["total"] if last.state == "done" else told["done"],
        total=told["total"],
        error=last.error if last.state == "dead" else None,
    )


def _asked(unit: Unit, object_name: str) -> tuple[ServiceLevels, ObjectTable]:
    jobs.require_right(unit)
    of = unit.model.table(unit.catalog.object(object_name).name)
    levels = service_levels_of(unit.catalog, of.object.name)
    if not levels.policies:
        raise NotFound()
    return levels, of


# The work -----------------------------------------------------------------------------------


def _run(unit: Unit, job: Job) -> None:
    told, name = job.payload, str(job.object)
    if name not in unit.catalog.objects:
        return
    of, levels = unit.model.table(name), service_levels_of(unit.catalog, name)
    ids = clock_rows.recomputable(unit, of, told["after"], CHUNK)
    recompute(unit, of, levels, ids)
    if len(ids) == CHUNK:
        following = {**told, "after": ids[-1], "done": told["done"] + len(ids)}
        _put(unit, name, following, f"{job.id}:{ids[-1]}")


def _put(unit: Unit, object_name: str, payload: Mapping[str, Any], key: str) -> None:
    job_rows.insert(unit, [{**jobs.row(unit, KIND, payload, key), "object": object_name}])


def recompute(unit: Unit, of: ObjectTable, levels: ServiceLevels, ids: Sequence[str]) -> None:
    """Puts what the histories say in the place of what is kept; what should have been done by now
    is not made up for."""
    values.lock(unit, of.object.name, ids)
    known = clock_rows.load(unit, ids, lock=True)
    made = _made(unit, of, levels, ids)
    keep: list[Kept] = []
    gone: list[tuple[str, str]] = []
    for id_, clocks in made.items():
        own: Mapping[str, Kept] = known.get(id_, {})
        fresh = with_fired(clocks, own)
        keep += [kept for name, kept in fresh.items() if not _same(own.get(name), kept)]
        gone += [(id_, name) for name in own.keys() - fresh.keys()]
    Calendars(unit, levels).keep({kept.calendar for kept in keep})
    store(unit, of, levels, keep, quiet=True)
    clock_rows.drop(unit, gone)


def _made(
    unit: Unit, of: ObjectTable, levels: ServiceLevels, ids: Sequence[str]
) -> dict[str, dict[str, Kept]]:
    return replayed(unit, of, levels, records.load_all(unit, of, ids))


# Comparing ----------------------------------------------------------------------------------


def _same(old: Kept | None, new: Kept | None) -> bool:
    """Whether two clocks say the same, to the second: rows of packages are dated so."""
    if old is None or new is None:
        return old is new
    plain = [(k.policy, k.chosen, k.terms, k.clock.state, k.clock.allowed) for k in (old, new)]
    close = abs(old.clock.spent - new.clock.spent) < SAME and near(old.due_at, new.due_at)
    return plain[0] == plain[1] and close and near(old.clock.since, new.clock.since)


def near(one: datetime | None, other: datetime | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) < SAME


def _difference(unit: Unit, old: Kept | None, new: Kept | None) -> Difference:
    either = old or new
    assert either is not None
    return Difference(
        record=either.record,
        target=either.target,
        before=old.standing(unit.now) if old else None,
        after=new.standing(unit.now) if new else None,
        due_before=old.due_at if old else None,
        due_after=new.due_at if new else None,
    )


def _comes_over(before: Standing | None, after: Standing | None) -> bool:
    late = ("overdue", "missed")
    return after in late and before not in late


RECOMPUTE = Inside(KIND, _run)
