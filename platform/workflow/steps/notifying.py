"""``notify``: see ``metadata/steps/notifying``."""

from __future__ import annotations

from dataclasses import replace

from ...metadata.service_levels import WHOLE
from ...metadata.steps.notifying import NotifyStep
from ...runtime.storage.unit_of_work import Unit
from ...texts import translate
from ..messages import outbox
from ..notices import Told, tell
from ..storage.told_rows import languages
from .people import people
from .running import Running
from .sending import message_of


def run(step: NotifyStep, running: Running) -> None:
    unit, record = running.unit, running.record
    told = people(step.whom, running)
    if step.template is None:
        spoken = languages(unit, told)
        texts = {each: text_of(step, unit, record.object, spoken[each]) for each in spoken}
        tell(unit, [Told(each, texts[each], record.object, record.id) for each in texts])
    else:
        message = message_of(running, step.template, "bell", record)
        outbox.put(unit, [replace(message, person=each, reader=each) for each in told])
    running.did(step.label, f"notify: {len(told)}")


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
