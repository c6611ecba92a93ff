"""Clocks of a record worked out anew from its history, as if the policies had always been these.

What is not in the history is taken as it is now: fields that keep none, and related records.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from ...metadata.definitions import EMPTY, Field
from ...metadata.field_types import type_of
from ...metadata.field_types.base import ValueProblem
from ...metadata.service_levels import ServiceLevels
from ...runtime.changes import Change
from ...runtime.facts import Facts
from ...runtime.storage import history_rows
from ...runtime.storage.history_rows import Row
from ...runtime.storage.ids import moment_of
from ...runtime.storage.tables import ObjectTable
from ...runtime.storage.unit_of_work import Unit
from .following import Calendars, Look, halted
from .keeping import Kept

Stored = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment of a record's life: what it was like from then on."""

    at: datetime
    change: Change
    in_bin: bool = False


def replayed(
    unit: Unit, of: ObjectTable, levels: ServiceLevels, stored: Stored
) -> dict[str, dict[str, Kept]]:
    """The clocks of these records by record and target, from their histories; one statement reads
    them all. What was done on the way is not part of it."""
    rows: dict[str, list[Row]] = {}
    for row in history_rows.of_records(unit, list(stored)):
        rows.setdefault(row.record, []).append(row)
    lives = {id_: list(_life(of, values, rows.get(id_, ()))) for id_, values in stored.items()}
    facts = Facts(unit, of, [each.change for life in lives.values() for each in life])
    calendars = Calendars(unit, levels)
    return {id_: _lived(facts, levels, calendars, life) for id_, life in lives.items()}


def _lived(
    facts: Facts, levels: ServiceLevels, calendars: Calendars, life: Sequence[Moment]
) -> dict[str, Kept]:
    clocks: dict[str, Kept] = {}
    for each in life:
        if each.in_bin:
            clocks = {name: _halted(kept, each, calendars) for name, kept in clocks.items()}
        else:
            clocks = Look(facts, levels, calendars, each.change, each.at).clocks(clocks)
    return clocks


def _halted(kept: Kept, moment: Moment, calendars: Calendars) -> Kept:
    return halted(kept, moment.at, calendars) if kept.is_open else kept


def _life(of: ObjectTable, values: Mapping[str, Any], rows: Sequence[Row]) -> Iterator[Moment]:
    """Moment after moment: what is stored now, gone back through change after change."""
    states = [dict(values)]
    for row in reversed(rows):
        states.append(_undone(of, states[-1], row.changes))
    states.reverse()
    for row, before, after in zip(rows, states, states[1:], strict=False):
        at = moment_of(row.id) if row.via == "package" else row.at
        known = EMPTY if row.kind == "create" else before
        kind = "create" if row.kind == "create" else "update"
        change = Change(kind, values["id"], EMPTY, known, after)  # type: ignore[arg-type]
        yield Moment(at, change, row.kind == "delete")
    if not rows:
        yield Moment(values["created_at"], Change("create", values["id"], EMPTY, EMPTY, states[0]))


def _undone(
    of: ObjectTable, values: Mapping[str, Any], changes: Mapping[str, Sequence[Any]]
) -> dict[str, Any]:
    """The values before a change."""
    earlier = dict(values)
    for field in of.object.fields:
        if field.id in changes:
            earlier[field.name] = _value(field, changes[field.id][0], values.get(field.name))
    for name in ("owner", "record_type"):
        if name in changes:
            earlier[name] = changes[name][0]
    return earlier


def _value(field: Field, told: Any, otherwise: Any) -> Any:
    """What the history says; where the field has become of a type that cannot take it, what is
    there now."""
    try:
        return None if told is None else type_of(field).from_json(field, told)
    except ValueProblem:
        return otherwise


def with_fired(made: Mapping[str, Kept], stored: Mapping[str, Kept]) -> dict[str, Kept]:
    """What was done once is not done again, as long as it is the same policy's."""
    return {
        name: replace(kept, fired=stored[name].fired)
        if name in stored and stored[name].policy == kept.policy
        else kept
        for name, kept in made.items()
    }
