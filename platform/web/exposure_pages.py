"""What every role and everybody from outside can reach, as values for its page and as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import Response

from ..metadata.rights import OBJECT_RIGHTS
from ..runtime import access, audit, reach
from ..runtime.reach import Reach
from ..runtime.storage.people import actor_of
from ..runtime.storage.unit_of_work import Unit
from .exporting import quoted
from .filtering import Choice
from .labels import Labels
from .rights_pages import RIGHT_WORDS
from .rights_words import label_of, right_words


@dataclass(frozen=True, slots=True)
class ExposureRow:
    label: str
    icon: str
    rights: tuple[str, ...]
    read: int | None
    edit: int | None
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExposureModel:
    roles: tuple[Choice, ...]
    outside: tuple[Choice, ...]
    name: str
    is_outside: bool
    rows: tuple[ExposureRow, ...]
    system: tuple[tuple[str, str], ...]
    """Each system right, and what it is called."""
    nobody: bool


def exposure(unit: Unit, asked: Mapping[str, str], labels: Labels) -> ExposureModel:
    """What a role (``role``), or somebody from outside (``person``), can reach."""
    catalog = unit.catalog
    outside = reach.outside_people(unit)
    person = next((u for u in outside if u.id == asked.get("person")), None)
    roles = tuple(catalog.roles.values())
    role = catalog.roles.get(asked.get("role", "")) or (roles[0] if roles else None)
    found: Reach | None = None
    if person is not None:
        found = reach.of_actor(unit, actor_of(unit, person.id))
    elif role is not None:
        found = reach.of_role(unit, role.name)
    return ExposureModel(
        roles=tuple(
            Choice(r.name, label_of(unit, r, labels), person is None and r is role) for r in roles
        ),
        outside=tuple(Choice(u.id, u.name, u is person) for u in outside),
        name=person.name if person else label_of(unit, role, labels) if role else "",
        is_outside=person is not None or (role is not None and role.outside),
        rows=tuple(_exposed(unit, found, labels)) if found else (),
        system=tuple((r, right_words(unit, r, labels)) for r in sorted(found.system))
        if found
        else (),
        nobody=found is None,
    )


def _exposed(unit: Unit, found: Reach, labels: Labels) -> Iterator[ExposureRow]:
    for each in found.objects:
        obj = unit.catalog.object(each.object)
        yield ExposureRow(
            label=labels.plural(obj),
            icon=obj.icon,
            rights=tuple(labels.text(RIGHT_WORDS[r]) for r in OBJECT_RIGHTS if r in each.rights),
            read=each.read,
            edit=each.edit,
            fields=tuple(
                labels.field(f) for f in obj.fields if f"{obj.name}.{f.name}" in found.fields
            ),
        )


def exposure_csv(unit: Unit, labels: Labels) -> Response:
    """Every role and everybody from outside, object by object, as a file."""
    access.require_system(unit.actor, "manage_rights")
    held = io.StringIO()
    writer = csv.writer(held)
    heads = ("Role", "Person", "Object", "Rights", "May see", "May edit", "Sensitive fields",
             "System rights")  # fmt: skip
    writer.writerow([labels.text(head) for head in heads])
    for role, person, found in _everybody(unit, labels):
        for row in _exposed(unit, found, labels):
            system = ", ".join(right_words(unit, r, labels) for r in sorted(found.system))
            cells = (role, person, row.label, ", ".join(row.rights), row.read, row.edit,
                     ", ".join(row.fields), system)  # fmt: skip
            writer.writerow(["" if c is None else quoted(c) if c and isinstance(c, str) else c
                             for c in cells])  # fmt: skip
    audit.record(unit, "exported", {"object": "exposure", "as": "csv"})
    told = {"Content-Disposition": 'attachment; filename="exposure.csv"'}
    data = ("\ufeff" + held.getvalue()).encode("utf-8")
    return Response(data, headers=told, content_type="text/csv; charset=utf-8")


def _everybody(unit: Unit, labels: Labels) -> Iterator[tuple[str, str, Reach]]:
    for role in unit.catalog.roles.values():
        found = reach.of_role(unit, role.name)
        if found is not None:
            yield label_of(unit, role, labels), "", found
    for user in reach.outside_people(unit):
        label = label_of(unit, unit.catalog.roles[user.role or ""], labels)
        yield label, user.name, reach.of_actor(unit, actor_of(unit, user.id))
