"""The save path: every new, changed, removed or restored record goes through here.

Pages, API, import, actions and package data all call these functions; there is no other writer.
A batch takes the same way as a single record, with the same number of statements.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import AccessDenied, FieldProblem, NotFound, RecordInvalid, StaleRecord
from ..metadata.definitions import Field, Object
from ..metadata.field_types import type_of
from . import (
    access,
    branches,
    closed_fields,
    defaults,
    duplicates,
    file_values,
    history,
    hooks,
    inputs,
    numbering,
    ownership,
    queues,
    references,
    rollups,
    search_indexing,
    stages,
    validation,
)
from .changes import Change
from .storage import records
from .storage.failures import Retry
from .storage.people import name_of
from .storage.tables import ObjectTable
from .storage.unit_of_work import Unit

Raw = Mapping[str, Any]


def create(
    unit: Unit,
    object_name: str,
    raw: Raw,
    also_required: Sequence[str] = (),
    is_authored: bool = False,
) -> str:
    """Saves a new record and returns its id.

    ``raw`` maps field names to values as JSON, a form or an import cell holds them.
    ``also_required``: fields the form asks for beyond what the object does. ``is_authored``: the
    values come from steps of a definition, which write what is closed to people too.
    Raises AccessDenied, UnknownName, RecordInvalid, NotUnique.
    """
    return create_many(unit, object_name, [raw], also_required, is_authored)[0]


def create_many(
    unit: Unit,
    object_name: str,
    raws: Sequence[Raw],
    also_required: Sequence[str] = (),
    is_authored: bool = False,
) -> list[str]:
    """Saves new records, all or none; returns their ids in order."""
    of = unit.model.table(unit.catalog.object(object_name).name)
    access.require(unit.actor, "create", of.object)
    changes = [new_change(unit, of.object, raw) for raw in raws]
    save(unit, of, changes, also_required, is_authored)
    return [change.id for change in changes]


def update(
    unit: Unit,
    object_name: str,
    id_: str,
    raw: Raw,
    version: int | None = None,
    also_required: Sequence[str] = (),
    is_authored: bool = False,
) -> None:
    """Changes a record. ``version``: the one the caller saw; None: whatever is there now. The
    others are as for ``create``.

    Raises NotFound when the actor may not see it, AccessDenied when they may not edit it,
    StaleRecord when somebody changed it since ``version``.
    """
    update_many(unit, object_name, [(id_, raw, version)], also_required, is_authored)


def update_many(
    unit: Unit,
    object_name: str,
    wanted: Sequence[tuple[str, Raw, int | None]],
    also_required: Sequence[str] = (),
    is_authored: bool = False,
) -> None:
    """Changes several records, all or none; each is (id, raw values, version seen or None)."""
    of = unit.model.table(unit.catalog.object(object_name).name)
    access.require(unit.actor, "edit", of.object)
    stored = records.load(unit, of, [id_ for id_, _, _ in wanted])
    changes = [known_change(unit, of, stored.get(id_), raw, seen) for id_, raw, seen in wanted]
    save(unit, of, changes, also_required, is_authored)


def save(
    unit: Unit,
    of: ObjectTable,
    changes: Sequence[Change],
    also_required: Sequence[str] = (),
    is_authored: bool = False,
) -> None:
    """What happens to every record that is saved, in this order."""
    inputs.parse(unit, of, changes)
    ownership.check(unit, of, changes)
    defaults.apply(unit, of, changes)
    if not is_authored:
        closed_fields.check(unit, of, changes)
    hooks.run(unit.hooks.before, unit, of, changes)
    stages.measure(unit, of, changes)
    validation.check(unit, of, changes, also_required)
    references.check(unit, of, changes)
    file_values.settle(unit, of, changes)
    _refuse_if_invalid(changes)
    hooks.run(unit.hooks.guards, unit, of, changes)
    duplicates.check(unit, of, changes)
    ownership.settle(unit, of, changes)
    _refuse_if_invalid(changes)
    numbering.draw(unit, of, changes)
    keep(unit, of, changes)


def keep(unit: Unit, of: ObjectTable, changes: Sequence[Change]) -> None:
    """Writes what stands fast, and what follows from it."""
    _write(unit, of, changes)
    history.record(unit, of, changes)
    stages.follow(unit, of, changes)
    search_indexing.index(unit, of, changes)
    rollups.follow(unit, of, changes)
    branches.follow(unit, of, changes)
    ownership.follow(unit, of, changes, keep)
    hooks.run(unit.hooks.after, unit, of, changes)


def hand(unit: Unit, of: ObjectTable, changes: Sequence[Change]) -> None:
    """Saves changes of owner alone: what else a record lacks by now keeps it with nobody."""
    hooks.run(unit.hooks.before, unit, of, changes)
    queues.check(unit, of, changes)
    hooks.run(unit.hooks.guards, unit, of, changes)
    _refuse_if_invalid(changes)
    keep(unit, of, changes)


# Inside -------------------------------------------------------------------------------------


def new_change(unit: Unit, obj: Object, raw: Raw) -> Change:
    id_ = unit.new_id()
    system = {
        "id": id_,
        "record_type": None,
        "owner": unit.actor.id if obj.owner == "user" and not unit.actor.is_system else None,
        "created_at": unit.now,
        "created_by": unit.actor.id,
        "updated_at": unit.now,
        "updated_by": unit.actor.id,
        "version": 1,
        "deleted_at": None,
        "tc_rollups": 0,
        "tc_deletion": None,
    }
    return Change("create", id_, raw, {}, system)


def known_change(
    unit: Unit, of: ObjectTable, stored: dict[str, Any] | None, raw: Raw, seen: int | None
) -> Change:
    if stored is None:
        raise NotFound()
    if not stored["__may_edit"]:
        raise AccessDenied("You may see this record, but not change it.")
    if seen is not None and seen != stored["version"]:
        raise stale(unit, of, stored, raw)
    return Change("update", stored["id"], raw, stored, dict(stored), seen)


def stale(unit: Unit, of: ObjectTable, stored: Mapping[str, Any], raw: Raw) -> StaleRecord:
    """Who changed the record meanwhile, and what now stands in the fields the caller wrote."""
    written = [f for f in access.readable(unit.actor, of.object) if f.name in raw]
    theirs = {field.name: stored.get(field.name) for field in written}
    return StaleRecord(
        by=name_of(unit, stored["updated_by"]),
        at=stored["updated_at"],
        version=stored["version"],
        theirs=theirs,
        both={f.name: (_as_json(f, theirs[f.name]), raw[f.name]) for f in written},
    )


def _as_json(field: Field, value: Any) -> Any:
    return None if value is None else type_of(field).to_json(field, value)


def _refuse_if_invalid(changes: Sequence[Change]) -> None:
    problems: list[FieldProblem] = []
    for place, change in enumerate(changes):
        problems += [_in_row(p, place) if len(changes) > 1 else p for p in change.problems]
    if problems:
        raise RecordInvalid(problems)


def _in_row(problem: FieldProblem, place: int) -> FieldProblem:
    data = {**problem.data, "row": place}
    return FieldProblem(problem.field, problem.code, problem.message, data)


def _write(unit: Unit, of: ObjectTable, changes: Sequence[Change]) -> None:
    fresh = [change.values for change in changes if change.is_new]
    if fresh:
        records.insert(unit, of, fresh)
    for change in changes:
        if not change.is_new:
            _compare_and_set(unit, of, change)


def _compare_and_set(unit: Unit, of: ObjectTable, change: Change) -> None:
    values = change.changed()
    if not values:
        return
    version = change.before["version"]
    change.values |= {
        "version": version + 1,
        "updated_at": unit.now,
        "updated_by": unit.actor.id,
    }
    if not records.update(unit, of, change.id, version, change.changed()):
        raise Retry("the record was saved by somebody else in between")
