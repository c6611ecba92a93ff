"""Whether a record may be saved as it is: every mistake at once, each at its field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..metadata.definitions import Field, Object
from ..metadata.field_types.picklist import allowed_options
from . import stages
from .changes import Change
from .facts import Facts
from .storage.tables import ObjectTable
from .storage.unit_of_work import Unit


def check(
    unit: Unit, of: ObjectTable, changes: Sequence[Change], also_required: Sequence[str] = ()
) -> None:
    """Notes a problem for each required field left empty, each option out of place, and each
    validation that holds against the record."""
    facts = Facts(unit, of, changes)
    asked = [f for f in of.object.fields if f.required is not False or f.name in also_required]
    dependent = [f for f in of.object.fields if f.settings.get("depends_on")]
    for change in changes:
        _required(facts, asked, change, also_required)
        _options(of.object, change)
        _dependent(dependent, change)
        _stage(of.object, change)
        if unit.via != "package":
            stages.refuse_moves(unit, of.object, change)
        if not change.problems:
            _rules(facts, of.object, change)


def rules(unit: Unit, of: ObjectTable, changes: Sequence[Change]) -> None:
    """Notes a problem for each validation that holds, whatever else is wrong."""
    facts = Facts(unit, of, changes)
    for change in changes:
        _rules(facts, of.object, change)


def is_blank(value: Any) -> bool:
    return value is None or value == "" or value == ()


def _required(facts: Facts, fields: Sequence[Field], change: Change, also: Sequence[str]) -> None:
    wrong = {problem.field for problem in change.problems}
    for field in fields:
        if field.name in wrong or not is_blank(change.values.get(field.name)):
            continue
        asked = field.name in also or (
            facts.holds(field.required, change) and facts.holds(field.visible, change)
        )
        if asked and field.type not in ("formula", "rollup", "autonumber"):
            change.refuse(field.name, "required", "Please fill this in.")


def _options(obj: Object, change: Change) -> None:
    """A record type may allow only some of a picklist's options."""
    chosen = next((t for t in obj.record_types if t.name == change.values.get("record_type")), None)
    for name, allowed in (chosen.options if chosen else {}).items():
        value = change.values.get(name)
        if value is not None and value not in allowed and change.changed().get(name) is not None:
            change.refuse(
                name, "unknown_option", "This record type does not use {option}.", option=value
            )


def _dependent(fields: Sequence[Field], change: Change) -> None:
    """Options that depend on another picklist, once defaults and follows have settled both."""
    wrong = {problem.field for problem in change.problems}
    moved = change.changed().keys()
    for field in fields:
        depends = field.settings["depends_on"]
        if field.name in wrong or moved.isdisjoint((field.name, depends["field"])):
            continue
        allowed = {option.name for option in allowed_options(field, change.values)}
        value = change.values.get(field.name)
        chosen = () if value is None else (value,) if isinstance(value, str) else value
        if not allowed.issuperset(chosen):
            other = change.values.get(depends["field"]) or "–"
            change.refuse(
                field.name,
                "option_not_allowed",
                "{value} does not go with {other}.",
                value=", ".join(chosen),
                other=other,
            )


def _stage(obj: Object, change: Change) -> None:
    """What a stage of the path asks for before a record may move into it."""
    if obj.path is None or change.values.get(obj.path.field) == change.before.get(obj.path.field):
        return
    stage = obj.path.stage(str(change.values.get(obj.path.field)))
    wrong = {problem.field for problem in change.problems}
    for name in stage.requires if stage else ():
        if name not in wrong and is_blank(change.values.get(name)):
            change.refuse(name, "required_by_stage", "This stage needs it.")


def _rules(facts: Facts, obj: Object, change: Change) -> None:
    for rule in obj.validations:
        if facts.holds(rule.when, change):
            message = facts.unit.catalog.label(rule.id, rule.message, facts.unit.actor.language)
            change.refuse(rule.field, rule.name, message)
