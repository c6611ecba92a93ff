"""Who may do what: the only place that decides. Object and field answers are values with a reason;
row answers are a condition that storage compiles, so that lists and single records never differ.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import AccessDenied, UnknownName
from ..metadata.catalog import Catalog, nearest
from ..metadata.definitions import Field, Object
from ..metadata.rights import ObjectRight
from .actors import Actor

# Row conditions -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Everyone:
    """No limit."""


@dataclass(frozen=True, slots=True)
class Nobody:
    """No row at all."""


@dataclass(frozen=True, slots=True)
class Owned:
    """Rows the actor owns."""


@dataclass(frozen=True, slots=True)
class OwnedBelow:
    """Rows owned by people below the actor in the role hierarchy."""


@dataclass(frozen=True, slots=True)
class ThroughParent:
    """Rows whose master record (by ``field``) meets ``condition`` on ``object``."""

    field: str
    object: str
    condition: RowCondition


@dataclass(frozen=True, slots=True)
class AnyOf:
    conditions: tuple[RowCondition, ...]


RowCondition = Everyone | Nobody | Owned | OwnedBelow | ThroughParent | AnyOf

OWN_OR_BELOW = AnyOf((Owned(), OwnedBelow()))


# Decisions ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Decision:
    allowed: bool
    reason: str
    """An English template for ``typecase.texts``."""


def may(actor: Actor, right: ObjectRight, obj: Object) -> Decision:
    """May the actor do this to any record of ``obj`` at all?"""
    if right in actor.rights.on(obj.name):
        return Decision(True, "A permission set grants it.")
    return Decision(False, "No permission set grants it.")


def require(actor: Actor, right: ObjectRight, obj: Object) -> None:
    """Raises AccessDenied unless the actor has ``right`` on ``obj``."""
    if right not in actor.rights.on(obj.name):
        raise AccessDenied(
            "You may not {right} records of {object}.", right=right, object=obj.label
        )


def require_system(actor: Actor, right: str) -> None:
    """Raises AccessDenied unless a permission set gives the system right ``right``."""
    if right not in actor.rights.system:
        raise AccessDenied("You need the right “{right}” for this.", right=right)


def rows(actor: Actor, right: ObjectRight, obj: Object, catalog: Catalog) -> RowCondition:
    """Which records of ``obj`` the actor may read, edit or delete."""
    rights = actor.rights.on(obj.name)
    if right not in rights:
        return Nobody()
    if obj.owner == "none" or _everything(right) in rights:
        return Everyone()
    if obj.access.default == "edit" or (right == "read" and obj.access.default == "read"):
        return Everyone()
    if (obj.owner == "parent" or obj.access.rights == "parent") and obj.master is not None:
        return _through_parent(actor, right, obj, obj.master, catalog)
    return OWN_OR_BELOW


def _everything(right: ObjectRight) -> ObjectRight:
    return "view_all" if right == "read" else "edit_all"


def _through_parent(
    actor: Actor, right: ObjectRight, obj: Object, master: Field, catalog: Catalog
) -> RowCondition:
    """Deleting a part is editing the whole, as far as rows are concerned."""
    parent = catalog.object(master.targets[0])
    on_parent: ObjectRight = "read" if right == "read" else "edit"
    condition = rows(actor, on_parent, parent, catalog)
    if isinstance(condition, Everyone | Nobody):
        return condition
    return ThroughParent(master.name, parent.name, condition)


# Fields -------------------------------------------------------------------------------------


def is_sensitive(obj: Object, field: Field) -> bool:
    return field.sensitive or field.name in obj.access.sensitive


def may_read_field(actor: Actor, obj: Object, field: Field) -> bool:
    if actor.is_system or not is_sensitive(obj, field):
        return True
    return f"{obj.name}.{field.name}" in actor.rights.fields


def may_write_field(actor: Actor, obj: Object, field: Field) -> bool:
    if actor.is_system or not is_sensitive(obj, field):
        return True
    return actor.rights.fields.get(f"{obj.name}.{field.name}") == "edit"


def readable(actor: Actor, obj: Object) -> tuple[Field, ...]:
    """The fields of ``obj`` the actor may see, in their order."""
    return tuple(f for f in obj.fields if may_read_field(actor, obj, f))


def unknown_field(obj: Object, name: str) -> UnknownName:
    """The one answer for a field that is not there and for one the actor may not see."""
    open_names = [f.name for f in obj.fields if not is_sensitive(obj, f)]
    return UnknownName(
        "There is no field {name} on {object}.{hint}",
        name=name,
        object=obj.name,
        hint=nearest(name, open_names),
    )
