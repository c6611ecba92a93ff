"""What is tidied up by the clock: sessions that are over, files of nobody, an old bin, old jobs,
what goes back to its pool, and what SQLite knows of its tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..runtime import file_sweep, identity, indexing, pool_recycling, recycle
from ..runtime.actors import SYSTEM
from ..runtime.storage import publishing
from ..runtime.storage.unit_of_work import Unit
from ..runtime.workspaces import Workspace
from . import queue, runs
from .jobs import Errand, Job
from .storage import job_rows, message_rows, run_rows, webhook_rows

KEPT_WHEN_DONE = timedelta(days=30)
FORGOTTEN_AT_ONCE = 5_000
PURGED_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Chore:
    """``run`` once in each span of ``every``."""

    name: str
    every: timedelta
    run: Callable[[Workspace], object]


def empty_bin(workspace: Workspace) -> int:
    """Removes for good what has lain in the bin for longer than ``recycle.KEPT``."""
    removed = 0
    while True:
        count = workspace.run(SYSTEM, _purge_some, via="job")
        removed += count
        if count < PURGED_AT_ONCE:
            return removed


def _purge_some(unit: Unit) -> int:
    old = recycle.outdated(unit, PURGED_AT_ONCE)
    for deletion in old:
        recycle.purge(unit, deletion)
    return len(old)


def forget_jobs(workspace: Workspace) -> int:
    """Removes jobs done long ago; dead ones wait for a person."""
    return _forget(workspace, KEPT_WHEN_DONE, job_rows.forget)


def forget_runs(workspace: Workspace) -> int:
    """Removes the history of runs of long ago."""
    before = workspace.clock.now() - runs.KEPT
    return workspace.run(SYSTEM, lambda unit: run_rows.forget(unit, before), via="job")


def learn(workspace: Workspace) -> None:
    workspace.database.learn()


def forget_messages(workspace: Workspace) -> int:
    """Removes what the log of messages says of long ago; what failed waits for a person."""
    kept = timedelta(days=workspace.settings.keep_messages)
    return _forget(workspace, kept, message_rows.forget)


def forget_calls(workspace: Workspace) -> int:
    """Removes calls of webhooks of long ago, with what was told in them."""
    kept = timedelta(days=workspace.settings.keep_calls)
    return _forget(workspace, kept, webhook_rows.forget)


def _forget(
    workspace: Workspace, kept: timedelta, forget: Callable[[Unit, datetime, int], int]
) -> int:
    before, removed = workspace.clock.now() - kept, 0
    while True:
        count = workspace.run(
            SYSTEM, lambda unit: forget(unit, before, FORGOTTEN_AT_ONCE), via="job"
        )
        removed += count
        if count < FORGOTTEN_AT_ONCE:
            return removed


CHORES = (
    Chore("sessions", timedelta(hours=1), identity.purge),
    Chore("files", timedelta(days=1), file_sweep.sweep),
    Chore("bin", timedelta(days=1), empty_bin),
    Chore("jobs", timedelta(days=1), forget_jobs),
    Chore("runs", timedelta(days=1), forget_runs),
    Chore("messages", timedelta(days=1), forget_messages),
    Chore("calls", timedelta(days=1), forget_calls),
    Chore("pools", timedelta(hours=1), pool_recycling.recycle_all),
    Chore("statistics", timedelta(days=1), learn),
)


INDEXING = Chore("indexes", timedelta(minutes=1), indexing.go_on)
"""Only while a publication has left some to be made."""


def plan(unit: Unit) -> None:
    """Puts each chore of the present span, once."""
    for chore in (*CHORES, INDEXING) if publishing.is_indexing(unit) else CHORES:
        span = int(unit.now.timestamp() // chore.every.total_seconds())
        queue.put(unit, "chore", {"name": chore.name}, key=f"chore:{chore.name}:{span}")


def _run(workspace: Workspace, job: Job) -> None:
    chore = next(each for each in (*CHORES, INDEXING) if each.name == job.payload["name"])
    chore.run(workspace)


CHORE = Errand("chore", _run)
