"""The clocks of a record over REST."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from ...runtime.storage.unit_of_work import Unit
from ...workflow.sla import viewing
from ...workflow.sla.viewing import Seen
from ..labels import Labels
from . import requests
from .answers import answer
from .values import plain


def record_clocks(unit: Unit, object_name: str, id_: str) -> Response:
    """What has to happen in time for the record, those due first before."""
    requests.parameters(request)
    labels = Labels(unit.catalog, unit.actor.language)
    found = viewing.clocks(unit, object_name, id_)
    return answer({"clocks": [_clock(each, labels) for each in found]})


def _clock(seen: Seen, labels: Labels) -> dict[str, Any]:
    """Lengths are seconds of business time; ``remaining`` is negative when it is late."""
    return {
        "target": seen.name,
        "label": labels.thing(seen.target) if seen.target else seen.name,
        "policy": seen.policy_name,
        "state": seen.standing,
        "paused": seen.is_paused,
        "started_at": plain(seen.started_at),
        "due_at": plain(seen.due_at),
        "stopped_at": plain(seen.stopped_at),
        "allowed": int(seen.allowed.total_seconds()),
        "elapsed": int(seen.elapsed.total_seconds()),
        "remaining": int(seen.remaining.total_seconds()),
    }
