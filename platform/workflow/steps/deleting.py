"""``delete``: see ``metadata/steps/deleting``."""

from __future__ import annotations

from ...metadata.steps.deleting import DeleteStep
from ...runtime import recycle
from .running import Running


def run(step: DeleteStep, running: Running) -> None:
    id_ = running.ref(step.object, step.record, step.label)
    deletion = recycle.delete(running.unit, step.object, id_)
    running.saved(deletion.records)
    running.did(step.label, "delete", step.object, id_)
