"""Time in approvals: when a step is overdue or a wait is over. Timers are jobs."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from ...metadata.approvals import Graph, Node
from ...metadata.calendars import STANDARD, Calendar, business_calendar
from ...runtime.storage.unit_of_work import Unit
from .. import queue
from ..business_hours import is_business, later, length_of
from .state import Case, Step

KIND = "approval"
LOOK_AGAIN = timedelta(minutes=15)
"""How often a wait asks whether its condition holds."""


def due(period: str, since: datetime, zone: ZoneInfo, calendar: Calendar = STANDARD) -> datetime:
    """When a period is over: ``30m``, ``3d``, ``8 business hours``, ``2 business days``; business
    time counts by ``calendar``."""
    counted = calendar if is_business(period) else None
    return later(since, length_of(period, counted), counted, zone)


def follow(unit: Unit, id_: str, record: str, graph: Graph, before: Case, after: Case) -> None:
    """Timers of the steps of a case that were opened since ``before``."""
    known = {step.id for step in before.open}
    for step in after.open:
        node = graph.nodes[step.node]
        if step.id not in known and (node.due or node.until is not None):
            put(unit, id_, (graph.object, record), step, _moment(unit, graph, node))


def _moment(unit: Unit, graph: Graph, node: Node) -> datetime:
    if node.due is None:
        return unit.now + LOOK_AGAIN
    calendar = business_calendar(unit.catalog, graph.calendar)
    return due(node.due, unit.now, unit.settings.zone_info, calendar)


def put(unit: Unit, id_: str, about: tuple[str, str], step: Step, moment: datetime) -> None:
    """A timer for a step; ``about``: (object, record)."""
    key = f"approval:{step.id}:{moment.isoformat()}"
    queue.put(unit, KIND, {"case": id_, "step": step.id}, key, moment, about)
