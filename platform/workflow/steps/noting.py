"""``log``: see ``metadata/steps/noting``."""

from __future__ import annotations

from ...metadata.steps.noting import LogStep
from ...runtime.storage import collaboration
from .running import Running


def run(step: LogStep, running: Running) -> None:
    """A comment on the record, of whoever it happens for."""
    text, record = running.scope.value(step.text), running.record
    if text and record.id:
        of = running.unit.catalog.objects[record.object]
        collaboration.insert_comment(running.person, of.id, record.id, str(text))
    running.did(step.label, "log")
