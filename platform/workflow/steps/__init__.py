"""How each kind of step is done. One visible table; steps that hold steps are done here.

What each is written like stands in ``metadata/steps``, in a file of the same name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from ...errors import TypecaseError
from ...metadata.processes import process_of
from ...metadata.steps.branching import IfStep
from ...metadata.steps.calling import CallStep
from ...metadata.steps.calling_out import WebhookStep
from ...metadata.steps.checking import CheckStep
from ...metadata.steps.compiling import Step, Steps
from ...metadata.steps.copying import CopyTreeStep
from ...metadata.steps.creating import CreateStep
from ...metadata.steps.deleting import DeleteStep
from ...metadata.steps.finding import FindStep
from ...metadata.steps.looping import ForEachStep
from ...metadata.steps.notifying import NotifyStep
from ...metadata.steps.noting import LogStep
from ...metadata.steps.sending import SendStep
from ...metadata.steps.setting import SetStep
from ...metadata.steps.submitting import SubmitStep
from ...metadata.steps.updating import UpdateStep
from ..scope import Ref, Table
from . import (
    calling,
    calling_out,
    checking,
    copying,
    creating,
    deleting,
    finding,
    notifying,
    noting,
    sending,
    setting,
    submitting,
    updating,
)
from .running import Running, named


def run_steps(steps: Steps, running: Running) -> None:
    """Does the steps in their order. Raises what they raise, saying in which one it was."""
    for step in steps:
        running.bounds.step()
        try:
            RUNS[type(step)](step, running)
        except TypecaseError as error:
            raise named(error, step.label, running) from error


def alone(run: Callable[[Any, Sequence[Running]], None]) -> Callable[[Any, Running], None]:
    """A kind of step that is done for many runs at once, done for one."""
    return lambda step, running: run(step, (running,))


def _for_each(step: ForEachStep, running: Running) -> None:
    scope = running.scope
    walked, names = scope.walked(step.source), scope.names
    items: Sequence[Any] = walked.rows if isinstance(walked, Table) else walked.ids
    running.did(step.label, f"for_each: {len(items)}")
    for index, item in enumerate(items):
        kept = dict(names)
        if isinstance(item, str):
            names[step.bound] = Ref(step.object or "", item)
        else:
            names.update({f"{step.bound}.{key}": value for key, value in item.items()})
            scope.rows[step.bound] = f"{'.'.join(step.source)}.{index}"
        run_steps(step.steps, running)
        names.clear()
        names.update(kept)
        scope.rows.pop(step.bound, None)


def _if(step: IfStep, running: Running) -> None:
    holds = running.scope.holds(step.condition)
    running.did(step.label, "yes" if holds else "no")
    run_steps(step.then if holds else step.otherwise, running)


def _call(step: CallStep, running: Running) -> None:
    called = calling.prepare(step, running)
    action = process_of(running.unit.catalog, step.object).actions[step.action]
    with running.bounds.inside(called.name):
        run_steps(action.steps, called)
    running.scope.forget()


RUNS: Mapping[type[Step], Callable[[Any, Running], None]] = MappingProxyType(
    {
        CheckStep: checking.run,
        SetStep: alone(setting.run),
        FindStep: finding.run,
        CreateStep: alone(creating.run),
        CopyTreeStep: copying.run,
        UpdateStep: updating.run,
        DeleteStep: deleting.run,
        ForEachStep: _for_each,
        IfStep: _if,
        CallStep: _call,
        SubmitStep: submitting.run,
        NotifyStep: alone(notifying.run),
        SendStep: sending.run,
        WebhookStep: calling_out.run,
        LogStep: alone(noting.run),
    }
)
