"""``create``: see ``metadata/steps/creating``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...metadata.steps.creating import CreateStep
from ...runtime import saving
from ..scope import Ref
from .running import Running


def run(step: CreateStep, runnings: Sequence[Running]) -> None:
    raws = [owned(each, step.object, each.raw(step.values, blanks=False)) for each in runnings]
    ids = saving.create_many(runnings[0].unit, step.object, raws, is_authored=True)
    for running, id_ in zip(runnings, ids, strict=True):
        running.saved()
        running.scope.bind(step.bound, Ref(step.object, id_))
        running.did(step.label, "create", step.object, id_)


def owned(running: Running, object_name: str, raw: dict[str, Any]) -> dict[str, Any]:
    """What is made as the system belongs to the person it is made for."""
    person, of = running.person.actor, running.unit.catalog.objects[object_name]
    if "owner" in raw or of.owner != "user" or person.is_system or not running.unit.actor.is_system:
        return raw
    return {**raw, "owner": person.id}
