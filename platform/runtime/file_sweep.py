"""Removing what nobody refers to any more: abandoned uploads, and bytes without a file."""

from __future__ import annotations

from datetime import timedelta

from . import file_store
from .actors import SYSTEM
from .storage import collaboration
from .workspaces import Workspace

ABANDONED_AFTER = timedelta(hours=24)


def sweep(workspace: Workspace) -> int:
    """Removes uploads nobody saved and bytes nobody refers to; returns how many bytes' files went.

    For a job now and then. Nothing younger than a day is touched.
    """
    folder = workspace.settings.files
    before = workspace.clock.now() - ABANDONED_AFTER
    workspace.run(SYSTEM, lambda unit: collaboration.delete_abandoned(unit, before), via="job")
    file_store.sweep_incoming(folder)
    removed = 0
    for digests in file_store.old_digests(folder):
        with workspace.read(SYSTEM, via="job") as unit:
            used = collaboration.used_digests(unit, digests)
        removed += file_store.sweep(folder, [d for d in digests if d not in used])
    return removed
