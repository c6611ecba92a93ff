"""A run that failed, once more: by its job where one stands behind it, else here and now."""

from __future__ import annotations

from ..errors import Conflict, NotFound
from ..runtime import audit, reading
from ..runtime.storage.unit_of_work import Unit
from . import automations, jobs, queue, schedules
from .storage import run_rows


def replay(unit: Unit, run: str) -> None:
    """Does the steps of a failed run again, for its record as it is now. Needs ``designer``.

    What a save started was undone with the save: its steps run now, with the rights of whoever
    asks, and whether the condition still holds is theirs to say. What a date or a schedule started
    is tried again by its job. Raises NotFound, Conflict, and what the steps raise.
    """
    jobs.require_right(unit)
    row = run_rows.get(unit, run)
    if row is None:
        raise NotFound()
    if row["outcome"] != "failed":
        raise Conflict("It did not fail: there is nothing to do again.")
    if row["event"] == "action":
        raise Conflict("Press the button on the record again: what was entered is not kept.")
    audit.record(unit, "run_replayed", {"automation": row["automation"], "run": run})
    if row["job"] is not None:
        queue.replay(unit, [row["job"]])
        return
    automation = schedules.find(unit, row["automation"])
    reading.stored(unit, automation.object, str(row["record"]))
    done = automations.run(unit, automation, str(row["record"]), row["event"])
    run_rows.insert(unit, [done])
