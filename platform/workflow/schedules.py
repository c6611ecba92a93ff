"""Automations on a schedule, and those started by hand: a job that finds the records, then a job
for each of them, so that one that fails is tried again alone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cronsim import CronSim

from ..errors import Conflict, NotFound
from ..metadata.processes import Automation, process_of
from ..runtime import audit, reading
from ..runtime.changes import Change
from ..runtime.facts import Facts
from ..runtime.storage.unit_of_work import Unit
from . import automations, dates, jobs, queue
from .jobs import Inside, Job
from .storage import job_rows, run_rows, values

CHUNK = 500


def next_moment(cron: str, after: datetime, zone: Any) -> datetime:
    """When ``cron`` comes round next after that moment, by the clocks of ``zone``."""
    moment: datetime = next(CronSim(cron, after.astimezone(zone)))
    return moment


def plan(unit: Unit) -> None:
    """The next turn of each schedule. After a standstill one turn is made up for, not all."""
    for automation in _all(unit, "schedule"):
        key = f"schedule:{_name(automation)}"
        planned = run_rows.planned_until(unit, key)
        if planned is not None and planned > unit.now:
            continue
        cron = str(automation.cron)
        moment = next_moment(cron, unit.now, unit.settings.zone_info)
        payload = {"automation": _name(automation), "turn": moment.isoformat()}
        queue.put(unit, "schedule", payload, f"{key}:{moment.isoformat()}", moment)
        run_rows.keep_planned(unit, key, moment)


def start(unit: Unit, name: str) -> None:
    """Starts an automation on a schedule now, by hand. Needs the right ``designer``."""
    jobs.require_right(unit)
    automation = find(unit, name)
    if automation.on != "schedule":
        raise Conflict("Only automations on a schedule can be started by hand.")
    payload = {"automation": name, "turn": unit.now.isoformat()}
    queue.put(unit, "schedule", payload, f"manual:{name}:{unit.now.isoformat()}")
    audit.record(unit, "automation_started", {"automation": name})


def find(unit: Unit, name: str) -> Automation:
    """The automation called ``object.name``. Raises NotFound."""
    object_name, _, own = name.partition(".")
    if object_name not in unit.catalog.objects:
        raise NotFound()
    found = process_of(unit.catalog, object_name).automations
    automation = next((each for each in found if each.name == own), None)
    if automation is None:
        raise NotFound()
    return automation


# What the jobs do ---------------------------------------------------------------------------


def _turn(unit: Unit, job: Job) -> None:
    """A turn of a schedule: a job for each record it is for, a chunk at a time."""
    automation = _still_there(unit, job)
    if automation is None or automation.on != "schedule":
        return
    source = automation.filter or "true"
    checked = unit.catalog.expression(automation.object, source, "condition")
    ids = values.found_ids(
        unit,
        automation.object,
        checked,
        {},
        unit.surroundings,
        None,
        CHUNK,
        job.payload.get("after"),
    )
    turn = job.payload["turn"]
    payload = {"automation": _name(automation), "event": "schedule"}
    rows = [
        jobs.row(unit, "automation", payload, f"{_name(automation)}:{id_}:{turn}", None,
                 (automation.object, id_))
        for id_ in ids
    ]  # fmt: skip
    job_rows.insert(unit, rows)
    if len(ids) == CHUNK:
        following = {**job.payload, "after": ids[-1]}
        queue.put(unit, "schedule", following, f"{job.id}:{ids[-1]}")


def _run(unit: Unit, job: Job) -> None:
    """One automation for one record, if it still applies."""
    automation = _still_there(unit, job)
    if automation is None or job.record is None:
        return
    try:
        stored = reading.stored(unit, automation.object, job.record)
    except NotFound:
        return  # deleted meanwhile
    change = Change("update", stored["id"], {}, stored, dict(stored))
    facts = Facts(unit, unit.model.table(automation.object), [change])
    if not _is_still_due(unit, automation, job, stored) or not facts.holds(automation.when, change):
        return
    event, held = str(job.payload.get("event", "job")), facts.held(change)
    row = automations.run(unit, automation, job.record, event, job=job.id, held=held)
    run_rows.insert(unit, [row])


def _is_still_due(unit: Unit, automation: Automation, job: Job, stored: dict[str, Any]) -> bool:
    """Whether the date that a job was put for still stands."""
    if automation.on != "date":
        return True
    moment = datetime.fromisoformat(job.payload["due"])
    return dates.is_still_due(unit, automation, stored.get(str(automation.field)), moment)


def _still_there(unit: Unit, job: Job) -> Automation | None:
    """The automation, unless its package has dropped it since."""
    try:
        return find(unit, str(job.payload["automation"]))
    except NotFound:
        return None


def _all(unit: Unit, on: str) -> list[Automation]:
    return [
        automation
        for name in unit.catalog.objects
        for automation in process_of(unit.catalog, name).automations
        if automation.on == on
    ]


def _name(automation: Automation) -> str:
    return f"{automation.object}.{automation.name}"


TURN = Inside("schedule", _turn)
RUN = Inside("automation", _run)
