"""Actions: buttons with steps. Offered where they apply, run in one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..errors import Conflict, NotFound, StaleRecord, TypecaseError
from ..metadata.processes import Action, process_of
from ..metadata.rights import ObjectRight
from ..metadata.steps.copying import CopyTreeStep
from ..metadata.steps.creating import CreateStep
from ..metadata.steps.deleting import DeleteStep
from ..metadata.steps.setting import SetStep
from ..metadata.steps.updating import UpdateStep
from ..runtime import access, reading
from ..runtime.changes import Change
from ..runtime.facts import Facts
from ..runtime.storage.people import name_of
from ..runtime.storage.unit_of_work import Unit
from . import runs
from .bounds import bounds_of
from .inputs import bind_inputs, chosen_records
from .rights import acting
from .scope import Ref, Scope
from .steps import run_steps
from .steps.running import CheckFailed, Running
from .storage import run_rows, values


@dataclass(frozen=True, slots=True)
class Outcome:
    """``opens``: what to show afterwards, (object, id)."""

    action: Action
    opens: tuple[str, str]
    trace: tuple[dict[str, Any], ...]


class _DryRun(Exception):
    """Undoes a run that was only tried."""


def named(unit: Unit, object_name: str, name: str) -> Action:
    """The action, for somebody who has the right it needs. Raises NotFound, AccessDenied."""
    obj = unit.catalog.object(object_name)
    access.require(unit.actor, "read", obj)
    action = process_of(unit.catalog, obj.name).actions.get(name)
    if action is None:
        raise NotFound()
    if action.permission is not None:
        access.require_system(unit.actor, action.permission)
    return action


def allowed(unit: Unit, object_name: str) -> list[Action]:
    """The actions of an object that the actor has the rights for, whatever the record: the right
    an action names, and those its steps are sure to need."""
    actions = process_of(unit.catalog, object_name).actions.values()
    return [each for each in actions if _may(unit, each)]


def offered(unit: Unit, object_name: str, id_: str) -> list[Action]:
    """Those of them that apply to the record as it is now. Raises AccessDenied, NotFound."""
    access.require(unit.actor, "read", unit.catalog.object(object_name))
    return applying(unit, object_name, reading.stored(unit, object_name, id_))


def applying(unit: Unit, object_name: str, stored: Mapping[str, Any]) -> list[Action]:
    """The same for a record whose stored values are at hand."""
    return [each for each in allowed(unit, object_name) if _applies(unit, each, stored)]


def run(
    unit: Unit,
    object_name: str,
    id_: str,
    name: str,
    inputs: Mapping[str, Any],
    version: int | None = None,
    dry_run: bool = False,
) -> Outcome:
    """Does the action for one record.

    ``inputs``: name → value as JSON or a form holds it; a table is a list of such mappings.
    ``version``: the one the person saw. ``dry_run``: everything is tried and then undone.
    The record and the records chosen in the inputs are locked before anything is read of them, so
    what a ``check`` finds still holds when the steps have written.
    Raises NotFound, AccessDenied, StaleRecord, Conflict when it does not apply (any more),
    RecordInvalid for inputs and failed checks, and what its steps raise, naming the step.
    """
    action = named(unit, object_name, name)
    values.hold(unit, {(action.object, id_), *chosen_records(unit, action, inputs)})
    stored = _seen(unit, action, id_, version)
    if not _applies(unit, action, stored):
        raise Conflict("“{action}” is not possible here any more.", action=_label(unit, action))
    scope = Scope(unit, Ref(action.object, id_))
    bind_inputs(unit, action, inputs, scope)
    running = Running(f"{action.object}.{name}", acting(unit, action.as_system), unit, scope)
    if dry_run:
        _try(unit, action, running)
    else:
        _do(action, running, remember=True)
        event = runs.row(unit, running.name, "action", (action.object, id_), running.trace)
        run_rows.insert(unit, [event])
    return Outcome(action, _opens(action, running), tuple(running.trace))


def run_many(
    unit: Unit, object_name: str, ids: Sequence[str], name: str, inputs: Mapping[str, Any]
) -> list[Outcome]:
    """Does the action for several records: all of them, or none."""
    return [run(unit, object_name, id_, name, inputs) for id_ in ids]


def _may(unit: Unit, action: Action) -> bool:
    rights = unit.actor.rights
    if action.permission is not None and action.permission not in rights.system:
        return False
    if action.as_system:
        return True
    return all(right in rights.on(name) for right, name in _needed(action))


def _needed(action: Action) -> Iterator[tuple[ObjectRight, str]]:
    """The rights that the steps need which are done in any case."""
    for step in action.steps:
        match step:
            case CreateStep(object=name) | CopyTreeStep(object=name, to=None):
                yield "create", name
            case SetStep():
                yield "edit", action.object
            case UpdateStep(object=name):
                yield "edit", name
            case DeleteStep(object=name):
                yield "delete", name


# Inside -------------------------------------------------------------------------------------


def _seen(unit: Unit, action: Action, id_: str, version: int | None) -> dict[str, Any]:
    """The record, as the person saw it."""
    stored = reading.stored(unit, action.object, id_)
    if version is not None and version != stored["version"]:
        by = name_of(unit, stored["updated_by"])
        raise StaleRecord(by=by, at=stored["updated_at"], version=stored["version"], theirs={})
    return stored


def _applies(unit: Unit, action: Action, stored: Mapping[str, Any]) -> bool:
    if isinstance(action.visible, bool):
        return action.visible
    change = Change("update", stored["id"], {}, stored, dict(stored))
    return Facts(unit, unit.model.table(action.object), [change]).holds(action.visible, change)


def _do(action: Action, running: Running, remember: bool = False) -> None:
    with bounds_of(running.unit).inside(running.name):
        try:
            run_steps(action.steps, replace(running, unit=replace(running.unit, via="action")))
        except CheckFailed:
            raise  # the author foresaw it, and the person has been told
        except TypecaseError as error:
            if remember:
                _remember(action, running, error)
            raise


def _remember(action: Action, running: Running, error: TypecaseError) -> None:
    """A failed run is written down after everything it did was undone."""
    unit = running.person
    about = (action.object, running.record.id)
    row = runs.row(unit, running.name, "action", about, running.trace, error)
    unit.after_rollback.append(lambda other: run_rows.insert(other, [row]))


def _try(unit: Unit, action: Action, running: Running) -> None:
    kept = len(unit.after_commit)
    try:
        with unit.savepoint():
            _do(action, running)
            raise _DryRun
    except _DryRun:
        del unit.after_commit[kept:]


def _opens(action: Action, running: Running) -> tuple[str, str]:
    shown = running.scope.names.get(action.opens or "")
    if isinstance(shown, Ref) and shown.id is not None:
        return shown.object, shown.id
    return action.object, str(running.record.id)


def _label(unit: Unit, action: Action) -> str:
    return unit.catalog.label(action.id, action.label, unit.actor.language)
