"""Changing owners: whatever path does it passes here, within the save.

Only who holds a record in full hands it over (pools decide for themselves). Nobody gets more of
a pool's records than they may hold; a queue gets only what it holds, and one that deals does so at
once. What the object ``carries`` goes along, as far as the same person owned it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..errors import FieldProblem
from . import dealing, pool_limits, queues
from .changes import Change
from .storage import ownership_rows
from .storage.tables import ObjectTable
from .storage.unit_of_work import Unit

Keep = Callable[[Unit, ObjectTable, Sequence[Change]], None]


def check(unit: Unit, of: ObjectTable, changes: Sequence[Change]) -> None:
    """Refuses to hand over what the actor does not hold in full."""
    message = "Only the owner of a record, or somebody above them, hands it over."
    for change in changes:
        if _moved(change) and change.handing is None and not change.before["__in_full"]:
            change.problems.append(FieldProblem("owner", "denied", message))


def settle(unit: Unit, of: ObjectTable, changes: Sequence[Change]) -> None:
    """Deals what has just entered a queue, and counts what its new owners hold. The last that
    touches the changes before they are written."""
    if of.object.owner == "user":
        queues.check(unit, of, changes)
        dealing.deal(unit, of, [change for change in changes if _enters(change)])
        pool_limits.check(unit, of, changes)


def check_given(unit: Unit, of: ObjectTable, changes: Sequence[Change]) -> None:
    """Raises RecordInvalid where a new owner may not own what they are given beside the save."""
    queues.check(unit, of, changes)
    pool_limits.check(unit, of, changes)
    pool_limits.refuse(changes)


def follow(unit: Unit, of: ObjectTable, changes: Sequence[Change], keep: Keep) -> None:
    """Notes who had what, and hands over what goes along. ``keep`` saves those changes."""
    moved = [change for change in changes if _moved(change)]
    if not moved:
        return
    ownership_rows.note(unit, of.object, [_row(change) for change in moved])
    for name in of.object.access.carries:
        reverse = unit.catalog.reverses[of.object.name][name]
        child = unit.model.table(reverse.object)
        if child.object.owner != "user":
            continue
        owners = {change.id: change for change in moved}
        going = ownership_rows.going_along(
            unit, child, reverse.field, {id_: c.before["owner"] for id_, c in owners.items()}
        )
        if going:
            along = [_carried(row, owners[row[reverse.field]]) for row in going]
            check_given(unit, child, along)
            keep(unit, child, along)


def _moved(change: Change) -> bool:
    return not change.is_new and "owner" in change.changed()


def _enters(change: Change) -> bool:
    """It has a new owner who is not the one saving it: perhaps a queue."""
    owner = change.values.get("owner")
    return owner is not None and change.before.get("owner") != owner and change.handing is None


def _row(change: Change) -> ownership_rows.Moved:
    how = change.handing or "handed_over"
    return ownership_rows.Moved(
        change.id, change.before["owner"], change.values["owner"], how, change.reason
    )


def _carried(stored: dict[str, object], along: Change) -> Change:
    values = {**stored, "owner": along.values["owner"]}
    return Change("update", str(stored["id"]), {}, stored, values, handing=along.handing or "along")
