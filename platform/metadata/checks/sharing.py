"""Access documents: who is meant, and whether a rule can be decided from the record alone."""

from __future__ import annotations

from collections.abc import Iterable

from ..definitions import Field, Object
from ..field_types import type_of
from ..field_types.base import StorageKind
from ..layers import Layered, Path
from ..sharing import People, Pool
from .checking import Checking

CHOICES = ("role", "queue", "permission_set", "user", "everyone", "field", "branch", "colleagues")


def check_sharing(checking: Checking) -> None:
    for of in checking.catalog.objects.values():
        document = checking.stack.get("access", of.name)
        if document is None:
            continue
        for rule in of.access.sharing:
            path: Path = ("sharing", rule.name)
            if of.owner == "none":
                message = "Whoever may read {object} sees all of it: there is nothing to share."
                checking.at(document, path, message, object=of.name)
            _check_people(checking, document, of, (*path, "with"), rule.people)
            if rule.owner is not None:
                _check_choice(checking, document, (*path, "owner"), rule.owner)
                if of.owner != "user":
                    message = "Records of {object} have no owner of their own."
                    checking.at(document, (*path, "owner"), message, object=of.name)
        if of.access.pool is not None:
            _check_pool(checking, document, of, of.access.pool)


def _check_pool(checking: Checking, document: Layered, of: Object, pool: Pool) -> None:
    if of.owner != "user":
        message = "A pool needs records with an owner; those of {object} have none."
        checking.at(document, ("pool",), message, object=of.name)
    for key in ("see", "claim", "manage"):
        _check_people(checking, document, of, ("pool", key), getattr(pool, key))
    for rule in pool.recycle:
        path: Path = ("pool", "recycle", rule.name)
        field = of.by_name.get(rule.since) if rule.since else None
        if field is not None and not is_stored_time(field):
            message = "{name} is no date that is kept; days cannot be counted from it."
            checking.at(document, (*path, "since"), message, name=field.name)
        if rule.warn_days >= rule.after_days:
            message = "A warning comes after the day on which the record is got."
            checking.at(document, (*path, "warn_days"), message)


def is_stored_time(field: Field) -> bool:
    """Rollups of dates are kept as well."""
    kind = type_of(field).storage(field).kind
    return kind in (StorageKind.DATE, StorageKind.MOMENT)


def _check_people(
    checking: Checking, document: Layered, of: Object, path: Path, several: Iterable[People]
) -> None:
    for place, people in enumerate(several):
        at = (*path, place)
        _check_choice(checking, document, at, people)
        _check_field(checking, document, of, at, people)
        _check_trees(checking, document, of, at, people)


def _check_choice(checking: Checking, document: Layered, path: Path, people: People) -> None:
    if sum(bool(getattr(people, each)) for each in CHOICES) != 1:
        checking.at(document, path, "Say who is meant by exactly one key.")
    elif people.below and not people.role:
        checking.at(document, path, "“below” goes with a role.")


def _check_field(
    checking: Checking, document: Layered, of: Object, path: Path, people: People
) -> None:
    field = of.by_name.get(people.field) if people.field else None
    if field is not None and field.type not in ("user", "multi_user"):
        message = "{name} is a {type}; it names no people."
        checking.at(document, (*path, "field"), message, name=field.name, type=field.type)


def _check_trees(
    checking: Checking, document: Layered, of: Object, path: Path, people: People
) -> None:
    trees = checking.catalog.trees
    field = of.by_name.get(people.branch) if people.branch else None
    if field is not None and (len(field.targets) != 1 or field.targets[0] not in trees):
        message = "{name} does not point to records that form a tree."
        checking.at(document, (*path, "branch"), message, name=field.name)
    if people.colleagues in checking.catalog.objects and people.colleagues not in trees:
        message = "Records of {object} form no tree: one of its lookups must say “tree”."
        checking.at(document, (*path, "colleagues"), message, object=people.colleagues)
