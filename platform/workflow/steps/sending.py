"""``send``: see ``metadata/steps/sending``. The message is a job, so it leaves after the commit."""

from __future__ import annotations

from ...metadata.steps.sending import SendStep
from .. import queue
from .people import people
from .running import Running


def run(step: SendStep, running: Running) -> None:
    record = running.record
    told = people(step.whom, running)
    payload = {"template": step.template, "to": list(told), "because": running.name}
    queue.put(running.unit, "send", payload, about=(record.object, str(record.id)))
    running.did(step.label, f"send: {len(told)}")
