"""Where a record may go along its path just now, so that a page offers no move a save would refuse.

A move is thought through as a save would, with the automations before it and the validations. What
is missing in other fields is no reason against it, for those the move asks in place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import TypecaseError
from ..metadata.definitions import Object
from . import access, closed_fields, defaults, hooks, inputs, stages, validation
from .changes import Change
from .storage.tables import ObjectTable
from .storage.unit_of_work import Unit


def may_move(unit: Unit, obj: Object) -> bool:
    """Whether the actor may write the stage at all."""
    return obj.path is not None and access.may_write_field(
        unit.actor, obj, obj.by_name[obj.path.field]
    )


def refused(unit: Unit, obj: Object, stored: Mapping[str, Any]) -> dict[str, str]:
    """Stage → why the actor cannot bring the record there as it is; writes nothing."""
    if obj.path is None:
        return {}
    of, field = unit.model.table(obj.name), obj.by_name[obj.path.field]
    here = obj.path.stage(str(stored[field.name]))
    names = [option.name for option in field.options]
    wanted = names if here is None else [o.name for o in stages.next_of(obj, here)]
    found: dict[str, str] = {}
    for name in wanted:
        change = Change("update", stored["id"], {field.name: name}, stored, dict(stored))
        if name != stored[field.name] and (reason := _refusal(unit, of, change, field.name)):
            found[name] = reason
    return found


def _refusal(unit: Unit, of: ObjectTable, change: Change, field: str) -> str:
    """What a save would say of the stage itself."""
    try:
        inputs.parse(unit, of, [change])
        defaults.apply(unit, of, [change])
        closed_fields.check(unit, of, [change])
        hooks.run(unit.hooks.before, unit, of, [change])
        stages.measure(unit, of, [change])
        validation.rules(unit, of, [change])
    except TypecaseError as error:
        return error.text(unit.actor.language)
    said = (p.text(unit.actor.language) for p in change.problems if p.field in (field, None))
    return " ".join(dict.fromkeys(said))
