"""Rights as those see them who look after them: matrix, sharing rules, queues and branches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from ..errors import BadRequest
from ..metadata.definitions import Object
from ..metadata.expressions import ExpressionProblem
from ..metadata.rights import OBJECT_RIGHTS, SYSTEM_RIGHTS, PermissionSet, Role
from ..metadata.sharing import Grant, People, SharingRule
from ..runtime import access, reach, reading, sharing_choices, users
from ..runtime.actors import Rights
from ..runtime.forms import titles_of
from ..runtime.queries import Query
from ..runtime.reach import Preview
from ..runtime.sharing import To
from ..runtime.storage import group_rows
from ..runtime.storage.unit_of_work import Unit
from ..runtime.storage.user_rows import rights as rights_of
from .filtering import Choice
from .labels import Labels

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
        system=tuple((r.replace("_", " "), r in told.system) for r in _system(unit)),
        holders=holders,
        may_grant=role is None,
    )


def _system(unit: Unit) -> tuple[str, ...]:
    own = {r for s in unit.catalog.permission_sets.values() for r in s.system}
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


def label_of(unit: Unit, thing: Role | PermissionSet | SharingRule, labels: Labels) -> str:
    return unit.catalog.label(thing.id, thing.label, labels.locale)


# Sharing rules ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RuleRow:
    object: str
    object_label: str
    icon: str
    name: str
    label: str
    whom: str
    when: str
    grant: str
    source: str


@dataclass(frozen=True, slots=True)
class PreviewModel:
    label: str
    plural: str
    people: int
    asked: int
    gains: tuple[tuple[str, str, int], ...]
    examples: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RulesModel:
    rules: tuple[RuleRow, ...]
    objects: tuple[Choice, ...]
    roles: tuple[Choice, ...]
    asked: Mapping[str, str]
    preview: PreviewModel | None = None
    problem: str | None = None


def rules(unit: Unit, asked: Mapping[str, str], labels: Labels) -> RulesModel:
    """All sharing rules; what one of them, or a draft that the form says, would add."""
    access.require_system(unit.actor, "manage_rights")
    catalog = unit.catalog
    known = [(obj, rule) for obj in catalog.objects.values() for rule in obj.access.sharing]
    preview = problem = None
    if asked.get("object"):
        try:
            preview = _preview(unit, asked, labels)
        except ExpressionProblem as error:
            problem = error.text(labels.locale)
        except BadRequest as error:
            problem = error.text(labels.locale)
    return RulesModel(
        rules=tuple(_rule_row(unit, obj, rule, labels) for obj, rule in known),
        objects=tuple(
            Choice(o.name, labels.plural(o), o.name == asked.get("object"))
            for o in catalog.objects.values()
            if o.owner == "user"
        ),
        roles=tuple(
            Choice(r.name, label_of(unit, r, labels), r.name == asked.get("role"))
            for r in catalog.roles.values()
        ),
        asked=asked,
        preview=preview,
        problem=problem,
    )


def _rule_row(unit: Unit, obj: Object, rule: SharingRule, labels: Labels) -> RuleRow:
    owner = _people(unit, obj, rule.owner, labels) if rule.owner else ""
    said = [labels.text("owned by {who}", who=owner)] if owner else []
    return RuleRow(
        object=obj.name,
        object_label=labels.plural(obj),
        icon=obj.icon,
        name=rule.name,
        label=label_of(unit, rule, labels),
        whom=", ".join(_people(unit, obj, each, labels) for each in rule.people),
        when=" · ".join([*said, *([rule.when] if rule.when else [])]),
        grant=labels.text("May edit" if rule.grant == "edit" else "May read"),
        source=rule.id.partition(":")[0],
    )


def _people(unit: Unit, obj: Object, people: People, labels: Labels) -> str:
    catalog = unit.catalog
    if people.role and people.role in catalog.roles:
        label = label_of(unit, catalog.roles[people.role], labels)
        return labels.text("{role} and below", role=label) if people.below else label
    if people.everyone:
        return labels.text("Everybody")
    if people.field and people.field in obj.by_name:
        return labels.field(obj.by_name[people.field])
    named = people.queue or people.permission_set or people.user or people.field
    return named or people.branch or people.colleagues or ""


def _preview(unit: Unit, asked: Mapping[str, str], labels: Labels) -> PreviewModel:
    if asked["object"] not in unit.catalog.objects:
        raise BadRequest("There is no object {name}.{hint}", name=asked["object"], hint="")
    obj = unit.catalog.object(asked["object"])
    rule = next((r for r in obj.access.sharing if r.name == asked.get("rule")), None)
    rule = rule or _draft(unit, obj, asked)
    told: Preview = reach.preview(unit, obj.name, rule)
    titles = titles_of(unit, {obj.name: told.examples})
    return PreviewModel(
        label=label_of(unit, rule, labels),
        plural=labels.plural(obj),
        people=told.people,
        asked=told.asked,
        gains=tuple((g.person, g.name, g.count) for g in told.gains[:20]),
        examples=tuple((f"/o/{obj.name}/{i}", titles.get(i) or "–") for i in told.examples),
    )


def _draft(unit: Unit, obj: Object, asked: Mapping[str, str]) -> SharingRule:
    """What the form says; nothing of it is kept."""
    role = asked.get("role")
    if role not in unit.catalog.roles:
        raise BadRequest("Choose a role.")
    whom = People(role=role, below=asked.get("below") == "1")
    level: Grant = "edit" if asked.get("level") == "edit" else "read"
    when = asked.get("when", "").strip() or None
    if when:  # a rule that names what is not there opens nothing; here it is said
        reading.find(unit, Query(obj.name, ("id",), filters=(when,), limit=1))
    return SharingRule("draft", "draft", asked.get("when") or "…", (whom,), level, when)


# Queues and branches ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class QueueModel:
    name: str
    live: bool
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
