"""``find``: see ``metadata/steps/finding``."""

from __future__ import annotations

from ...metadata.steps.finding import FindStep
from ...runtime import access
from ..scope import Found, Ref
from ..storage.values import found_ids
from .running import Running


def run(step: FindStep, running: Running) -> None:
    """Only what the actor may read is found."""
    unit, scope = running.unit, running.scope
    access.require(unit.actor, "read", unit.catalog.objects[step.object])
    known = scope.bound(step.filter.paths)
    ids = found_ids(unit, step.object, step.filter, known, scope.around, step.sort, step.limit)
    if step.first:
        scope.bind(step.bound, Ref(step.object, ids[0] if ids else None))
    else:
        scope.bind(step.bound, Found(step.object, tuple(ids)))
    running.did(step.label, f"find: {len(ids)}", step.object)
