"""The steps of one automation for many records at once: a step for all of them, then the next.

What is made, set, told and written down takes one statement of each sort then, not one for each
record. It is possible where the records cannot tell it from one after the other: ``independence``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from ...metadata.steps.branching import IfStep
from ...metadata.steps.checking import CheckStep
from ...metadata.steps.compiling import Step, Steps
from ...metadata.steps.creating import CreateStep
from ...metadata.steps.notifying import NotifyStep
from ...metadata.steps.noting import LogStep
from ...metadata.steps.setting import SetStep
from ..bounds import Apart
from . import checking, creating, notifying, noting, setting
from .running import Running


def run_together(steps: Steps, runnings: Sequence[Running]) -> None:
    """Does the steps for all of ``runnings``, which are of one automation and have just been
    saved. Raises Apart, and what the steps raise."""
    _run(steps, runnings, Counter(str(each.record.id) for each in runnings))


# Inside -------------------------------------------------------------------------------------


def _run(steps: Steps, runnings: Sequence[Running], saves: Counter[str]) -> None:
    """``saves``: how often each record has been saved as far as these steps know."""
    for step in steps:
        for running in runnings:
            running.bounds.step()
        if isinstance(step, IfStep):
            _branch(step, runnings, saves)
        else:
            TOGETHER[type(step)](step, runnings)
        if isinstance(step, SetStep):
            saves.update(str(each.record.id) for each in runnings)
        saved = runnings[0].bounds.saved
        if any(saved[record] != times for record, times in saves.items()):
            raise Apart


def _branch(step: IfStep, runnings: Sequence[Running], saves: Counter[str]) -> None:
    sides: dict[bool, list[Running]] = {True: [], False: []}
    for running in runnings:
        holds = running.scope.holds(step.condition)
        running.did(step.label, "yes" if holds else "no")
        sides[holds].append(running)
    for holds, some in sides.items():
        if some:
            _run(step.then if holds else step.otherwise, some, saves)


def _check(step: CheckStep, runnings: Sequence[Running]) -> None:
    for running in runnings:
        checking.run(step, running)


TOGETHER: Mapping[type[Step], Callable[[Any, Sequence[Running]], None]] = MappingProxyType(
    {
        CheckStep: _check,
        CreateStep: creating.run,
        LogStep: noting.run,
        NotifyStep: notifying.run,
        SetStep: setting.run,
    }
)
