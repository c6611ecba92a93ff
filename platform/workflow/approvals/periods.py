"""Time in approvals: when a step is overdue or a wait is over. Timers are jobs."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, tzinfo

from ...metadata.approvals import Graph, Node
from ...runtime.storage.unit_of_work import Unit
from .. import queue
from .state import Case, Step

KIND = "approval"
LOOK_AGAIN = timedelta(minutes=15)
"""How often a wait asks whether its condition holds."""

PERIOD = re.compile(r"(\d+) ?(business )?([a-z]+?)s?")
LENGTHS = {"m": "minutes", "minute": "minutes", "h": "hours", "hour": "hours", "d": "days",
           "day": "days", "w": "weeks"}  # fmt: skip
OPENS, CLOSES = 9, 18
"""Business hours where no calendar says otherwise: nine to six, Monday to Friday."""


def due(period: str, since: datetime, zone: tzinfo) -> datetime:
    """When a period is over: ``30m``, ``3d``, ``8 business hours``, ``2 business days``."""
    match = PERIOD.fullmatch(period)
    assert match is not None, "the schema has seen to it"
    amount, unit = int(match[1]), match[3]
    if not match[2]:
        distance = timedelta(**{LENGTHS[unit]: amount})
        return since + distance
    hours = amount * (CLOSES - OPENS) if unit == "day" else amount
    return _in_business(since.astimezone(zone), timedelta(hours=hours)).astimezone(since.tzinfo)


def _in_business(here: datetime, left: timedelta) -> datetime:
    while True:
        opens = here.replace(hour=OPENS, minute=0, second=0, microsecond=0)
        closes = here.replace(hour=CLOSES, minute=0, second=0, microsecond=0)
        if here.weekday() < 5 and here < closes:
            here = max(here, opens)
            if here + left <= closes:
                return here + left
            left -= closes - here
        here = opens + timedelta(days=1)


def follow(unit: Unit, id_: str, record: str, graph: Graph, before: Case, after: Case) -> None:
    """Timers of the steps of a case that were opened since ``before``."""
    known = {step.id for step in before.open}
    for step in after.open:
        node = graph.nodes[step.node]
        if step.id not in known and (node.due or node.until is not None):
            put(unit, id_, (graph.object, record), step, _moment(unit, node))


def _moment(unit: Unit, node: Node) -> datetime:
    if node.due is None:
        return unit.now + LOOK_AGAIN
    return due(node.due, unit.now, unit.settings.zone_info)


def put(unit: Unit, id_: str, about: tuple[str, str], step: Step, moment: datetime) -> None:
    """A timer for a step; ``about``: (object, record)."""
    key = f"approval:{step.id}:{moment.isoformat()}"
    queue.put(unit, KIND, {"case": id_, "step": step.id}, key, moment, about)
