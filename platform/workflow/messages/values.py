"""What a template is filled with: plain values, cut to what the one it is read for may see.

One statement for all records, one for each relation a template goes through.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import nh3

from ...errors import AccessDenied
from ...metadata.definitions import Field
from ...metadata.field_types import type_of
from ...metadata.field_types.base import Format
from ...metadata.templates.definitions import Template
from ...metadata.templates.filters import RAW
from ...metadata.templates.places import MOMENTS, PEOPLE, Place, place_of
from ...runtime import access, reading
from ...runtime.queries import Query
from ...runtime.storage.unit_of_work import Unit

MOST_ROWS = 200
"""Rows of one relation of one record that a template goes through."""
Row = Mapping[str, Any]
Filled = dict[str, Any]


def records(unit: Unit, template: Template, ids: Sequence[str], language: str) -> dict[str, Filled]:
    """Record id → what ``{{ record… }}`` reads of it, for the actor of ``unit``.

    Who may not see a record finds it missing; a field they may not read is empty.
    """
    if template.object is None or not ids:
        return {}
    showing = _Showing(unit, language)
    found = showing.rows(template.object, tuple(template.uses.fields), among=ids)
    filled = {row["id"]: showing.filled(template.object, tuple(template.uses.fields), row)
              for row in found}  # fmt: skip
    for relation, paths in template.uses.rows.items():
        reverse = unit.catalog.reverses[template.object][relation]
        several = showing.below(reverse.object, reverse.field, tuple(paths), tuple(filled))
        for id_, values in filled.items():
            values[RAW][f"{relation}[]"] = several.get(id_, [])
    return filled


@dataclass(frozen=True)
class _Showing:
    unit: Unit
    language: str

    @property
    def how(self) -> Format:
        return Format(self.language, self.unit.settings.zone_info, self.unit.settings.currency)

    def rows(self, object_name: str, paths: Sequence[tuple[str, ...]], among: Sequence[str],
             ) -> tuple[Row, ...]:  # fmt: skip
        query = Query(object_name, self._needs(object_name, paths), among=tuple(among), limit=500)
        try:
            return tuple(row.values for row in reading.find(self.unit, query).rows)
        except AccessDenied:
            return ()

    def below(
        self,
        object_name: str,
        lookup: str,
        paths: Sequence[tuple[str, ...]],
        parents: Sequence[str],
    ) -> dict[str, list[Filled]]:
        """Parent → its rows."""
        found: dict[str, list[Filled]] = {}
        named = ", ".join(f"'{each}'" for each in parents)
        needs = (lookup, *self._needs(object_name, paths))
        cursor = None
        while parents:
            query = Query(object_name, needs, (f"{lookup} in [{named}]",), limit=500, cursor=cursor)
            try:
                page = reading.find(self.unit, query)
            except AccessDenied:
                break
            for row in page.rows:
                several = found.setdefault(row[lookup], [])
                if len(several) < MOST_ROWS:
                    several.append(self.filled(object_name, paths, row.values))
            cursor = page.next
            if cursor is None:
                break
        return found

    def filled(self, object_name: str, paths: Sequence[tuple[str, ...]], row: Row) -> Filled:
        """The texts people read, and beside them what conditions compare."""
        shown: Filled = {}
        raw: Filled = {}
        for path in paths:
            name = ".".join(path)
            place = place_of(self.unit.catalog, object_name, path)
            if self._may_read(place):
                shown[name], raw[name] = self._text(place, row), _raw(row.get(name))
            else:
                shown[name], raw[name] = "", None
        return {**shown, RAW: raw}

    # Places ---------------------------------------------------------------------------------

    def _needs(self, object_name: str, paths: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
        needs: dict[str, None] = {"id": None}
        for path in paths:
            place = place_of(self.unit.catalog, object_name, path)
            if self._may_read(place):
                needs |= dict.fromkeys(_needed(place))
        return tuple(needs)

    def _may_read(self, place: Place) -> bool:
        actor, catalog = self.unit.actor, self.unit.catalog
        steps = [*place.through, *([(place.object, place.field)] if place.field else [])]
        return all(
            access.may_read_field(actor, of, field)
            and not catalog.is_off(field)
            and "read" in actor.rights.on(of.name)
            for of, field in steps
        )

    def _text(self, place: Place, row: Row) -> str:
        name = ".".join(place.path)
        if place.field is None:
            last = place.path[-1]
            if last in PEOPLE:
                return str(row[f"{name}.*"] or "")
            if last in MOMENTS:
                moment = Field(last, last, "datetime", last)
                return type_of(moment).format(moment, row[name], self.how)
            return str(row[name] or "")
        field = place.field
        if field.targets or field.type == "user":
            return str(row[f"{name}.*"] or "")
        value = row[name]
        if value is None:
            return ""
        if field.options:
            return self._labels(field, value)
        if field.type == "rich_text":
            return str(nh3.clean(value, tags=set())).strip()
        prefix = name.removesuffix(field.name)
        beside = {part: row.get(prefix + part) for part in type_of(field).parts(field)}
        return type_of(field).format(field, value, self.how, {field.name: value, **beside})

    def _labels(self, field: Field, value: Any) -> str:
        label: Callable[..., str] = self.unit.catalog.label
        names = {o.name: label(o.id, o.label, self.language) for o in field.options}
        chosen = value if isinstance(value, (list, tuple)) else [value]
        return ", ".join(names.get(each, str(each)) for each in chosen)


def _needed(place: Place) -> tuple[str, ...]:
    name = ".".join(place.path)
    if place.field is None:
        return (f"{name}.*",) if place.path[-1] in PEOPLE else (name,)
    field = place.field
    if field.targets or field.type == "user":
        return (name, f"{name}.*")
    prefix = name.removesuffix(field.name)
    return (name, *(prefix + part for part in type_of(field).parts(field)))


def _raw(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
