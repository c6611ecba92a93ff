"""``update``: see ``metadata/steps/updating``."""

from __future__ import annotations

from ...metadata.steps.updating import UpdateStep
from ...runtime import saving
from .running import Running


def run(step: UpdateStep, running: Running) -> None:
    id_ = running.ref(step.object, step.record, step.label)
    raw = running.raw(step.values, blanks=True)
    saving.update(running.unit, step.object, id_, raw, is_authored=True)
    running.saved()
    running.did(step.label, "update", step.object, id_)
