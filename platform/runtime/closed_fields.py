"""Fields that are closed to people for now: `read_only` holds, or `visible` does not.

A form does not offer them; every other way to write a record asks here, by the same expressions
and of the same values: those the record would have after the save.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..metadata.definitions import Field, Object
from ..metadata.field_types import type_of
from . import access
from .actors import Actor
from .changes import Change
from .facts import Facts
from .storage.tables import ObjectTable
from .storage.unit_of_work import Unit


def may_be_sent(actor: Actor, obj: Object, field: Field) -> bool:
    """Whether there is any record on which this actor might write the field."""
    if type_of(field).computed or field.read_only is True or field.visible is False:
        return False
    return access.may_write_field(actor, obj, field)


def check(unit: Unit, of: ObjectTable, changes: Sequence[Change]) -> None:
    """Notes a problem for each closed field that somebody has given another value. Whoever sends
    a whole record back may do so; packages bring what their author says."""
    closing = [f for f in of.object.fields if f.read_only is not False or f.visible is not True]
    if not closing or unit.via == "package":
        return
    facts = Facts(unit, of, changes)
    for change in changes:
        wrong = {problem.field for problem in change.problems}
        for field in closing:
            if field.name in change.given - wrong:
                _check_one(facts, field, change)


def _check_one(facts: Facts, field: Field, change: Change) -> None:
    if not _is_changed(field, change):
        return
    if facts.holds(field.read_only, change):
        change.refuse(field.name, "read_only", "This field cannot be written.")
    elif not facts.holds(field.visible, change) and change.values.get(field.name) not in (None, ()):
        change.refuse(field.name, "not_shown", "This field is not used for such a record.")


def _is_changed(field: Field, change: Change) -> bool:
    """Against what is stored; a new record has nothing yet, or what it gets by default."""
    names = (field.name, *(n for n in type_of(field).parts(field) if not n.endswith("_base")))
    if change.is_new:
        return field.default is not None or change.values.get(field.name) not in (None, ())
    return any(change.values.get(name) != change.before.get(name) for name in names)
