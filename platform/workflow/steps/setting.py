"""``set``: see ``metadata/steps/setting``."""

from __future__ import annotations

from collections.abc import Sequence

from ...metadata.steps.setting import SetStep
from ...runtime import saving
from .running import Running


def run(step: SetStep, runnings: Sequence[Running]) -> None:
    """After a save the same as ``update`` of the record."""
    wanted = [(str(each.record.id), each.raw(step.values, blanks=True), None) for each in runnings]
    of = runnings[0].record.object
    saving.update_many(runnings[0].unit, of, wanted, is_authored=True)
    for running in runnings:
        running.saved()
        running.did(step.label, "update", of, running.record.id)
