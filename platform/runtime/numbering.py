"""Automatic numbers: ``{year}{month}-{seq:5}``, drawn last, in the saving transaction."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from ..metadata.definitions import Field
from ..metadata.rights import NumberPattern
from .changes import Change
from .storage.numbers import advance
from .storage.tables import ObjectTable
from .storage.unit_of_work import Unit

PLACE = re.compile(r"\{([a-z][a-z0-9_]*)(?::(\d+))?\}")
DATES = {"year": "%Y", "yy": "%y", "month": "%m", "day": "%d"}


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
    zone = unit.settings.zone_info
    scopes: dict[str, list[Change]] = {}
    for change in fresh:
        scopes.setdefault(_scope(pattern, zone, change), []).append(change)
    for scope, members in scopes.items():
        first = advance(unit, pattern.id, scope, len(members))
        for place, change in enumerate(members):
            change.values[field.name] = _text(pattern, zone, first + place, change)


def _scope(pattern: NumberPattern, zone: ZoneInfo, change: Change) -> str:
    """Numbers count within a scope: the period, and the values of the ``by`` fields."""
    formats = {"never": "", "year": "%Y", "month": "%Y-%m", "day": "%Y-%m-%d"}
    parts = [_made(change, zone).strftime(formats[pattern.restart])]
    return "|".join(parts + [str(change.values.get(name) or "") for name in pattern.by])


def _made(change: Change, zone: ZoneInfo) -> datetime:
    made: datetime = change.values["created_at"]
    return made.astimezone(zone)


def _text(pattern: NumberPattern, zone: ZoneInfo, value: int, change: Change) -> str:
    def place(match: re.Match[str]) -> str:
        name, width = match.group(1), int(match.group(2) or 0)
        if name == "seq":
            return str(value).zfill(width)
        if name in pattern.by:
            return str(change.values.get(name) or "")
        return _made(change, zone).strftime(DATES[name])

    return PLACE.sub(place, pattern.pattern)
