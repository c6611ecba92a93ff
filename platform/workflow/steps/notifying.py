"""``notify``: see ``metadata/steps/notifying``."""

from __future__ import annotations

from ...metadata.steps.notifying import NotifyStep
from ..notices import Told, tell
from .people import people
from .running import Running


def run(step: NotifyStep, running: Running) -> None:
    unit, record = running.unit, running.record
    told = people(step.whom, running)
    text = step.text or str(step.template)
    tell(unit, [Told(person, text, record.object, record.id) for person in told])
    running.did(step.label, f"notify: {len(told)}")
