"""Who may do what: the only place that decides. Object and field answers are values with a reason;
row answers are a condition that storage compiles, so that lists, single records and the
explanation of either never differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..errors import AccessDenied, UnknownName
from ..metadata.catalog import Catalog, nearest
from ..metadata.definitions import EMPTY, Field, Object
from ..metadata.rights import ObjectRight
from ..metadata.sharing import People, Pool, SharingRule
from . import principals
from .actors import Actor
from .row_conditions import (
    AnyOf,
    ByRule,
    Carried,
    Everyone,
    InBranch,
    InCase,
    InPool,
    Meets,
    Named,
    Nobody,
    Owned,
    OwnedBelow,
    OwnedBy,
    OwnerInBranch,
    RowCondition,
    Shared,
    ThroughParent,
    all_of,
    any_of,
)

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
    """Which records of ``obj`` the actor may read, edit or delete: one reason after the other."""
    rights = actor.rights.on(obj.name)
    if right not in rights:
        return Nobody()
    if obj.owner == "none":
        return Everyone("Records of this object are open to all who may use it.")
    if _everything(right) in rights:
        return Everyone()
    if not actor.outside and _is_default(right, obj):
        return Everyone("Every record of the object is open to the organisation.")
    if (obj.owner == "parent" or obj.access.rights == "parent") and obj.master is not None:
        return _through_parent(actor, right, obj, obj.master, catalog)
    if right == "delete":
        return OWN_OR_BELOW
    return any_of(
        (
            *OWN_OR_BELOW.conditions,
            *(_by_rule(actor, rule) for rule in obj.access.sharing if _grants(rule, right)),
            *_in_pool(actor, right, obj.access.pool, catalog),
            *_shared(actor, right, obj, catalog),
            *_in_case(right, obj, catalog),
        )
    )


def in_full(actor: Actor, obj: Object, catalog: Catalog) -> RowCondition:
    """The records the actor may hand over and share without bounds: those they own, those of
    people below them, all of them with the right to edit all."""
    rights = actor.rights.on(obj.name)
    if "edit" not in rights:
        return Nobody()
    if "edit_all" in rights or obj.owner == "none":
        return Everyone()
    if obj.access.default == "edit" and not actor.outside:
        return Everyone("Every record of the object is open to the organisation.")
    if (obj.owner == "parent" or obj.access.rights == "parent") and obj.master is not None:
        parent = catalog.object(obj.master.targets[0])
        return _above(obj.master, parent, in_full(actor, parent, catalog))
    return OWN_OR_BELOW


def _everything(right: ObjectRight) -> ObjectRight:
    return "view_all" if right == "read" else "edit_all"


def _is_default(right: ObjectRight, obj: Object) -> bool:
    return obj.access.default == "edit" or (right == "read" and obj.access.default == "read")


def _through_parent(
    actor: Actor, right: ObjectRight, obj: Object, master: Field, catalog: Catalog
) -> RowCondition:
    """Deleting a part is editing the whole, as far as rows are concerned."""
    parent = catalog.object(master.targets[0])
    on_parent: ObjectRight = "read" if right == "read" else "edit"
    return _above(master, parent, rows(actor, on_parent, parent, catalog))


def _above(master: Field, parent: Object, condition: RowCondition) -> RowCondition:
    if isinstance(condition, Everyone | Nobody):
        return condition
    return ThroughParent(master.name, parent.name, condition)


# Sharing ------------------------------------------------------------------------------------


def _grants(rule: SharingRule, right: ObjectRight) -> bool:
    return right == "read" or rule.grant == "edit"


def _by_rule(actor: Actor, rule: SharingRule) -> RowCondition:
    whom = any_of(tuple(_meant(actor, people) for people in rule.people))
    if isinstance(whom, Nobody):
        return whom
    owner = OwnedBy(rule.owner) if rule.owner else Everyone()
    values = Meets(rule.when) if rule.when else Everyone()
    return ByRule(rule, all_of((owner, values, whom)))


def _meant(actor: Actor, people: People) -> RowCondition:
    """Is the actor one of ``people``; where that hangs on the record, the question to it."""
    if people.field:
        return Named(people.field)
    if people.branch:
        return InBranch(people.branch)
    if people.colleagues:
        return OwnerInBranch(people.colleagues)
    return Everyone() if principals.is_among(people, actor.principals) else Nobody()


def _in_pool(
    actor: Actor, right: ObjectRight, pool: Pool | None, catalog: Catalog
) -> tuple[RowCondition, ...]:
    """Whoever may claim sees what there is to claim; nobody works on it before."""
    if pool is None or catalog.is_off(pool) or right != "read" or not sees_pool(actor, pool):
        return ()
    return (pooled(pool),)


def pooled(pool: Pool) -> RowCondition:
    """What lies in the pool."""
    return InPool(pool.id, Meets(pool.when) if pool.when else Everyone())


def sees_pool(actor: Actor, pool: Pool) -> bool:
    meant = (*pool.see, *pool.claim, *pool.manage)
    return any(principals.is_among(each, actor.principals) for each in meant)


def may_claim(actor: Actor, pool: Pool) -> bool:
    return any(principals.is_among(each, actor.principals) for each in pool.claim)


def manages_pool(actor: Actor, pool: Pool) -> bool:
    """May assign what lies in it, and what they see of people's records."""
    return any(principals.is_among(each, actor.principals) for each in pool.manage)


def _shared(
    actor: Actor, right: ObjectRight, obj: Object, catalog: Catalog
) -> tuple[RowCondition, ...]:
    levels = ("edit",) if right == "edit" else ("read", "edit")
    return tuple(_shares(Shared(actor.principals, levels), obj, catalog, frozenset()))


def _in_case(right: ObjectRight, obj: Object, catalog: Catalog) -> tuple[RowCondition, ...]:
    """Whoever is asked about a record may read it meanwhile."""
    if obj.name not in catalog.documents.get("approvals", EMPTY):
        return ()
    return (InCase(("edit",) if right == "edit" else ("read", "edit")),)


def _shares(
    shared: Shared, obj: Object, catalog: Catalog, seen: frozenset[str]
) -> Iterator[RowCondition]:
    """Shared itself, or going along with a record that is; no object twice on one way."""
    yield shared
    for reverse in catalog.carriers.get(obj.name, ()):
        if reverse.target not in seen | {obj.name}:
            parent = catalog.object(reverse.target)
            inner = tuple(_shares(shared, parent, catalog, seen | {obj.name}))
            yield Carried(reverse.field, parent.name, any_of(inner))


# Fields -------------------------------------------------------------------------------------


def is_sensitive(obj: Object, field: Field) -> bool:
    return field.sensitive or field.name in obj.access.sensitive


def may_read_field(actor: Actor, obj: Object, field: Field) -> bool:
    if actor.is_system or not is_sensitive(obj, field):
        return True
    return f"{obj.name}.{field.name}" in actor.rights.fields


def hidden_fields(actor: Actor, catalog: Catalog) -> frozenset[str]:
    """``object.field`` of everything the actor may not read: for them it is not there."""
    if actor.is_system:
        return frozenset()
    return frozenset(
        f"{obj.name}.{field.name}"
        for obj in catalog.objects.values()
        for field in obj.fields
        if not may_read_field(actor, obj, field)
    )


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
