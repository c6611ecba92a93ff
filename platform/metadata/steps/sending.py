"""``send``: a template as a message; it leaves after the transaction is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ..definitions import EMPTY
from ..expressions import Checked
from .compiling import Compiling, Step
from .people import Whom, read_people

KEYS = ("send", "to", "recipients", "of")
Channel = Literal["email", "sms", "bell"]
CHANNELS: Mapping[str, Channel] = {"email": "email", "sms": "sms", "notice": "bell"}
"""Kind of the template → the way it takes."""


@dataclass(frozen=True, slots=True)
class SendStep(Step):
    """``of``: the record the template is filled with; None: the one the steps are about."""

    template: str
    channel: Channel
    whom: tuple[Whom, ...]
    of: Checked | None = None
    object: str | None = None


def read(document: Mapping[str, Any], label: str, here: Compiling) -> SendStep | None:
    key = "to" if "to" in document else "recipients"
    if key not in document:
        here.problem("Say to whom: “to”.")
        return None
    template = here.catalog.documents.get("template", EMPTY).get(document["send"])
    if template is None:
        return None  # told by the references
    channel = CHANNELS.get(template["kind"])
    if channel is None:
        here.at("send").problem("A template for {kind} is nothing to send.", kind=template["kind"])
        return None
    of, object_name = _about(document, here)
    needed = template.get("object")
    if needed is not None and object_name not in (None, needed):
        message = "{name} is filled by {object}, not by {other}: say which with “of”."
        data = {"name": document["send"], "object": needed, "other": object_name}
        here.at("send").problem(message, **data)
    whom = read_people(document[key], here.at(key), addresses=channel != "bell")
    return SendStep(label, document["send"], channel, whom, of, object_name)


def _about(document: Mapping[str, Any], here: Compiling) -> tuple[Checked | None, str | None]:
    if "of" not in document:
        return None, here.object
    checked, of = here.at("of").record(document["of"])
    return checked, of.name if of else None
