"""Which escalations ran when, and what came of them: of a record, and of all of an object."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

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
from ..runs import Run
from ..storage import job_rows, run_rows

MOST_OF_A_RECORD = 50


@dataclass(frozen=True, slots=True)
class Escalated:
    """``policy`` and ``escalation`` None: they are gone since. ``job``: how the work behind a
    failure stands, told of its last try; None where it is no longer kept. It is tried again by
    itself until it is ``dead``; then somebody may replay it."""

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
    return tuple(_escalated(levels, each, None) for each in rows)


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
    states = job_rows.states(unit, _failed_jobs(rows))
    return tuple(_escalated(levels, each, states.pop(each["job"] or "", None)) for each in rows)


def _failed_jobs(rows: Sequence[dict[str, Any]]) -> set[str]:
    return {row["job"] for row in rows if row["outcome"] == "failed" and row["job"]}


def _escalated(levels: ServiceLevels, row: dict[str, Any], job: str | None) -> Escalated:
    _, policy_key, name = f"{row['automation']}..".split(".", 2)
    policy = levels.policy(policy_key)
    known = policy.escalations if policy else ()
    found = next((each for each in known if each.name == name.rstrip(".")), None)
    return Escalated(Run(**row), policy, found, job)
