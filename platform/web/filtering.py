"""The filter builder and its chips as values; what is posted becomes the address of the list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from ..metadata.definitions import Field, Object
from ..metadata.expressions import ExpressionProblem
from ..metadata.expressions.types import Kind
from ..metadata.field_types import type_of
from ..metadata.field_types.base import Operator
from ..metadata.field_types.clock import STANDINGS, shows_state
from ..metadata.field_types.operators import DAYS
from ..runtime import access
from ..runtime.forms import titles_of
from ..runtime.storage.unit_of_work import Unit
from .display import PEOPLE
from .filter_language import (
    RELATIVE,
    AnyOf,
    Filter,
    FilterRow,
    expression,
    parts_of,
)
from .labels import Labels

OPERATOR_WORDS: dict[Operator, str] = {
    Operator.EQUAL: "is",
    Operator.NOT_EQUAL: "is not",
    Operator.LESS: "less than",
    Operator.LESS_OR_EQUAL: "at most",
    Operator.GREATER: "more than",
    Operator.GREATER_OR_EQUAL: "at least",
    Operator.BETWEEN: "between",
    Operator.CONTAINS: "contains",
    Operator.STARTS_WITH: "begins with",
    Operator.IN: "is one of",
    Operator.NOT_IN: "is none of",
    Operator.INCLUDES: "includes",
    Operator.UNDER: "is under",
    Operator.BLANK: "is empty",
    Operator.NOT_BLANK: "is not empty",
    Operator.RELATIVE_DATE: "in the period",
    Operator.MINE: "is me",
}
PEOPLE_OPERATORS = (Operator.MINE, Operator.EQUAL, Operator.NOT_EQUAL, Operator.BLANK)
WITHOUT_VALUE = (Operator.BLANK, Operator.NOT_BLANK, Operator.MINE)
SEVERAL = (Operator.IN, Operator.NOT_IN)


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Subject:
    """Something a list may be filtered by."""

    path: str
    label: str
    kind: Kind
    operators: tuple[Operator, ...]
    field: Field | None = None


@dataclass(frozen=True, slots=True)
class BuilderRow:
    """One row of the builder with everything its inputs offer."""

    number: int
    group: str
    joiner: str
    subjects: tuple[Choice, ...]
    operators: tuple[Choice, ...]
    values: tuple[str, ...]
    input: str
    """``text number date datetime choice choices lookup two none source``"""
    choices: tuple[Choice, ...] = ()
    lookup_url: str = ""
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Builder:
    rows: tuple[BuilderRow, ...]
    groups: tuple[tuple[BuilderRow, ...], ...]
    row_url: str
    action: str


def subjects(unit: Unit, obj: Object, labels: Labels) -> dict[str, Subject]:
    """What the actor may filter ``obj`` by, in the order of the fields."""
    found = {}
    for each in access.readable(unit.actor, obj):
        kind = type_of(each)
        if kind.operators and not unit.catalog.is_off(each):
            of = kind.expression_type(each).kind
            found[each.name] = Subject(each.name, labels.field(each), of, kind.operators, each)
    for name in ("owner", "created_by", "updated_by"):
        if name != "owner" or obj.owner == "user":
            found[name] = Subject(name, labels.system(name), Kind.REFERENCE, PEOPLE_OPERATORS)
    for name in ("created_at", "updated_at"):
        found[name] = Subject(name, labels.system(name), Kind.MOMENT, DAYS)
    return found


# Chips --------------------------------------------------------------------------------------


def chips(unit: Unit, obj: Object, source: str | None, labels: Labels) -> list[tuple[str, str]]:
    """(what it says, the filter without it) for each part of the filter."""
    whole = parts_of(source)
    known = subjects(unit, obj, labels)
    kinds = {path: subject.kind for path, subject in known.items()}
    titles = _titles(unit, obj, whole)
    found = []
    for place, part in enumerate(whole.parts):
        rest = Filter(whole.parts[:place] + whole.parts[place + 1 :])
        rows = part.rows if isinstance(part, AnyOf) else (part,)
        words = [_words(unit, obj, row, known, labels, titles) for row in rows]
        found.append((f" {labels.text('or')} ".join(words), expression(rest, kinds)))
    return found


def _words(
    unit: Unit,
    obj: Object,
    row: FilterRow,
    known: Mapping[str, Subject],
    labels: Labels,
    titles: Mapping[str, str],
) -> str:
    subject = known.get(row.path)
    if row.source is not None or row.operator is None:
        return row.source or ""
    label = subject.label if subject else row.path
    operator = labels.text(OPERATOR_WORDS[row.operator])
    if row.operator in WITHOUT_VALUE:
        return f"{label} {operator}"
    if row.operator is Operator.RELATIVE_DATE:
        name = next(text for name, text, _ in RELATIVE if name == row.values[0])
        return f"{label}: {labels.text(name)}"
    shown = [_shown(unit, subject, value, labels, titles) for value in row.values]
    if row.operator is Operator.BETWEEN:
        return f"{label} {shown[0]} – {shown[1]}"
    return f"{label} {operator} {', '.join(shown)}"


def _shown(
    unit: Unit, subject: Subject | None, value: str, labels: Labels, titles: Mapping[str, str]
) -> str:
    if subject is None:
        return value
    field = subject.field
    if field is not None and (option := field.option(value)):
        return labels.option(option)
    if subject.kind is Kind.REFERENCE:
        return titles.get(value, value)
    if subject.kind is Kind.BOOLEAN:
        return labels.text("Yes" if value == "true" else "No")
    if subject.kind is Kind.NUMBER and value.removeprefix("-").replace(".", "", 1).isdecimal():
        return f"{Decimal(value):,}"
    return value


def _titles(unit: Unit, obj: Object, whole: Filter) -> dict[str, str]:
    wanted: dict[str, set[str]] = {}
    for row in _rows(whole):
        target = _target(obj, row.path)
        if target and row.values:
            wanted.setdefault(target, set()).update(v for v in row.values if len(v) == 36)
    return titles_of(unit, wanted)


def _rows(whole: Filter) -> Iterable[FilterRow]:
    for part in whole.parts:
        yield from part.rows if isinstance(part, AnyOf) else (part,)


def _target(obj: Object, path: str) -> str | None:
    if path in PEOPLE:
        return "user"
    field = obj.by_name.get(path)
    if field is None:
        return None
    if field.type in ("user", "multi_user"):
        return "user"
    return field.targets[0] if len(field.targets) == 1 else None


# Builder ------------------------------------------------------------------------------------


def builder(unit: Unit, obj: Object, source: str | None, labels: Labels) -> Builder:
    """The rows of ``source``, or one empty row to begin with."""
    whole = parts_of(source)
    titles = _titles(unit, obj, whole)
    number = 0
    single: list[BuilderRow] = []
    groups: list[tuple[BuilderRow, ...]] = []
    for part in whole.parts:
        rows = part.rows if isinstance(part, AnyOf) else (part,)
        group = f"g{len(groups) + 1}" if isinstance(part, AnyOf) else ""
        made = []
        for row in rows:
            made.append(_builder_row(unit, obj, row, number, group, labels, titles))
            number += 1
        if group:
            groups.append(tuple(made))
        else:
            single += made
    if not single and not groups:
        single = [_builder_row(unit, obj, FilterRow(), 0, "", labels, titles)]
    url = f"/o/{obj.name}/filter"
    return Builder(tuple(single), tuple(groups), f"{url}-row", url)


def filter_row(unit: Unit, obj: Object, asked: MultiDict[str, str], labels: Labels) -> BuilderRow:
    """One row as it was just changed, with what its new subject or operator offers."""
    access.require(unit.actor, "read", obj)
    operator = _operator(asked.get("op"))
    values = tuple(v for v in asked.getlist("value") if v)
    number = asked.get("n", "0")
    row = FilterRow(asked.get("path", ""), operator, values)
    place = int(number) if number.isdecimal() and len(number) < 5 else 0
    return _builder_row(unit, obj, row, place, asked.get("group", "")[:8], labels, {})


def _operator(name: str | None) -> Operator | None:
    return next((o for o in Operator if o.value == name), None)


def _builder_row(
    unit: Unit,
    obj: Object,
    row: FilterRow,
    number: int,
    group: str,
    labels: Labels,
    titles: Mapping[str, str],
) -> BuilderRow:
    known = subjects(unit, obj, labels)
    subject = known.get(row.path) or next(iter(known.values()))
    operator = row.operator if row.operator in subject.operators else subject.operators[0]
    joiner = labels.text("or" if group else "and") if number else labels.text("Where")
    kind, choices, lookup = _input(subject, operator, obj, labels)
    if kind == "lookup":
        choices = tuple(Choice(v, titles.get(v, v), True) for v in row.values)
    chosen = set(row.values)
    return BuilderRow(
        number=number,
        group=group,
        joiner=joiner,
        subjects=tuple(Choice(s.path, s.label, s is subject) for s in known.values()),
        operators=tuple(
            Choice(o.value, labels.text(OPERATOR_WORDS[o]), o is operator)
            for o in subject.operators
        ),
        values=row.values,
        input="source" if row.source is not None else kind,
        choices=tuple(Choice(c.value, c.label, c.chosen or c.value in chosen) for c in choices),
        lookup_url=lookup,
        source=row.source,
    )


def _input(
    subject: Subject, operator: Operator, obj: Object, labels: Labels
) -> tuple[str, tuple[Choice, ...], str]:
    if operator in WITHOUT_VALUE:
        return "none", (), ""
    if operator is Operator.RELATIVE_DATE:
        return "choice", tuple(Choice(n, labels.text(label)) for n, label, _ in RELATIVE), ""
    if subject.field is not None and subject.field.type == "clock" and shows_state(subject.field):
        standings = tuple(Choice(name, labels.text(word)) for name, word in STANDINGS.items())
        return ("choices" if operator in SEVERAL else "choice"), standings, ""
    if subject.field is not None and subject.field.options:
        options = tuple(Choice(o.name, labels.option(o)) for o in subject.field.options)
        return ("choices" if operator in SEVERAL else "choice"), options, ""
    if subject.kind is Kind.BOOLEAN:
        return (
            "choice",
            (Choice("true", labels.text("Yes")), Choice("false", labels.text("No"))),
            "",
        )
    if subject.kind in (Kind.REFERENCE, Kind.LIST):
        return "lookup", (), f"/o/{obj.name}/lookup/{subject.path}"
    if operator is Operator.BETWEEN:
        return "two-date" if subject.kind in (Kind.DATE, Kind.MOMENT) else "two", (), ""
    plain = {Kind.NUMBER: "number", Kind.DATE: "date", Kind.MOMENT: "date"}
    return plain.get(subject.kind, "text"), (), ""


# What was posted ----------------------------------------------------------------------------


def question_from_rows(unit: Unit, name: str, posted: MultiDict[str, str], labels: Labels) -> str:
    """The address of the list with the filter that the posted rows say."""
    obj = unit.catalog.object(name)
    access.require(unit.actor, "read", obj)
    known = subjects(unit, obj, labels)
    kinds = {path: subject.kind for path, subject in known.items()}
    asked = {k.removeprefix("q."): v for k, v in posted.items() if k.startswith("q.") and v}
    source = expression(_filter_from(posted, known), kinds)
    asked.pop("cursor", None)
    asked.pop("trail", None)
    asked["filter"] = source
    return f"/o/{obj.name}?{urlencode({k: v for k, v in asked.items() if v})}"


def _filter_from(posted: MultiDict[str, str], known: Mapping[str, Subject]) -> Filter:
    numbers = sorted({int(k.split(".")[1]) for k in posted if _is_row(k)})
    single: list[Any] = []
    groups: dict[str, list[FilterRow]] = {}
    for number in numbers:
        row = _posted_row(posted, f"w.{number}.", known)
        group = posted.get(f"w.{number}.group", "")
        if group:
            groups.setdefault(group, []).append(row)
        else:
            single.append(row)
    return Filter((*single, *(AnyOf(tuple(rows)) for rows in groups.values())))


def _is_row(key: str) -> bool:
    parts = key.split(".")
    return parts[0] == "w" and len(parts) == 3 and parts[1].isdecimal() and len(parts[1]) < 5


def _posted_row(
    posted: MultiDict[str, str], prefix: str, known: Mapping[str, Subject]
) -> FilterRow:
    source = posted.get(f"{prefix}source")
    if source is not None:
        return FilterRow(source=source)
    path = posted.get(f"{prefix}path", "")
    operator = _operator(posted.get(f"{prefix}op"))
    values = tuple(v for v in posted.getlist(f"{prefix}value") if v.strip())
    if path not in known:
        return FilterRow()
    return FilterRow(path, operator, values)


def is_readable(source: str | None) -> bool:
    """Whether the builder can take the filter apart at all."""
    try:
        parts_of(source)
    except ExpressionProblem:
        return False
    return True
