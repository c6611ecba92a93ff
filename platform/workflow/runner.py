"""The runner: works off what is due, batch by batch, until it is told to stop.

Any number of processes may run one. Claiming locks rows, so no two get the same job; planning
what falls due by the clock is done by the one that holds the lease ``planning``.
"""

from __future__ import annotations

import logging
import os
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from ..errors import TypecaseError, Unavailable
from ..runtime.actors import SYSTEM
from ..runtime.storage.failures import Retry, SchemaMoved
from ..runtime.storage.unit_of_work import Unit
from ..runtime.workspaces import Workspace
from .jobs import LEASE, Errand, Handler, Inside, Job, wait_before
from .runs import in_words
from .storage import job_rows, lease_rows

LOG = logging.getLogger("typecase.jobs")

BATCH = 50
POLL_SECONDS = 1.0
TROUBLE_SECONDS = 5.0
HOLD_SECONDS = 0.05
"""How long a transaction of several jobs goes on taking more: others want to write, too."""
PLAN_EVERY = timedelta(seconds=15)
PLANNING_LEASE = timedelta(seconds=45)

Result = TypeVar("Result")
Planner = Callable[[Unit], None]
"""Writes jobs that the clock asks for; called again and again, so their keys tell them apart."""


class Runner:
    """Works for one workspace. ``tick`` is one round; ``run`` goes on until ``stop`` is set."""

    def __init__(
        self, workspace: Workspace, handlers: Sequence[Handler], planners: Sequence[Planner] = ()
    ) -> None:
        self.workspace, self.planners = workspace, tuple(planners)
        self.handlers = {each.kind: each for each in handlers}
        self.name = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._planned_at = workspace.clock.now() - PLAN_EVERY

    def run(self, stop: threading.Event) -> None:
        """Rounds without a pause while there is work, else one a second."""
        while not stop.is_set():
            try:
                pause = 0.0 if self.tick() else POLL_SECONDS
            except (Unavailable, Retry, SchemaMoved) as error:
                LOG.warning("jobs wait: %s", error)
                pause = TROUBLE_SECONDS
            except Exception:
                LOG.exception("a round of jobs failed")
                pause = TROUBLE_SECONDS
            stop.wait(pause)
        self.workspace.run(SYSTEM, lambda unit: lease_rows.give_up(unit, self.name), via="job")

    def tick(self) -> int:
        """One round: plans if it is this process's turn, claims a batch, works it off.

        Returns how many jobs were taken up.
        """
        self._plan()
        with self.workspace.read(SYSTEM, via="job") as unit:
            if not job_rows.any_due(unit, tuple(self.handlers)):
                return 0
        claimed = self._run(
            lambda unit: job_rows.claim(unit, self.name, tuple(self.handlers), BATCH, LEASE)
        )
        inside = [job for job in claimed if not self._is_errand(job)]
        while inside:
            inside = inside[self._run(partial(self._work, jobs=tuple(inside))) :]
        for job in claimed:
            if self._is_errand(job):
                self._go(job)
        return len(claimed)

    def work_off(self) -> int:
        """Rounds until nothing is due; returns how many jobs were taken up."""
        total = 0
        while count := self.tick():
            total += count
        return total

    # Inside ---------------------------------------------------------------------------------

    def _run(self, work: Callable[[Unit], Result]) -> Result:
        return self.workspace.run(SYSTEM, work, via="job")

    def _plan(self) -> None:
        now = self.workspace.clock.now()
        if not self.planners or abs(now - self._planned_at) < PLAN_EVERY:
            return
        with self.workspace.read(SYSTEM, via="job") as unit:
            taken = lease_rows.is_held_by_another(unit, "planning", self.name)
        if not taken:
            self._run(self._plan_now)
        self._planned_at = now

    def _plan_now(self, unit: Unit) -> None:
        if lease_rows.take(unit, "planning", self.name, PLANNING_LEASE):
            for planner in self.planners:
                planner(unit)

    def _is_errand(self, job: Job) -> bool:
        return isinstance(self.handlers.get(job.kind), Errand)

    def _work(self, unit: Unit, jobs: Sequence[Job]) -> int:
        """Some of ``jobs``, each alone undone when it fails; returns how many are dealt with."""
        held = {each.id: each for each in job_rows.still_held(unit, self.name, _ids(jobs))}
        taken = 0
        started, finished = time.monotonic(), list[str]()
        for job in jobs:
            taken += 1
            if job.id in held and self._attempt(unit, job):
                finished.append(job.id)
            if time.monotonic() - started > HOLD_SECONDS:
                break
        job_rows.finish(unit, finished)
        return taken

    def _attempt(self, unit: Unit, job: Job) -> bool:
        handler = self.handlers.get(job.kind)
        committed, undone = len(unit.after_commit), len(unit.after_rollback)
        if not isinstance(handler, Inside) or job.attempts > handler.most_attempts:
            job_rows.postpone(unit, job, _given_up(handler), None)
            return False
        try:
            with unit.savepoint():
                handler.run(unit, job)
        except (Retry, SchemaMoved, Unavailable):
            raise
        except Exception as error:
            del unit.after_commit[committed:]
            for callback in unit.after_rollback[undone:]:
                callback(unit)
            del unit.after_rollback[undone:]
            self._failed(unit, job, handler, error)
            return False
        return True

    def _go(self, job: Job) -> None:
        """An errand: outside any transaction, then marked."""
        handler = self.handlers[job.kind]
        assert isinstance(handler, Errand)
        if job.attempts > handler.most_attempts:
            self._run(lambda unit: job_rows.postpone(unit, job, _given_up(handler), None))
            return
        try:
            handler.run(self.workspace, job)
        except Exception as error:
            failure = error
            self._run(lambda unit: self._failed(unit, job, handler, failure))
            return
        self._run(lambda unit: self._done(unit, job))

    def _done(self, unit: Unit, job: Job) -> None:
        if job_rows.still_held(unit, self.name, [job.id]):
            job_rows.finish(unit, [job.id])

    def _failed(self, unit: Unit, job: Job, handler: Handler, error: Exception) -> None:
        """Again later, or never when it has been tried often enough."""
        if not isinstance(error, TypecaseError):
            LOG.error("job %s (%s) failed", job.id, job.kind, exc_info=error)
        due: datetime | None = unit.now + wait_before(job.attempts)
        if job.attempts >= handler.most_attempts:
            due = None
        if job_rows.still_held(unit, self.name, [job.id]):
            job_rows.postpone(unit, job, in_words(error), due)


class Working:
    """A runner in a thread of this process: ``typecase serve`` has one beside its requests."""

    def __init__(self, runner: Runner) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(
            target=runner.run, args=(self._stop,), name="typecase-jobs", daemon=True
        )
        self._thread.start()

    def stop(self, seconds: float = 10.0) -> None:
        """Lets the batch under way end; waits ``seconds`` for it at most."""
        self._stop.set()
        self._thread.join(seconds)


def _ids(jobs: Sequence[Job]) -> list[str]:
    return [job.id for job in jobs]


def _given_up(handler: Handler | None) -> str:
    if handler is None:
        return "This release knows no such work."
    return "The process ended each time while it was at it."
