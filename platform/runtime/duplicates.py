"""Duplicate rules: who already has what is being saved, or typed.

A record's row in the search index also holds keys made of what its rules compare. Records that
share a key are read, all of them by one statement, and compared properly.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from ..errors import FieldProblem
from ..metadata.definitions import DuplicateRule, MatchField, Object
from ..metadata.field_types import type_of
from . import access, inputs, similarity
from .changes import Change
from .storage import search_index
from .storage.tables import ObjectTable
from .storage.unit_of_work import Unit

KEY = "="
MOST_KEYS = 1_500
"""Keys asked for by one statement."""

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Match:
    """A record that a rule takes for the same. One the actor may not see has no ``id`` and no
    ``title``: only ``owner``, the name of whom to ask (None: nobody owns it)."""

    rule: str
    on_match: str
    fields: tuple[str, ...]
    id: str | None
    title: str | None
    owner: str | None

    def problem(self) -> FieldProblem:
        field = self.fields[0]
        if self.id is not None:
            message = "“{title}” is already there and looks the same."
            return FieldProblem(field, "duplicate", message, {"title": self.title or self.id})
        if self.owner:
            message = "A record you may not see looks the same. Please ask {owner}."
            return FieldProblem(field, "duplicate", message, {"owner": self.owner})
        message = "A record you may not see looks the same. Please ask your administrator."
        return FieldProblem(field, "duplicate", message)


# Asking -------------------------------------------------------------------------------------


def check(unit: Unit, of: ObjectTable, changes: Sequence[Change]) -> None:
    """Notes a problem for what a rule with ``on_match: refuse`` finds twice, stored or in the
    batch itself."""
    rules = [rule for rule in of.object.duplicates if rule.on_match == "refuse"]
    concerned = [change for change in changes if rules and _concerns(rules, change)]
    if not concerned:
        return
    for change, match in _within(of.object, rules, concerned):
        change.problems.append(match.problem())
    for change, match in _matches(unit, of, rules, concerned):
        change.problems.append(match.problem())


def find(
    unit: Unit, object_name: str, raw: Values, exclude_id: str | None = None
) -> tuple[Match, ...]:
    """Who already has what is being typed, by every rule whose fields are all filled in.

    ``raw`` maps field names to values as a form holds them; what cannot be read yet counts as
    empty. Raises AccessDenied, UnknownName.
    """
    of = unit.model.table(unit.catalog.object(object_name).name)
    access.require(unit.actor, "read", of.object)
    readable = {field.name for field in access.readable(unit.actor, of.object)}
    rules = [r for r in of.object.duplicates if all(m.field in readable for m in r.match)]
    asked = {name for rule in rules for name in (m.field for m in rule.match)}
    change = Change("create", exclude_id or "", {n: raw[n] for n in asked if n in raw}, {}, {})
    inputs.parse(unit, of, [change])
    return tuple(match for _, match in _matches(unit, of, rules, [change]))


# Keys ---------------------------------------------------------------------------------------


def fields(obj: Object) -> set[str]:
    """The fields that any rule of ``obj`` compares."""
    return {match.field for rule in obj.duplicates for match in rule.match}


def keys(obj: Object, values: Values) -> Iterator[str]:
    """The tokens under which a record with ``values`` is found by each of its rules."""
    for rule in obj.duplicates:
        yield from _keys(obj, rule, values)


def _keys(obj: Object, rule: DuplicateRule, values: Values) -> Iterator[str]:
    """A record may be the same when it shares one of them; with an empty field there is none.

    What must be equal is digested into one name; the keys of what may be alike follow it.
    """
    equal = [rule.id]
    alike: list[tuple[str, ...]] = []
    for match in rule.match:
        compared = _compared(obj, match, values.get(match.field))
        if not compared:
            return
        if match.method == "fuzzy":
            alike.append(similarity.alike_keys(compared))
        else:
            equal.append(compared)
    name = KEY + similarity.digest(*equal)
    for parts in product(*alike):
        yield name + "".join(parts)


def _compared(obj: Object, match: MatchField, value: Any) -> str:
    """What the rule's method leaves of a value; '' for nothing."""
    if value is None or value == ():
        return ""
    field = obj.by_name[match.field]
    text = str(type_of(field).to_json(field, value))
    if match.method == "exact":
        return text
    if match.method == "normalised":
        return similarity.normalised(text, field.type)
    return similarity.essence(text)


# Comparing ----------------------------------------------------------------------------------


def _concerns(rules: Iterable[DuplicateRule], change: Change) -> bool:
    moved = change.changed()
    return any(match.field in moved for rule in rules for match in rule.match)


def _matches(
    unit: Unit, of: ObjectTable, rules: Sequence[DuplicateRule], changes: Sequence[Change]
) -> Iterator[tuple[Change, Match]]:
    """Each stored record that a rule takes for the same as one of ``changes``, once."""
    asked: dict[str, list[Change]] = {}
    for change in changes:
        for rule in rules:
            for key in set(_keys(of.object, rule, change.values)):
                asked.setdefault(key, []).append(change)
    told: set[tuple[str, str]] = set()
    for row in _sharing(unit, of, list(asked)):
        for rule in rules:
            for key in set(_keys(of.object, rule, row)):
                for change in asked.get(key, ()):
                    pair = (change.id, row["id"])
                    if row["id"] == change.id or pair in told:
                        continue
                    if is_same(of.object, rule, change.values, row):
                        told.add(pair)
                        yield change, _match(rule, row)


def _sharing(unit: Unit, of: ObjectTable, asked: list[str]) -> Iterator[Values]:
    """Stored records that have one of the keys, each once for every MOST_KEYS asked for."""
    names = sorted(fields(of.object))
    for start in range(0, len(asked), MOST_KEYS):
        yield from search_index.sharing(unit, of, asked[start : start + MOST_KEYS], names)


def is_same(obj: Object, rule: DuplicateRule, one: Values, other: Values) -> bool:
    """Whether the rule takes two records for the same; empty values are never the same."""
    return all(_is_same(obj, m, one.get(m.field), other.get(m.field)) for m in rule.match)


def _is_same(obj: Object, match: MatchField, one: Any, other: Any) -> bool:
    mine, theirs = _compared(obj, match, one), _compared(obj, match, other)
    if not mine or not theirs:
        return False
    if match.method == "fuzzy":
        return similarity.is_alike(mine, theirs, match.threshold)
    return mine == theirs


def _within(
    obj: Object, rules: Sequence[DuplicateRule], changes: Sequence[Change]
) -> Iterator[tuple[Change, Match]]:
    """Records of one batch that are the same as an earlier one of it."""
    first: dict[str, Change] = {}
    for change in changes:
        for rule in rules:
            earlier = [first.setdefault(k, change) for k in _keys(obj, rule, change.values)]
            others = (e for e in earlier if e.id != change.id)
            if any(is_same(obj, rule, other.values, change.values) for other in others):
                title = change.values.get(obj.title)
                yield change, _match(rule, {"id": change.id, "*": title, "visible": True})


def _match(rule: DuplicateRule, row: Values) -> Match:
    compared = tuple(match.field for match in rule.match)
    if row["visible"]:
        title = None if row["*"] is None else str(row["*"])
        return Match(rule.name, rule.on_match, compared, row["id"], title, row.get("owner_name"))
    return Match(rule.name, rule.on_match, compared, None, None, row.get("owner_name"))
