"""Values nobody typed: defaults of new records, values that follow others, and fills."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType
from typing import Any

from ..metadata.definitions import Field
from .changes import Change
from .facts import Facts, surroundings
from .inputs import parse_value, settle_money
from .storage.lookups import first_value
from .storage.tables import ObjectTable
from .storage.unit_of_work import Unit

OF_NO_CHILDREN = MappingProxyType({"count": 0, "count_distinct": 0, "sum": 0})
"""What rollups of a new record come to, by function; the others are empty."""


def apply(unit: Unit, of: ObjectTable, changes: Sequence[Change]) -> None:
    """Completes the values of each change; what a person gave always stays."""
    facts = Facts(unit, of, changes)
    nothing = _nothing(of)
    completed = [f for f in of.object.fields if f.default is not None or f.fill is not None]
    for change in changes:
        if change.is_new:
            change.values |= nothing | change.values  # in place: parsing looks at them
        _record_type(of, change)
        for field in completed:
            _complete(unit, facts, field, change)
        settle_money(unit, of, change)


def _nothing(of: ObjectTable) -> dict[str, Any]:
    """What a new record holds where nobody says anything."""
    counted = {
        f.name: OF_NO_CHILDREN.get(f.settings.get("function", "count"))
        for f in of.object.fields
        if f.type == "rollup" and f.name in of.columns
    }
    return dict.fromkeys(of.columns) | dict.fromkeys(of.sets, ()) | counted


def _record_type(of: ObjectTable, change: Change) -> None:
    if change.is_new and change.values.get("record_type") is None:
        first = next((t.name for t in of.object.record_types if t.default), None)
        change.values["record_type"] = first


def _complete(unit: Unit, facts: Facts, field: Field, change: Change) -> None:
    """A fill goes before the default, which stands in when there is nothing to find."""
    looks_up = _wants_fill(field, change)
    if looks_up and _fill(unit, facts, field, change):
        return
    if (looks_up and field.default is not None) or _wants_default(facts, field, change):
        _set(unit, change, field, facts.value(field.default or "null", change))


def _wants_default(facts: Facts, field: Field, change: Change) -> bool:
    """New and not given; or it follows something that moved, and nobody overrode it before."""
    if field.default is None or field.name in change.given:
        return False
    if change.is_new:
        return True
    if not any(change.values.get(f) != change.before.get(f) for f in field.follows):
        return False
    earlier = Change("update", change.id, {}, change.before, dict(change.before))
    return bool(facts.value(field.default, earlier) == change.before.get(field.name))


def _set(unit: Unit, change: Change, field: Field, value: Any) -> None:
    if isinstance(value, list):
        value = tuple(value)
    change.values[field.name] = value if value is None else parse_value(unit, field, value, change)


def _wants_fill(field: Field, change: Change) -> bool:
    if field.fill is None or field.name in change.given or "find" not in field.fill:
        return False
    watched = field.fill.get("when_changed", ())
    return change.is_new or any(change.values.get(w) != change.before.get(w) for w in watched)


def _fill(unit: Unit, facts: Facts, field: Field, change: Change) -> bool:
    """Looks the value up: the first record of ``find`` that meets ``filter``, by ``sort``.

    False when there is none.
    """
    value = first_value(unit, field.fill or {}, facts.about(change), surroundings(unit))
    if value is not None:
        _set(unit, change, field, value)
    return value is not None
