"""``check``: see ``metadata/steps/checking``."""

from __future__ import annotations

from ...errors import FieldProblem
from ...metadata.steps.checking import CheckStep
from .running import CheckFailed, Running


def run(step: CheckStep, running: Running) -> None:
    """Raises CheckFailed, and with it everything is undone."""
    if running.scope.holds(step.condition):
        return
    catalog, locale = running.unit.catalog, running.person.actor.language
    message = catalog.label(step.id, step.message, locale)
    place = running.scope.place(step.field) if step.field else None
    raise CheckFailed([FieldProblem(place, step.label, "{said}", {"said": message})])
