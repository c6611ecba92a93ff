"""What is done in time: escalations by timers, and open clocks when definitions have moved on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ...errors import NotFound
from ...metadata.definitions import Object
from ...metadata.service_levels import NO_LEVELS, Escalation, ServiceLevels, service_levels_of
from ...runtime import reading
from ...runtime.storage import records
from ...runtime.storage.tables import ObjectTable
from ...runtime.storage.unit_of_work import Unit
from .. import automations, queue
from ..jobs import Inside, Job
from ..storage import clock_rows, run_rows, values
from .clocks import elapsed, share
from .following import KIND, Calendars, as_change, follow
from .keeping import Kept

MOVED_ON = "sla_terms"
CHUNK = 200
FIRST = "00000000-0000-0000-0000-000000000000"
"""Before every id."""


# Escalations --------------------------------------------------------------------------------


def _escalate(unit: Unit, job: Job) -> None:
    """Does the steps of an escalation, unless the clock stands, was met, or has more time now."""
    name, record = str(job.object), str(job.record)
    if name not in unit.catalog.objects:
        return
    levels = service_levels_of(unit.catalog, name)
    values.lock(unit, name, [record])
    kept = clock_rows.load(unit, [record], lock=True).get(record, {}).get(job.payload["target"])
    escalation = _asked(levels, kept, job.payload)
    if kept is None or escalation is None or not _is_due(unit, levels, kept, escalation):
        return
    try:
        reading.stored(unit, name, record)
    except NotFound:
        return  # in the bin
    fired = replace(kept, fired=(*kept.fired, escalation.name))
    clock_rows.save(unit, unit.catalog.objects[name].id, [fired])
    row = automations.run(unit, escalation.does, record, "sla", job=job.id)
    run_rows.insert(unit, [row])


def _asked(
    levels: ServiceLevels, kept: Kept | None, payload: Mapping[str, str]
) -> Escalation | None:
    """The escalation, if the clock still runs under that policy and has not had it."""
    if kept is None or kept.policy != payload["policy"] or kept.clock.state != "running":
        return None
    policy = levels.policy(kept.policy)
    wanted = payload["escalation"]
    if policy is None or wanted in kept.fired:
        return None
    return next((each for each in policy.of(kept.target) if each.name == wanted), None)


def _is_due(unit: Unit, levels: ServiceLevels, kept: Kept, escalation: Escalation) -> bool:
    passed = elapsed(kept.clock, unit.now, Calendars(unit, levels).terms(kept))
    return passed >= share(kept.clock, escalation.percent)


# Definitions that moved on --------------------------------------------------------------------


def plan(unit: Unit) -> None:
    """After a publication: work for each object whose open clocks count by what no longer holds."""
    looked = f"sla:{unit.catalog.version}"
    if run_rows.planned_until(unit, looked) is not None:
        return
    for obj in unit.catalog.objects.values():
        if stale_terms(unit, obj, service_levels_of(unit.catalog, obj.name)):
            payload = {"after": FIRST, "catalog": unit.catalog.version}
            key = f"{looked}:{obj.id}"
            queue.put(unit, MOVED_ON, {"object": obj.name, **payload}, key)
    run_rows.keep_planned(unit, looked, unit.now)


def stale_terms(unit: Unit, obj: Object, levels: ServiceLevels) -> set[tuple[str, str, str]]:
    """(policy, target, terms) that open clocks of an object have and ``levels`` do not."""
    valid = {(p.key, t.key, t.digest) for p in levels.policies for t in p.targets.values()}
    return clock_rows.terms(unit, obj.id) - valid


def _move_on(unit: Unit, job: Job) -> None:
    """A chunk of open records is looked at by the policies as they are now: what has passed so far
    was counted by the old ones and stays."""
    name = job.payload["object"]
    if name not in unit.catalog.objects:
        return
    of, levels = unit.model.table(name), service_levels_of(unit.catalog, name)
    stale = stale_terms(unit, of.object, levels)
    if not stale:
        return
    ids = clock_rows.with_terms(unit, of.object.id, stale, job.payload["after"], CHUNK)
    look_again(unit, of, ids)
    if len(ids) == CHUNK:
        following = {**job.payload, "after": ids[-1]}
        queue.put(unit, MOVED_ON, following, f"{job.id}:{ids[-1]}")


def look_again(unit: Unit, of: ObjectTable, ids: list[str]) -> None:
    """Looks at living records as they are; nothing is made up for that should have been done."""
    levels = service_levels_of(unit.catalog, of.object.name)
    values.lock(unit, of.object.name, ids)
    stored = records.load_all(unit, of, ids)
    if levels is NO_LEVELS:
        known = clock_rows.load(unit, ids, lock=True)
        gone = [(id_, k.target) for id_, own in known.items() for k in own.values() if k.is_open]
        clock_rows.drop(unit, gone)
        return
    follow(unit, of, levels, [as_change(each) for each in stored.values()], quiet=True)


ESCALATION = Inside(KIND, _escalate)
TERMS = Inside(MOVED_ON, _move_on)
