"""A record's team is told of every change of its status, each member in their own language.

Only who may read the record and its status is told: a place in the team outlives a right.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ..metadata.definitions import Field
from ..runtime import access
from ..runtime.changes import Change
from ..runtime.storage import people, records
from ..runtime.storage.tables import ObjectTable
from ..runtime.storage.unit_of_work import Unit
from ..texts import translate
from .notices import Told, tell
from .storage import told_rows

MESSAGE = "{person} moved it from “{before}” to “{after}”."


def after_save(unit: Unit, of: ObjectTable, changes: Sequence[Change]) -> None:
    """Tells the teams of the records whose stage was changed; whoever did it knows."""
    obj = of.object
    field = obj.by_name.get(obj.path.field) if obj.path else None
    if field is None or "team" not in obj.tracks or unit.via == "package":
        return
    moved = {c.id: c for c in changes if not c.is_new and field.name in c.changed()}
    if moved:
        tell(unit, _told(unit, of, field, moved))


def _told(unit: Unit, of: ObjectTable, field: Field, moved: Mapping[str, Change]) -> Iterator[Told]:
    teams: dict[tuple[str, str], list[str]] = {}
    for record, person, language in told_rows.team_members(unit, moved):
        if person != unit.actor.id:
            teams.setdefault((person, language), []).append(record)
    for (person, language), theirs in teams.items():
        for record in _seen(unit, of, field, person, theirs):
            change = moved[record]
            before, after = (
                _label(unit, field, values.get(field.name), language)
                for values in (change.before, change.values)
            )
            told = {"person": unit.actor.name, "before": before, "after": after}
            said = translate(MESSAGE, language, **told)
            yield Told(person, said, of.object.name, record, "team", quotes=True)


def _seen(
    unit: Unit, of: ObjectTable, field: Field, person: str, ids: Sequence[str]
) -> Sequence[str]:
    """Those of ``ids`` whose status the person may read."""
    as_member = replace(unit, actor=people.actor_of(unit, person))
    if not access.may_read_field(as_member.actor, of.object, field):
        return ()
    found = records.load(as_member, of, list(ids))
    return [id_ for id_ in ids if id_ in found]


def _label(unit: Unit, field: Field, value: object, language: str) -> str:
    found = next((option for option in field.options if option.name == value), None)
    return unit.catalog.label(found.id, found.label, language) if found else "–"
