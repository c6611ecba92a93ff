"""``notify``: see ``metadata/steps/notifying``."""

from __future__ import annotations

from dataclasses import replace

from ...metadata.steps.notifying import NotifyStep
from ..messages import outbox
from ..notices import Told, tell
from .people import people
from .running import Running
from .sending import message_of


def run(step: NotifyStep, running: Running) -> None:
    unit, record = running.unit, running.record
    told = people(step.whom, running)
    if step.template is None:
        tell(unit, [Told(person, step.text, record.object, record.id) for person in told])
    else:
        message = message_of(running, step.template, "bell", record)
        outbox.put(unit, [replace(message, person=each, reader=each) for each in told])
    running.did(step.label, f"notify: {len(told)}")
