"""People of sharing rules, pools and queues in words, and as choices of a form.

A choice is ``role:rep``, ``below:rep``, ``everyone:``, …: the key that says who is meant, and its
value.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from ..errors import FieldProblem, RecordInvalid
from ..metadata.definitions import Object
from ..metadata.rights import PermissionSet, Role
from ..metadata.sharing import People, Queue, SharingRule
from ..runtime.storage.unit_of_work import Unit
from .filtering import Choice
from .labels import Labels


def label_of(unit: Unit, thing: Role | PermissionSet | SharingRule | Queue, labels: Labels) -> str:
    return unit.catalog.label(thing.id, thing.label, labels.locale)


def right_words(unit: Unit, right: str, labels: Labels) -> str:
    """What a system right is called: one of a package's own as the package says."""
    own = unit.catalog.permissions.get(right)
    if own is not None:
        return labels.thing(own)
    said = labels.text(right.replace("_", " "))
    return said[:1].upper() + said[1:]


def people_words(unit: Unit, obj: Object | None, people: People, labels: Labels) -> str:
    catalog = unit.catalog
    if people.role and people.role in catalog.roles:
        label = label_of(unit, catalog.roles[people.role], labels)
        return labels.text("{role} and below", role=label) if people.below else label
    if people.everyone:
        return labels.text("Everybody")
    if people.queue and people.queue in catalog.queues:
        return label_of(unit, catalog.queues[people.queue], labels)
    if people.permission_set and people.permission_set in catalog.permission_sets:
        return label_of(unit, catalog.permission_sets[people.permission_set], labels)
    if people.colleagues and people.colleagues in catalog.objects:
        tree = labels.object(catalog.object(people.colleagues))
        return labels.text("Colleagues of the owner in the same {tree}", tree=tree)
    named = people.field or people.branch
    if obj is not None and named and named in obj.by_name:
        return labels.field(obj.by_name[named])
    return named or people.user or people.queue or people.permission_set or ""


def people_choices(
    unit: Unit, obj: Object | None, chosen: Collection[str], labels: Labels
) -> tuple[tuple[str, tuple[Choice, ...]], ...]:
    """Everybody a sharing rule of ``obj`` may name, by kind: (heading, choices); None: whoever can
    be named without a record, by a pool."""
    catalog = unit.catalog
    kinds = (
        ("Roles", _by_role(unit, chosen)),
        ("Queues", ({"queue": q} for q in catalog.queues)),
        ("Permission sets", ({"permission_set": s} for s in catalog.permission_sets)),
        ("By the record", _by_record(unit, obj) if obj else ()),
        ("The whole organisation", ({"everyone": True},)),
    )
    found = []
    for heading, documents in kinds:
        rows = tuple(_choice(unit, obj, People(**each), chosen, labels) for each in documents)
        if rows:
            found.append((labels.text(heading), rows))
    return tuple(found)


def _by_role(unit: Unit, chosen: Collection[str]) -> Iterator[dict[str, Any]]:
    """Each role, and with those below it where there are any."""
    for name in unit.catalog.roles:
        yield {"role": name}
        if unit.catalog.roles_below(name) or f"below:{name}" in chosen:
            yield {"role": name, "below": True}


def _by_record(unit: Unit, obj: Object) -> Iterator[dict[str, Any]]:
    trees = unit.catalog.trees
    for field in obj.fields:
        if field.type in ("user", "multi_user"):
            yield {"field": field.name}
        elif len(field.targets) == 1 and field.targets[0] in trees:
            yield {"branch": field.name}
    yield from ({"colleagues": name} for name in trees)


def _choice(
    unit: Unit, obj: Object | None, people: People, chosen: Collection[str], labels: Labels
) -> Choice:
    code = code_of(people)
    return Choice(code, people_words(unit, obj, people, labels), code in chosen)


def member_choices(
    unit: Unit, chosen: Collection[str], labels: Labels
) -> tuple[tuple[str, tuple[Choice, ...]], ...]:
    """Who may be a member of a queue by their role or permission set: (heading, choices)."""
    catalog = unit.catalog
    kinds: tuple[tuple[str, Iterable[dict[str, Any]]], ...] = (
        ("Roles", _by_role(unit, chosen)),
        ("Permission sets", ({"permission_set": s} for s in catalog.permission_sets)),
    )
    return tuple(
        (
            labels.text(heading),
            tuple(_choice(unit, None, People(**each), chosen, labels) for each in documents),
        )
        for heading, documents in kinds
    )


def code_of(people: People) -> str:
    if people.role:
        return f"{'below' if people.below else 'role'}:{people.role}"
    for key in ("queue", "permission_set", "user", "field", "branch", "colleagues"):
        if getattr(people, key):
            return f"{key}:{getattr(people, key)}"
    return "everyone:"


def document_of(code: str) -> dict[str, Any]:
    """What a definition says for a choice. Raises RecordInvalid."""
    key, _, name = code.partition(":")
    if key == "everyone":
        return {"everyone": True}
    if key == "below":
        return {"role": name, "below": True}
    if key in ("role", "queue", "permission_set", "user", "field", "branch", "colleagues"):
        return {key: name}
    raise RecordInvalid([FieldProblem("with", "unknown", "Choose who is meant.")])
