"""``call``: see ``metadata/steps/calling``."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ...metadata.expressions import Checked
from ...metadata.expressions.types import Kind
from ...metadata.processes import process_of
from ...metadata.steps.calling import CallStep
from ...runtime import access
from ..rights import acting
from ..scope import Ref, Scope
from .running import Running


def prepare(step: CallStep, running: Running) -> Running:
    """The called action's own run: with its rights, its record, and the inputs it is given."""
    action = process_of(running.unit.catalog, step.object).actions[step.action]
    if action.permission is not None:
        access.require_system(running.person.actor, action.permission)
    scope = Scope(
        running.person, Ref(step.object, running.ref(step.object, step.record, step.label))
    )
    for each in action.inputs:
        scope.bind(f"inputs.{each.name}", None)
    for name, checked in step.inputs:
        scope.bind(f"inputs.{name}", _given(checked, running))
    unit = acting(running.person, True) if action.as_system else running.unit
    name = f"{step.object}.{step.action}"
    return replace(running, name=name, unit=unit, scope=scope)


def _given(checked: Checked, running: Running) -> Any:
    value = running.scope.value(checked)
    if checked.type.kind is Kind.REFERENCE and len(checked.type.targets) == 1:
        return Ref(checked.type.targets[0], value)
    return value
