"""The record that a comment, a file or a tag belongs to: its rights are theirs, asked each time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ..errors import AccessDenied, BadRequest, NotFound
from ..metadata.definitions import Object
from . import access
from .storage import records
from .storage.tables import ObjectTable
from .storage.unit_of_work import Unit

Kind = Literal["comments", "files", "tags"]
KEEPS_NONE: Mapping[Kind, str] = {
    "comments": "Records of {object} keep no comments.",
    "files": "Records of {object} keep no files.",
    "tags": "Records of {object} keep no tags.",
}


@dataclass(frozen=True, slots=True)
class Parent:
    """A record the actor may see."""

    object: Object
    id: str
    values: Mapping[str, Any]
    may_edit: bool


def visible(unit: Unit, object_name: str, id_: str, kind: Kind | None = None) -> Parent:
    """The record, if the actor may see it and it keeps such things.

    Raises AccessDenied, NotFound, BadRequest.
    """
    return several(unit, object_name, [id_], kind)[0]


def editable(unit: Unit, object_name: str, id_: str, kind: Kind | None = None) -> Parent:
    """The same, if the actor may change it too."""
    parent = visible(unit, object_name, id_, kind)
    require_editable([parent])
    return parent


def several(
    unit: Unit, object_name: str, ids: Sequence[str], kind: Kind | None = None
) -> list[Parent]:
    """The records in the order of ``ids``; all of them, or NotFound."""
    of = unit.model.table(unit.catalog.object(object_name).name)
    access.require(unit.actor, "read", of.object)
    if kind is not None and kind not in of.object.tracks:
        raise BadRequest(KEEPS_NONE[kind], object=of.object.label)
    stored = _load(unit, of, ids)
    if any(id_ not in stored for id_ in ids):
        raise NotFound()
    return [Parent(of.object, id_, stored[id_], bool(stored[id_]["__may_edit"])) for id_ in ids]


def _load(unit: Unit, of: ObjectTable, ids: Sequence[str]) -> Mapping[str, dict[str, Any]]:
    """A page asks for its record again and again: for its timeline, its files, its tags."""
    if unit.writes:
        return records.load(unit, of, ids)
    name = of.object.name
    missing = [id_ for id_ in ids if (name, id_) not in unit.snapshot]
    if missing:
        found = records.load(unit, of, missing)
        unit.snapshot.update({(name, id_): row for id_, row in found.items()})
    return {id_: unit.snapshot[name, id_] for id_ in ids if (name, id_) in unit.snapshot}


def require_editable(parents: Sequence[Parent]) -> None:
    if not all(parent.may_edit for parent in parents):
        raise AccessDenied("You may see this record, but not change it.")


def by_object_id(unit: Unit, object_id: str | None) -> Object:
    """The object with the permanent id ``object_id``. Raises NotFound when it is gone."""
    found = next((o for o in unit.catalog.objects.values() if o.id == object_id), None)
    if found is None or unit.catalog.is_off(found):
        raise NotFound()
    return found
