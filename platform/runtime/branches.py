"""Branches: departments, stores, regions. Records that form a tree, and people who belong there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..errors import FieldProblem, RecordInvalid
from . import access, audit
from .changes import Change
from .storage import groups, lookups, people
from .storage.tables import ObjectTable
from .storage.unit_of_work import Unit


def follow(unit: Unit, of: ObjectTable, changes: Sequence[Change]) -> None:
    """Keeps up with what was saved, where it moved a branch."""
    link = unit.catalog.trees.get(of.object.name)
    if link and any(each.is_new or link in each.changed() for each in changes):
        rebuild(unit, of.object.name)


def rebuild(unit: Unit, object_name: str) -> None:
    """Notes anew what lies below what; from the next request on everybody sees accordingly."""
    if object_name in unit.catalog.trees:
        groups.rebuild_branches(unit, object_name)
        people.touch_rights(unit.connection)


def of_person(unit: Unit, person: str) -> Mapping[str, str]:
    """The branches somebody belongs to: id → object."""
    return groups.memberships(unit, person)


def set_of_person(unit: Unit, person: str, chosen: Mapping[str, str]) -> None:
    """Says where somebody belongs: branch id → object. Needs ``manage_rights``.

    Raises AccessDenied, RecordInvalid.
    """
    access.require_system(unit.actor, "manage_rights")
    for object_name in sorted(set(chosen.values())):
        ids = {id_ for id_, of in chosen.items() if of == object_name}
        if object_name not in unit.catalog.trees:
            message = "Records of {object} form no tree."
            raise RecordInvalid(
                [FieldProblem("branches", "unknown", message, {"object": object_name})]
            )
        around = unit.surroundings
        if lookups.choosable(unit, object_name, None, None, ids, around) != ids:
            raise RecordInvalid([FieldProblem("branches", "missing", "This branch is gone.")])
    groups.set_memberships(unit, person, chosen)
    people.touch_rights(unit.connection)
    audit.record(unit, "rights_changed", {"user": person, "branches": sorted(chosen)})
