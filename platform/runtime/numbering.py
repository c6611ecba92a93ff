"""Automatic numbers: ``{year}{month}-{seq:5}``, drawn last, in the saving transaction."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from ..metadata.definitions import Field
from ..metadata.rights import NumberPattern
from .changes import Change
from .storage.numbers import advance
from .storage.tables import ObjectTable
from .storage.unit_of_work import Unit

PLACE = re.compile(r"\{(year|yy|month|day|seq|field:[a-z_]+)(?::(\d+))?\}")


def draw(unit: Unit, of: ObjectTable, changes: Sequence[Change]) -> None:
    """Gives each new record its numbers; one statement per pattern and scope."""
    for field in of.object.fields:
        if field.type == "autonumber":
            fresh = [c for c in changes if c.is_new and not c.values.get(field.name)]
            _draw_field(unit, field, fresh)


def _draw_field(unit: Unit, field: Field, fresh: Sequence[Change]) -> None:
    pattern = unit.catalog.numbering.get(str(field.settings.get("numbering")))
    if pattern is None:
        pattern = NumberPattern(field.id, field.id, str(field.settings.get("pattern", "{seq:5}")))
    today = unit.now.astimezone(unit.settings.zone_info)
    scopes: dict[str, list[Change]] = {}
    for change in fresh:
        scopes.setdefault(_scope(pattern, today, change), []).append(change)
    for scope, members in scopes.items():
        first = advance(unit, pattern.id, scope, len(members))
        for place, change in enumerate(members):
            change.values[field.name] = _text(pattern, today, first + place, change)


def _scope(pattern: NumberPattern, today: datetime, change: Change) -> str:
    """Numbers count within a scope: the period, and the values of the ``by`` fields."""
    formats = {"never": "", "year": "%Y", "month": "%Y-%m", "day": "%Y-%m-%d"}
    parts = [today.strftime(formats[pattern.restart])]
    return "|".join(parts + [str(change.values.get(name) or "") for name in pattern.by])


def _text(pattern: NumberPattern, today: datetime, value: int, change: Change) -> str:
    def place(match: re.Match[str]) -> str:
        name, width = match.group(1), int(match.group(2) or 0)
        if name == "seq":
            return str(value).zfill(width)
        if name.startswith("field:"):
            return str(change.values.get(name.removeprefix("field:")) or "")
        return today.strftime({"year": "%Y", "yy": "%y", "month": "%m", "day": "%d"}[name])

    return PLACE.sub(place, pattern.pattern)
