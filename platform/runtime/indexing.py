"""Indexes that are made beside the work: unique ones before a publication, others after it.

Whether something is left to do is a state of the publication, so whoever comes next goes on where
a process was killed: ``install`` when it is called again, or the worker.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from .actors import SYSTEM
from .backup_archive import Progress, silent
from .storage import beside, publishing
from .storage.operations import CreateIndex
from .storage.plan import Plan
from .storage.tables import StorageModel
from .storage.unit_of_work import Unit
from .workspaces import Workspace

WAIT_SECONDS = 0.5
"""Between looks whether another process is done with its indexes."""


@contextmanager
def made_before(workspace: Workspace, plan: Plan, progress: Progress = silent) -> Iterator[None]:
    """Makes the unique indexes of ``plan`` that can be made beside the work; what follows
    publishes. They go again when it fails: nobody has asked for them. Raises Conflict."""
    first = [op for op in plan.operations if isinstance(op, CreateIndex) and _is_early(op)]
    if not first:
        yield
        return
    while not _build(workspace, plan.model, first, progress):
        time.sleep(WAIT_SECONDS)
    try:
        yield
    except BaseException:
        with beside.building(workspace.database) as connection:
            if connection is not None:
                for index in first:
                    beside.drop(connection, index)
        raise


def go_on(workspace: Workspace, progress: Progress = silent) -> int:
    """Makes the indexes that publications have left to be made beside the work; returns how many.
    None, when another process is at it."""
    with workspace.read(SYSTEM, via="job") as unit:
        plan = publishing.plan(unit, unit.catalog, unit.surroundings)
    if not _build(workspace, plan.model, plan.left, progress):
        return 0
    workspace.run(SYSTEM, lambda unit: _is_done(unit, plan), via="job")
    return len(plan.left)


def _is_done(unit: Unit, plan: Plan) -> None:
    if unit.opening.catalog == plan.model.catalog.version:
        publishing.indexed(unit)


def _is_early(index: CreateIndex) -> bool:
    return index.beside and index.unique


def _build(
    workspace: Workspace, model: StorageModel, chosen: Sequence[CreateIndex], progress: Progress
) -> bool:
    """False: another process is at it."""
    with beside.building(workspace.database) as connection:
        if connection is None:
            return False
        for done, index in enumerate(chosen):
            progress("Making indexes beside the work", done, len(chosen))
            beside.build(connection, workspace.database.schema, model, index)
        progress("Making indexes beside the work", len(chosen), len(chosen))
    return True
