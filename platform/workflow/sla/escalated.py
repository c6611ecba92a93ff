"""Which escalations ran when, and what came of them: of a record, and of all of an object."""

from __future__ import annotations

from dataclasses import dataclass

from ...errors import NotFound
from ...metadata.definitions import Object
from ...metadata.service_levels import (
    NO_LEVELS,
    Escalation,
    Policy,
    ServiceLevels,
    service_levels_of,
)
from ...runtime.storage.unit_of_work import Unit
from ..jobs import require_right
from ..runs import Run, jobs_behind
from ..storage import run_rows

MOST_OF_A_RECORD = 50


@dataclass(frozen=True, slots=True)
class Escalated:
    """``policy`` and ``escalation`` None: they are gone since. ``job``: how the work behind a
    failure stands, told of its last try."""

    run: Run
    policy: Policy | None
    escalation: Escalation | None
    job: str | None

    @property
    def failed(self) -> bool:
        return self.run.outcome == "failed"


def of_record(unit: Unit, obj: Object, id_: str) -> tuple[Escalated, ...]:
    """Those of a record the actor is known to see, the latest first. Traces and errors are for
    whoever looks after the definitions."""
    levels = service_levels_of(unit.catalog, obj.name)
    rows = run_rows.escalations(unit, obj.name, id_, MOST_OF_A_RECORD)
    return tuple(_escalated(levels, Run(**row), None) for row in rows)


def of_object(
    unit: Unit, object_name: str, record: str | None, limit: int, before: str | None
) -> tuple[Escalated, ...]:
    """Those of an object, or of one of its records, the latest first. Needs the right
    ``designer``; raises NotFound for an object without policies."""
    require_right(unit)
    obj = unit.catalog.object(object_name)
    levels = service_levels_of(unit.catalog, obj.name)
    if levels is NO_LEVELS:
        raise NotFound()
    rows = run_rows.escalations(unit, obj.name, record, limit, before)
    found = [Run(**row) for row in rows]
    states = jobs_behind(unit, found)
    return tuple(_escalated(levels, run, states.get(run.id)) for run in found)


def _escalated(levels: ServiceLevels, run: Run, job: str | None) -> Escalated:
    _, policy_key, name = f"{run.automation}..".split(".", 2)
    policy = levels.policy(policy_key)
    known = policy.escalations if policy else ()
    found = next((each for each in known if each.name == name.rstrip(".")), None)
    return Escalated(run, policy, found, job)
