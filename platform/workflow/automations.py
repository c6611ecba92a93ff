"""Automations of a save: those before it set fields of what is saved, those after it do anything.

Called once for each batch of changes, from the save path. Rows of packages are as their package
says: nothing happens because of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..errors import TypecaseError
from ..metadata.definitions import EMPTY
from ..metadata.processes import Automation, process_of
from ..metadata.steps.branching import IfStep
from ..metadata.steps.compiling import Steps
from ..metadata.steps.setting import SetStep
from ..runtime.changes import Change
from ..runtime.facts import Facts
from ..runtime.inputs import parse_value, settle_money
from ..runtime.storage.tables import ObjectTable
from ..runtime.storage.unit_of_work import Unit
from . import dates, runs
from .bounds import Apart, bounds_of
from .inputs import bind_inputs
from .rights import acting
from .scope import Ref, Scope
from .steps import run_steps
from .steps.independence import are_independent, reads_itself
from .steps.running import Running, named
from .steps.together import run_together
from .storage import run_rows

OWN_WORK = frozenset(("version", "updated_at", "updated_by"))
"""What a save itself changes."""


# Before -------------------------------------------------------------------------------------


def before_save(unit: Unit, of: ObjectTable, changes: Sequence[Change]) -> None:
    """Sets fields of the records being saved, as the automations before a save say."""
    for automation in _of_change(unit, of, "before"):
        facts = Facts(unit, of, changes)
        for change in _meant(automation, facts, changes):
            _set(automation.steps, facts, change)
            settle_money(unit, of, change)


def _set(steps: Steps, facts: Facts, change: Change) -> None:
    for step in steps:
        if isinstance(step, IfStep):
            holds = bool(facts.checked_value(step.condition, change))
            _set(step.then if holds else step.otherwise, facts, change)
        elif isinstance(step, SetStep):
            for each in step.values:
                _put(facts, change, each.field, facts.checked_value(each.checked, change))


def _put(facts: Facts, change: Change, name: str, value: Any) -> None:
    field = facts.of.object.by_name.get(name)
    if isinstance(value, list):
        value = tuple(value)
    if field is not None and value is not None:
        value = parse_value(facts.unit, field, value, change)
    change.values[name] = value
    change.given.add(name)


# After --------------------------------------------------------------------------------------


def after_save(unit: Unit, of: ObjectTable, changes: Sequence[Change]) -> None:
    """Does the steps of the automations after a save, one automation after the other: each for all
    records together where that comes to the same, else for one after the other."""
    saved = bounds_of(unit).saved
    saved.update(change.id for change in changes)
    real = [change for change in changes if change.is_new or _has_changed(change)]
    if not real or unit.via == "package":
        return
    dates.follow(unit, of.object.name, real)
    _mind_order(unit, of, real)
    rows = []
    for automation in _of_change(unit, of, "after"):
        facts = Facts(unit, of, real)
        meant = list(_meant(automation, facts, real))
        if bounds_of(unit).in_batch and not _may_follow(unit, automation, real, meant):
            raise Apart
        rows += _together(unit, automation, facts, meant) or [
            _do(unit, automation, change.kind, _scope(facts, change)) for change in meant
        ]
    run_rows.insert(unit, rows)


def after_bin(unit: Unit, of: ObjectTable, happened: tuple[str, Sequence[str]]) -> None:
    """The same for records that went to the bin or came back."""
    event, ids = happened
    bounds_of(unit).saved.update(ids)
    rows = [
        run(unit, automation, id_, event)
        for automation in process_of(unit.catalog, of.object.name).automations
        if event in automation.events and automation.moment == "after"
        for id_ in ids
    ]
    run_rows.insert(unit, rows)


def run(
    unit: Unit,
    automation: Automation,
    id_: str | None,
    event: str,
    job: str | None = None,
    inputs: Mapping[str, Any] = EMPTY,
    held: Mapping[str, Any] = EMPTY,
) -> dict[str, Any]:
    """Does the steps for one record, or for what a webhook brought along (``inputs``); returns the
    row of the run history. ``held``: what is known of the record already, as for ``Scope``.

    Raises what the steps raise, naming automation and step; that it failed is written down when
    the transaction was undone.
    """
    scope = Scope(unit, Ref(automation.object, id_), held=held)
    return _do(unit, automation, event, scope, job, inputs)


# Inside -------------------------------------------------------------------------------------


def _scope(facts: Facts, change: Change) -> Scope:
    """What the steps know of a record that was just saved."""
    unit, before = facts.unit, None if change.is_new else change.before
    held = facts.held(change) if bounds_of(unit).saved[change.id] == 1 else EMPTY  # this save alone
    return Scope(unit, Ref(facts.of.object.name, change.id), before, change.is_new, held)


def _together(
    unit: Unit, automation: Automation, facts: Facts, changes: Sequence[Change]
) -> list[dict[str, Any]]:
    """The steps for several records at once; returns the rows of the run history.

    Empty where that cannot be, or was tried and undone: because a step failed, to be told as it
    would be of that record alone, or because the records turned out to depend on each other.
    """
    bounds = bounds_of(unit)
    if (
        len(changes) < 2
        or any(bounds.saved[change.id] != 1 for change in changes)
        or not are_independent(unit, automation)
    ):
        return []
    name = f"{automation.object}.{automation.name}"
    writing = replace(acting(unit, automation.as_system), via="automation")
    runnings = [Running(name, writing, unit, _scope(facts, change)) for change in changes]
    kept, failed = len(unit.after_commit), len(unit.after_rollback)
    try:
        with bounds.batch(), unit.savepoint(), bounds.inside(name):
            run_together(automation.steps, runnings)
    except (TypecaseError, Apart):
        if bounds.in_batch:
            raise  # what this is a part of is done one after the other
        del unit.after_commit[kept:], unit.after_rollback[failed:]
        return []
    return [
        runs.row(unit, name, change.kind, (automation.object, change.id), running.trace)
        for change, running in zip(changes, runnings, strict=True)
    ]


def _mind_order(unit: Unit, of: ObjectTable, changes: Sequence[Change]) -> None:
    """Raises Apart where a batch has given records what depends on which came first."""
    bounds = bounds_of(unit)
    if bounds.in_batch and any(change.handing == "dealt" for change in changes):
        raise Apart
    numbers = any(field.type == "autonumber" for field in of.object.fields)
    if numbers and any(change.is_new for change in changes):
        bounds.draw()


def _may_follow(
    unit: Unit, automation: Automation, changes: Sequence[Change], meant: Sequence[Change]
) -> bool:
    """Whether what a batch has saved may set off ``automation``, as it does or does not now."""
    if automation.events.isdisjoint(change.kind for change in changes):
        return True
    is_known = reads_itself(unit.catalog, automation.object, automation.when)
    return is_known and (not meant or are_independent(unit, automation))


def _do(
    unit: Unit,
    automation: Automation,
    event: str,
    scope: Scope,
    job: str | None = None,
    inputs: Mapping[str, Any] = EMPTY,
) -> dict[str, Any]:
    name = f"{automation.object}.{automation.name}"
    writing = replace(acting(unit, automation.as_system), via="automation")
    running = Running(name, writing, unit, scope)
    about = (automation.object, scope.record.id)
    try:
        bind_inputs(unit, automation, inputs, scope)
        with bounds_of(unit).inside(name):
            run_steps(automation.steps, running)
    except TypecaseError as error:
        row = runs.row(unit, name, event, about, running.trace, error, job)
        unit.after_rollback.append(lambda other: run_rows.insert(other, [row]))
        raise named(error, name, running) from error
    return runs.row(unit, name, event, about, running.trace, job=job)


def _of_change(unit: Unit, of: ObjectTable, moment: str) -> Iterator[Automation]:
    if unit.via == "package":
        return
    for automation in process_of(unit.catalog, of.object.name).automations:
        if automation.on == "change" and automation.moment == moment:
            yield automation


def _meant(automation: Automation, facts: Facts, changes: Sequence[Change]) -> Iterator[Change]:
    """The changes an automation is for: of its events, and meeting its condition."""
    for change in changes:
        if change.kind in automation.events and facts.holds(automation.when, change):
            yield change


def _has_changed(change: Change) -> bool:
    """Whether a save of a known record really changed something: else chains would not end."""
    values, before = change.values, change.before
    return any(before.get(name) != value for name, value in values.items() if name not in OWN_WORK)
