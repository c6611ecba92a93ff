"""``notify``: see ``metadata/steps/notifying``."""

from __future__ import annotations

from ...metadata.steps.notifying import NotifyStep
from ..storage.told_rows import insert_notices
from .people import people
from .running import Running


def run(step: NotifyStep, running: Running) -> None:
    unit, record = running.unit, running.record
    told = people(step.whom, running)
    text = step.text or str(step.template)
    rows = [
        {
            "id": unit.new_id(),
            "user": person,
            "at": unit.now,
            "text": text,
            "object": record.object,
            "record": record.id,
            "read_at": None,
        }
        for person in told
    ]
    insert_notices(unit, rows)
    running.did(step.label, f"notify: {len(told)}")
