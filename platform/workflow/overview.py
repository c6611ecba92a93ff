"""All automations at a glance, for whoever looks after them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ..metadata.processes import Automation, process_of
from ..runtime.storage.unit_of_work import Unit
from .jobs import require_right
from .storage import run_rows


@dataclass(frozen=True, slots=True)
class Seen:
    """``name`` is ``object.automation``; ``on`` says when it runs; ``done`` and ``failed``: how
    often, as far as runs are kept."""

    name: str
    id: str
    object: str
    label: str
    on: str
    may_start: bool
    done: int
    failed: int
    last: datetime | None


def automations(unit: Unit) -> list[Seen]:
    """Every automation with what its runs came to. Needs the right ``designer``."""
    require_right(unit)
    counted: dict[tuple[str, str], tuple[int, datetime]] = {
        (row["automation"], row["outcome"]): (row["runs"], row["last"])
        for row in run_rows.summary(unit)
    }
    return [
        _seen(automation, counted)
        for name in unit.catalog.objects
        for automation in process_of(unit.catalog, name).automations
    ]


def _seen(automation: Automation, counted: dict[tuple[str, str], tuple[int, datetime]]) -> Seen:
    name = f"{automation.object}.{automation.name}"
    done, failed = counted.get((name, "done")), counted.get((name, "failed"))
    moments = [each[1] for each in (done, failed) if each]
    return Seen(
        name=name,
        id=automation.id,
        object=automation.object,
        label=automation.label,
        on=_on(automation),
        may_start=automation.on == "schedule",
        done=done[0] if done else 0,
        failed=failed[0] if failed else 0,
        last=max(moments, default=None),
    )


def _on(automation: Automation) -> str:
    match automation.on:
        case "change":
            return ", ".join([automation.moment, *sorted(automation.events)])
        case "date":
            return f"{automation.field} {automation.offset}"
        case "schedule":
            return str(automation.cron)
    return automation.on
