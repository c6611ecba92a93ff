"""``set``: see ``metadata/steps/setting``."""

from __future__ import annotations

from ...metadata.steps.setting import SetStep
from ...runtime import saving
from .running import Running


def run(step: SetStep, running: Running) -> None:
    """After a save the same as ``update`` of the record."""
    record = running.record
    raw = running.raw(step.values, blanks=True)
    saving.update(running.unit, record.object, str(record.id), raw, is_authored=True)
    running.saved()
    running.did(step.label, "update", record.object, record.id)
