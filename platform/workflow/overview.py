"""All automations and actions at a glance, for whoever looks after them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ..metadata.processes import Action, Automation, process_of
from ..runtime.storage.unit_of_work import Unit
from .jobs import require_right
from .storage import run_rows


@dataclass(frozen=True, slots=True)
class Ran:
    """How often, as far as runs are kept."""

    done: int = 0
    failed: int = 0
    last: datetime | None = None


NEVER = Ran()


@dataclass(frozen=True, slots=True)
class Seen:
    """``name`` is ``object.automation``, or ``object.action``; ``on`` says when it runs."""

    name: str
    id: str
    object: str
    label: str
    on: str
    may_start: bool
    ran: Ran


def automations(unit: Unit) -> list[Seen]:
    """Every automation with what its runs came to. Needs the right ``designer``."""
    require_right(unit)
    counted = _counted(unit, pressed=False)
    return [
        _seen(each, _on(each), counted)
        for name in unit.catalog.objects
        for each in process_of(unit.catalog, name).automations
    ]


def actions(unit: Unit) -> list[Seen]:
    """Every action with what came of it. Needs the right ``designer``."""
    require_right(unit)
    counted = _counted(unit, pressed=True)
    return [
        _seen(each, "action", counted)
        for name in unit.catalog.objects
        for each in process_of(unit.catalog, name).actions.values()
    ]


def _counted(unit: Unit, *, pressed: bool) -> Mapping[str, Ran]:
    found: dict[str, Ran] = {}
    for row in run_rows.summary(unit):
        if (row["event"] == "action") is not pressed:
            continue
        ran = found.get(row["automation"], NEVER)
        done = row["runs"] if row["outcome"] == "done" else 0
        last = max(row["last"], ran.last or row["last"])
        found[row["automation"]] = Ran(ran.done + done, ran.failed + row["runs"] - done, last)
    return found


def _seen(process: Action | Automation, on: str, counted: Mapping[str, Ran]) -> Seen:
    name = f"{process.object}.{process.name}"
    return Seen(
        name=name,
        id=process.id,
        object=process.object,
        label=process.label,
        on=on,
        may_start=isinstance(process, Automation) and process.on == "schedule",
        ran=counted.get(name, NEVER),
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
