"""``webhook``: see ``metadata/steps/calling_out``. The call is a job, so it leaves afterwards."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from ...metadata.steps.calling_out import WebhookStep
from .. import queue
from .running import Running


def run(step: WebhookStep, running: Running) -> None:
    record = running.record
    running.scope.prefetch([checked for _, checked in step.data])
    data = {key: _json(running.scope.value(checked)) for key, checked in step.data}
    payload = {"webhook": step.webhook, "data": data, "because": running.name}
    queue.put(running.unit, "webhook", payload, about=(record.object, str(record.id)))
    running.did(step.label, f"webhook: {step.webhook}")


def _json(value: Any) -> Any:
    match value:
        case list() | tuple():
            return [_json(each) for each in value]
        case Decimal() | timedelta():
            return str(value)
        case datetime() | date() | time():
            return value.isoformat()
    return value
