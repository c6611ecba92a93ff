"""``notify``: see ``metadata/steps/notifying``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ...metadata.service_levels import WHOLE
from ...metadata.steps.notifying import NotifyStep
from ...runtime.storage.unit_of_work import Unit
from ...texts import translate
from ..messages import outbox
from ..notices import tell_each
from .people import people_of_each
from .running import Running
from .sending import message_of


def run(step: NotifyStep, runnings: Sequence[Running]) -> None:
    unit, of = runnings[0].unit, runnings[0].record.object
    several = people_of_each(step.whom, runnings)
    told = list(zip(runnings, several, strict=True))
    if step.template is None:
        about = [(running.record.id, people) for running, people in told]
        tell_each(unit, about, of, lambda locale: text_of(step, unit, of, locale))
    else:
        messages = [
            replace(message, person=each, reader=each)
            for running, people in told
            for message in [message_of(running, step.template, "bell", running.record)]
            for each in people
        ]
        outbox.put(unit, messages)
    for running, people in told:
        running.did(step.label, f"notify: {len(people)}")


def text_of(step: NotifyStep, unit: Unit, object_name: str, locale: str) -> str:
    """What the notice says in a language. What is said of a clock where the author has written
    nothing names no record: whoever is told may not be one to read its title."""
    label = unit.catalog.label
    passing, obj = step.passing, unit.catalog.object(object_name)
    if passing is None:
        return label(step.id, step.text, locale)
    about = {
        "object": label(obj.id, obj.label, locale),
        "target": label(passing.target_id, passing.target, locale),
    }
    if passing.percent >= WHOLE:
        return translate("{object}: the time for “{target}” is over.", locale, **about)
    message = "{object}: {percent} % of the time for “{target}” is over."
    return translate(message, locale, **about, percent=passing.percent)
