"""The queue as others use it: write work into it, look at it, try the dead again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..runtime import audit
from ..runtime.storage.unit_of_work import Unit
from .jobs import Job, require_found, require_right, require_state, row
from .storage import job_rows

MOST = 200
MOST_COUNTED = 1_000


@dataclass(frozen=True, slots=True)
class JobPage:
    jobs: tuple[Job, ...]
    counts: Mapping[str, int]
    """How many there are in each state; MOST_COUNTED means: that many or more."""
    next: str | None = None


def put(
    unit: Unit,
    kind: str,
    payload: Mapping[str, Any],
    key: str | None = None,
    due_at: datetime | None = None,
    about: tuple[str, str] | None = None,
) -> bool:
    """Work for later, kept if and only if this transaction is.

    ``key``: False is returned, and nothing written, when work of that key was put before.
    ``due_at``: not before that moment. ``about``: the (object, record) it concerns.
    """
    return job_rows.insert(unit, [row(unit, kind, payload, key, due_at, about)]) == 1


def look(
    unit: Unit, state: str | None = None, limit: int = 50, before: str | None = None
) -> JobPage:
    """Jobs, the latest first. Needs the right ``designer``; raises BadRequest for a state there
    is not."""
    require_right(unit)
    require_state(state)
    limit = min(limit, MOST)
    found = job_rows.find(unit, state, limit + 1, before)
    more = len(found) > limit
    shown = found[:limit]
    return JobPage(
        tuple(shown), job_rows.counts(unit, MOST_COUNTED), shown[-1].id if more else None
    )


def replay(unit: Unit, ids: Collection[str]) -> None:
    """Tries dead jobs again. Needs the right ``designer``; raises NotFound when one is not dead."""
    require_right(unit)
    require_found(job_rows.replay(unit, ids), ids)
    audit.record(unit, "jobs_replayed", {"jobs": sorted(ids)})
