"""Rights as those see them who look after them: matrix, queues and branches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from ..errors import BadRequest
from ..metadata.definitions import Object
from ..metadata.rights import OBJECT_RIGHTS, SYSTEM_RIGHTS, PermissionSet
from ..runtime import access, sharing_choices, users
from ..runtime.actors import Rights
from ..runtime.forms import titles_of
from ..runtime.sharing import To
from ..runtime.storage import group_rows
from ..runtime.storage.unit_of_work import Unit
from ..runtime.storage.user_rows import rights as rights_of
from .filtering import Choice
from .labels import Labels
from .rights_words import label_of, right_words

RIGHT_WORDS: Mapping[str, str] = {
    "read": "Read",
    "create": "Create",
    "edit": "Edit",
    "delete": "Delete",
    "view_all": "See all",
    "edit_all": "Edit all",
}


@dataclass(frozen=True, slots=True)
class MatrixRow:
    label: str
    icon: str
    cells: tuple[bool, ...]
    fields: tuple[str, ...]
    """Sensitive fields that are open, with how."""


@dataclass(frozen=True, slots=True)
class MatrixModel:
    choices: tuple[Choice, ...]
    roles: tuple[Choice, ...]
    label: str
    source: str | None
    """The package a permission set comes from; None: this is a role, the sum of its sets."""
    name: str
    heads: tuple[str, ...]
    rows: tuple[MatrixRow, ...]
    everything: tuple[bool, ...] | None
    system: tuple[tuple[str, bool], ...]
    holders: tuple[tuple[str, str], ...]
    may_grant: bool


def matrix(unit: Unit, asked: Mapping[str, str], labels: Labels) -> MatrixModel:
    """Objects × rights of a permission set (``set``) or of a role (``role``)."""
    access.require_system(unit.actor, "manage_rights")
    catalog = unit.catalog
    sets, roles = catalog.permission_sets, catalog.roles
    role = roles.get(asked.get("role", ""))
    chosen = sets.get(asked.get("set", "")) or next(iter(sets.values()), None)
    if role is None and chosen is None:
        raise BadRequest("No package brings permission sets.")
    thing = role or cast(PermissionSet, chosen)
    told = rights_of(catalog, role.name, ()) if role else rights_of(catalog, None, [thing.name])
    holders = () if role else users_with(unit, thing.name)
    return MatrixModel(
        choices=tuple(
            Choice(s.name, label_of(unit, s, labels), not role and s is thing)
            for s in sets.values()
        ),
        roles=tuple(Choice(r.name, label_of(unit, r, labels), r is role) for r in roles.values()),
        label=label_of(unit, thing, labels),
        source=None if role else thing.id.partition(":")[0],
        name=thing.name,
        heads=tuple(labels.text(RIGHT_WORDS[r]) for r in OBJECT_RIGHTS),
        rows=tuple(_matrix_row(unit, told, obj, labels) for obj in catalog.objects.values()),
        everything=tuple(r in told.on("*") for r in OBJECT_RIGHTS) if told.on("*") else None,
        system=tuple(
            (right_words(unit, r, labels), r in told.system) for r in own_permissions(unit)
        ),
        holders=holders,
        may_grant=role is None,
    )


def own_permissions(unit: Unit) -> tuple[str, ...]:
    """The system rights and those that packages bring."""
    own = {r for s in unit.catalog.permission_sets.values() for r in s.system}
    own |= set(unit.catalog.permissions)
    return (*SYSTEM_RIGHTS, *sorted(own - set(SYSTEM_RIGHTS)))


def _matrix_row(unit: Unit, told: Rights, obj: Object, labels: Labels) -> MatrixRow:
    granted = told.on(obj.name)
    fields = [
        f"{labels.field(f)}: {labels.text(RIGHT_WORDS[told.fields[f'{obj.name}.{f.name}']])}"
        for f in obj.fields
        if f"{obj.name}.{f.name}" in told.fields
    ]
    return MatrixRow(
        labels.plural(obj), obj.icon, tuple(r in granted for r in OBJECT_RIGHTS), tuple(fields)
    )


def users_with(unit: Unit, name: str) -> tuple[tuple[str, str], ...]:
    """(id, name) of the people who have a permission set themselves, beside their role's."""
    found, after = [], None
    while True:
        page = users.find(unit, active=True, limit=200, after=after)
        found += [(u.id, u.name) for u in page.users if name in u.permission_sets]
        after = page.next
        if after is None:
            return tuple(found)


def grant(unit: Unit, name: str, people: Sequence[str]) -> int:
    """Gives a permission set to many people at once; returns how many did not have it."""
    access.require_system(unit.actor, "manage_rights")
    if name not in unit.catalog.permission_sets:
        raise BadRequest("There is no permission set {name}.", name=name)
    given = 0
    for id_ in dict.fromkeys(people):
        user = users.get(unit, id_)
        if name not in user.permission_sets:
            users.update(unit, id_, {"permission_sets": [*user.permission_sets, name]})
            given += 1
    return given


def take(unit: Unit, name: str, person: str) -> None:
    """Takes a permission set from somebody."""
    access.require_system(unit.actor, "manage_rights")
    user = users.get(unit, person)
    left = [each for each in user.permission_sets if each != name]
    users.update(unit, person, {"permission_sets": left})


# Queues and branches ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class QueueModel:
    name: str
    live: bool
    definition: str | None
    """What its definition is called; None: it is gone."""
    objects: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BranchModel:
    tree: str
    to: str
    name: str
    people: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class GroupsModel:
    queues: tuple[QueueModel, ...]
    branches: tuple[BranchModel, ...]
    trees: tuple[Choice, ...]


def groups(unit: Unit, labels: Labels, tree: str | None = None) -> GroupsModel:
    """Queues with their members, branches with their people."""
    access.require_system(unit.actor, "manage_rights")
    catalog = unit.catalog
    found = group_rows.queues(unit)
    belong = group_rows.all_memberships(unit)
    ids = {m for q in found for m in q.members} | {each.person for each in belong}
    names = titles_of(unit, {"user": ids})
    definitions = {q.id: q for q in catalog.queues.values()}
    places: dict[str, list[str]] = {}
    for each in belong:
        places.setdefault(each.branch, []).append(each.person)
    called = sharing_choices.names(unit, {To("branch", b) for b in places})
    trees = {each.branch: each.object for each in belong}
    return GroupsModel(
        queues=tuple(
            QueueModel(
                q.name,
                q.live,
                definitions[q.definition].name if q.live else None,
                ", ".join(
                    labels.plural(catalog.object(o))
                    for o in (definitions[q.definition].objects if q.live else ())
                    if o in catalog.objects
                ),
                tuple(names.get(m, "?") for m in q.members),
            )
            for q in found
        ),
        branches=tuple(
            BranchModel(
                labels.object(catalog.object(trees[b])) if trees[b] in catalog.objects else "",
                b,
                called.get(To("branch", b)) or "?",
                tuple((p, names.get(p, "?")) for p in people),
            )
            for b, people in places.items()
        ),
        trees=tuple(
            Choice(name, labels.plural(catalog.object(name)), name == tree)
            for name in catalog.trees
        ),
    )
