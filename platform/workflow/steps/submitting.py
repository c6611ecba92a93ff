"""``submit``: see ``metadata/steps/submitting``. Approvals plug in through the unit's hooks."""

from __future__ import annotations

from ...errors import Conflict
from ...metadata.steps.submitting import SubmitStep
from .running import Running


def run(step: SubmitStep, running: Running) -> None:
    submit = running.unit.hooks.submit
    if submit is None:
        raise Conflict("This release has no approvals.")
    id_ = running.ref(step.object, step.record, step.label)
    submit(running.person, step.object, id_, step.approval)
    running.saved()
    running.did(step.label, "submit", step.object, id_)
