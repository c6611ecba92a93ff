"""What ran, when, for whom, and how it ended: kept for a while for whoever looks after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ..errors import RecordInvalid, TypecaseError
from ..runtime.storage.unit_of_work import Unit
from .jobs import require_right
from .storage import job_rows, run_rows

KEPT = timedelta(days=90)
MOST = 200


@dataclass(frozen=True, slots=True)
class Run:
    """``automation`` is ``object.name``; of actions, too. ``trace``: a line per step.
    ``job``: the one it was a try of."""

    id: str
    automation: str
    at: datetime
    event: str
    outcome: str
    object: str | None
    record: str | None
    actor: str | None
    job: str | None
    error: str | None
    trace: Sequence[dict[str, Any]]


def row(
    unit: Unit,
    name: str,
    event: str,
    about: tuple[str, str | None],
    trace: Sequence[dict[str, Any]],
    error: Exception | None = None,
    job: str | None = None,
) -> dict[str, Any]:
    """The row of one run; ``about``: (object, record)."""
    return {
        "id": unit.new_id(),
        "automation": name,
        "at": unit.now,
        "event": event,
        "outcome": "failed" if error else "done",
        "object": about[0],
        "record": about[1],
        "actor": unit.actor.on_behalf or unit.actor.id,
        "job": job,
        "error": in_words(error) if error else None,
        "trace": list(trace),
    }


def find(
    unit: Unit,
    name: str | None = None,
    limit: int = 50,
    before: str | None = None,
    pressed: bool | None = None,
) -> list[Run]:
    """Runs, the latest first; ``pressed``: of actions only, or of all but them. Needs the right
    ``designer``."""
    require_right(unit)
    found = run_rows.find(unit, name, min(limit, MOST), before, pressed)
    return [Run(**each) for each in found]


def jobs_behind(unit: Unit, found: Sequence[Run]) -> dict[str, str]:
    """Id of a failed run → how its job stands: tried again by itself until it is ``dead``, then
    somebody may replay it. Of the tries of one job, the latest of ``found`` being first, only the
    last has it; none where the job is no longer kept."""
    jobs = {run.id: run.job for run in found if run.outcome == "failed" and run.job}
    states = job_rows.states(unit, set(jobs.values()))
    return {id_: states.pop(job) for id_, job in jobs.items() if job in states}


def in_words(error: Exception) -> str:
    """What an administrator reads of a failure."""
    if isinstance(error, RecordInvalid):
        said = (f"{p.field}: {p.text()}" if p.field else p.text() for p in error.problems)
        return "; ".join(said)
    return error.text() if isinstance(error, TypecaseError) else f"{type(error).__name__}: {error}"
