"""``log``: see ``metadata/steps/noting``."""

from __future__ import annotations

from collections.abc import Sequence

from ...metadata.steps.noting import LogStep
from ...runtime.storage import collaboration
from .running import Running


def run(step: LogStep, runnings: Sequence[Running]) -> None:
    """A comment on each record, of whoever it happens for."""
    person, of = runnings[0].person, runnings[0].record.object
    said = {
        running.record.id: str(text)
        for running in runnings
        if running.record.id and (text := running.scope.value(step.text))
    }
    collaboration.insert_comments(person, person.catalog.objects[of].id, said)
    for running in runnings:
        running.did(step.label, "log")
