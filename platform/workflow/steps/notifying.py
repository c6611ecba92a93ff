"""``notify``: see ``metadata/steps/notifying``."""

from __future__ import annotations

from dataclasses import replace

from ...metadata.steps.notifying import NotifyStep
from ..messages import outbox
from ..notices import Told, tell
from ..storage.told_rows import languages
from .people import people
from .running import Running
from .sending import message_of


def run(step: NotifyStep, running: Running) -> None:
    unit, record = running.unit, running.record
    told = people(step.whom, running)
    if step.template is None:
        spoken = languages(unit, told)
        texts = {each: unit.catalog.label(step.id, step.text, spoken[each]) for each in spoken}
        tell(unit, [Told(each, texts[each], record.object, record.id) for each in texts])
    else:
        message = message_of(running, step.template, "bell", record)
        outbox.put(unit, [replace(message, person=each, reader=each) for each in told])
    running.did(step.label, f"notify: {len(told)}")
