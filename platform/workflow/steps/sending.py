"""``send``: see ``metadata/steps/sending``. Messages are rows and a job, so they leave afterwards.

What is for one of us is read with that person's rights, what is for others with the rights these
steps write with.
"""

from __future__ import annotations

from dataclasses import replace

from ...metadata.steps.sending import Channel, SendStep
from ...runtime.actors import SYSTEM_ID
from ..messages import outbox
from ..messages.outbox import Message
from ..scope import Ref
from .people import addresses, people
from .running import Running


def run(step: SendStep, running: Running) -> None:
    about = running.record
    if step.of is not None:
        about = Ref(str(step.object), running.ref(str(step.object), step.of, step.label))
    message = message_of(running, step.template, step.channel, about)
    found = [
        *(replace(message, person=each, reader=each) for each in people(step.whom, running)),
        *(replace(message, address=each) for each in addresses(step.whom, running)),
    ]
    outbox.put(running.unit, found)
    running.did(step.label, f"send: {len(found)}")


def message_of(running: Running, template: str, channel: Channel, about: Ref) -> Message:
    """To nobody yet, read with the rights these steps write with."""
    actor = running.person.actor
    return Message(
        channel=channel,
        reader=SYSTEM_ID if running.unit.actor.is_system else running.unit.actor.id,
        sender=actor.on_behalf or actor.id,
        language=running.unit.settings.languages[0] if actor.is_system else actor.language,
        template=template,
        object=about.object,
        record=about.id,
        because=running.name,
    )
