"""The form of one role: what it is called, where it hangs, which permission sets it has."""

from __future__ import annotations

from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from ..errors import Conflict, NotFound, TypecaseError
from ..metadata.rights_edits import item, with_item, without_item
from ..runtime import access, customizing
from ..runtime.naming import name_of
from ..runtime.storage.unit_of_work import Unit
from .filtering import Choice
from .labels import Labels
from .rights_edit import Edit, label_in, said_of
from .rights_preview import EffectModel
from .rights_words import label_of

NEW = "_new"
"""In the address, for one that is being made: no name begins like this."""


@dataclass(frozen=True, slots=True)
class RoleModel:
    """``source``: the package that brings it; None: it was made here, or is being made."""

    name: str
    label: str
    heading: str
    source: str | None
    is_new: bool
    base: int
    above: tuple[Choice, ...]
    sets: tuple[Choice, ...]
    outside: bool
    problems: tuple[str, ...]
    told: EffectModel | None = None


def role(
    unit: Unit,
    name: str,
    labels: Labels,
    form: MultiDict[str, str] | None = None,
    error: TypecaseError | None = None,
    told: EffectModel | None = None,
) -> RoleModel:
    """Raises AccessDenied, NotFound."""
    access.require_system(unit.actor, "manage_rights")
    roles = unit.catalog.roles
    known = roles.get(name)
    if known is None and name != NEW:
        raise NotFound()
    label = label_of(unit, known, labels) if known else ""
    above, sets = known.above if known else None, known.permissions if known else ()
    outside = known.outside if known else False
    if form is not None:
        label, above = form.get("label", ""), form.get("above") or None
        sets, outside = tuple(form.getlist("set")), bool(form.get("outside"))
    below = unit.catalog.roles_below(name) if known else frozenset()
    return RoleModel(
        name=name,
        label=label,
        heading=label_of(unit, known, labels) if known else labels.text("New role"),
        source=None if known is None or customizing.is_own(known.id) else known.id.split(":")[0],
        is_new=known is None,
        base=unit.opening.catalog,
        above=tuple(
            Choice(r.name, label_of(unit, r, labels), r.name == above)
            for r in roles.values()
            if r.name != name and (r.name not in below or r.name == above)
        ),
        sets=tuple(
            Choice(s.name, label_of(unit, s, labels), s.name in sets)
            for s in unit.catalog.permission_sets.values()
        ),
        outside=outside,
        problems=said_of(error, labels),
        told=told,
    )


def saved(unit: Unit, name: str, form: MultiDict[str, str], labels: Labels) -> Edit:
    """The role as the form says. Raises AccessDenied, NotFound, RecordInvalid."""
    access.require_system(unit.actor, "manage_rights")
    found = customizing.definitions(unit)
    label, content = label_in(form), found.content("roles")
    known = unit.catalog.roles.get(name)
    if known is None and name != NEW:
        raise NotFound()
    before = item(content, "roles", name) or {}
    shown = label_of(unit, known, labels) if known else None
    said = {
        "name": name if known else name_of(label, unit.catalog.roles),
        "label": before.get("label") if label == shown else label,
        "above": form.get("above") or None,
        "permissions": form.getlist("set") or None,
        "outside": True if form.get("outside") else None,
    }
    reason = labels.text("Role “{label}” changed" if known else "Role “{label}” made", label=label)
    return Edit(found, {("roles", ""): with_item(content, "roles", said)}, reason)


def removed(unit: Unit, name: str, labels: Labels) -> Edit:
    """Without the role. Raises AccessDenied, NotFound, Conflict while others stand below it."""
    access.require_system(unit.actor, "manage_rights")
    known = unit.catalog.roles.get(name)
    if known is None:
        raise NotFound()
    below = [r for r in unit.catalog.roles.values() if r.above == name]
    if below:
        raise Conflict(
            "These roles stand below it: {roles}. Hang them elsewhere first.",
            roles=", ".join(label_of(unit, each, labels) for each in below),
        )
    found = customizing.definitions(unit)
    content = without_item(found.content("roles"), "roles", name)
    label = label_of(unit, known, labels)
    reason = labels.text("Role “{label}” removed", label=label)
    return Edit(found, {("roles", ""): content}, reason)
