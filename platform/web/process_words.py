"""When automations run, in words."""

from __future__ import annotations

from ..metadata.processes import Automation
from ..runtime.storage.unit_of_work import Unit
from ..workflow.dates import OFFSET
from .labels import Labels

EVENT_LABELS = {
    "create": "New record",
    "update": "Change",
    "delete": "Deletion",
    "restore": "Back from the bin",
    "date": "On its date",
    "schedule": "On schedule",
    "webhook": "Webhook",
    "action": "Action",
    "sla": "Service level",
}
AFTER_SAVING = "After saving: {events}"
LENGTHS = {
    "m": "{count} {count:minute|minutes}",
    "h": "{count} {count:hour|hours}",
    "d": "{count} {count:day|days}",
    "w": "{count} {count:week|weeks}",
    "y": "{count} {count:year|years}",
}
REPEATS = {
    "monthly": "every month",
    "yearly": "every year",
}


def when(unit: Unit, automation: Automation, labels: Labels) -> str:
    match automation.on:
        case "change":
            words = "Before saving: {events}" if automation.moment == "before" else AFTER_SAVING
            events = (labels.text(EVENT_LABELS[each]) for each in sorted(automation.events))
            return labels.text(words, events=", ".join(events))
        case "date":
            return _on_date(unit, automation, labels)
        case "schedule":
            return labels.text("On schedule: {cron}", cron=automation.cron)
    return labels.text(EVENT_LABELS.get(automation.on, automation.on))


def _on_date(unit: Unit, automation: Automation, labels: Labels) -> str:
    field = labels.name(unit.catalog.object(automation.object), str(automation.field))
    offset = OFFSET.fullmatch(automation.offset)
    assert offset is not None, "the schema has seen to it"
    sign, count, length = offset[1], int(offset[2]), offset[3]
    words = "{length} before: {field}" if sign == "-" else "{length} after: {field}"
    if count == 0:
        words = "When it comes: {field}"
    told = labels.text(words, length=labels.text(LENGTHS[length], count=count), field=field)
    repeat = REPEATS.get(automation.repeat)
    return f"{told}, {labels.text(repeat)}" if repeat else told
