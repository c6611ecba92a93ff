"""The form of one permission set: objects × rights, sensitive fields, system rights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from ..errors import NotFound, TypecaseError
from ..metadata.rights import OBJECT_RIGHTS, PermissionSet
from ..metadata.rights_edits import item, with_item, without_item
from ..runtime import access, customizing
from ..runtime.naming import name_of
from ..runtime.storage.unit_of_work import Unit
from .filtering import Choice
from .labels import Labels
from .rights_edit import Edit, label_in, said_of
from .rights_pages import RIGHT_WORDS, own_permissions
from .rights_preview import EffectModel
from .rights_words import label_of, right_words

NEW = "_new"
"""In the address, for one that is being made: no name begins like this."""
EVERY = "*"


@dataclass(frozen=True, slots=True)
class SetRow:
    """``cells``: (value of the box, the right in words, ticked)."""

    object: str
    label: str
    icon: str
    cells: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class FieldRow:
    name: str
    label: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class SetModel:
    name: str
    label: str
    heading: str
    source: str | None
    is_new: bool
    base: int
    heads: tuple[tuple[str, str], ...]
    rows: tuple[SetRow, ...]
    fields: tuple[FieldRow, ...]
    system: tuple[Choice, ...]
    problems: tuple[str, ...]
    told: EffectModel | None = None


@dataclass(frozen=True, slots=True)
class Granted:
    """What the boxes say. ``cells``: ``object:right``."""

    label: str
    cells: frozenset[str]
    fields: Mapping[str, str]
    system: frozenset[str]


def permission_set(
    unit: Unit,
    name: str,
    labels: Labels,
    copied: str | None = None,
    form: MultiDict[str, str] | None = None,
    error: TypecaseError | None = None,
    told: EffectModel | None = None,
) -> SetModel:
    """``copied``: the set a new one begins like. Raises AccessDenied, NotFound."""
    access.require_system(unit.actor, "manage_rights")
    known = unit.catalog.permission_sets.get(name)
    if known is None and name != NEW:
        raise NotFound()
    shown = known or unit.catalog.permission_sets.get(copied or "")
    granted = _posted(unit, form) if form is not None else _granted(unit, shown, labels)
    if known is None and form is None and shown is not None:
        granted = Granted(labels.text("Copy of {label}", label=granted.label), granted.cells,
                          granted.fields, granted.system)  # fmt: skip
    return SetModel(
        name=name,
        label=granted.label,
        heading=label_of(unit, known, labels) if known else labels.text("New permission set"),
        source=None if known is None or customizing.is_own(known.id) else known.id.split(":")[0],
        is_new=known is None,
        base=unit.opening.catalog,
        heads=tuple((right, labels.text(RIGHT_WORDS[right])) for right in OBJECT_RIGHTS),
        rows=_rows(unit, granted, labels),
        fields=_fields(unit, granted, labels),
        system=tuple(
            Choice(r, right_words(unit, r, labels), r in granted.system)
            for r in own_permissions(unit)
        ),
        problems=said_of(error, labels),
        told=told,
    )


def _granted(unit: Unit, known: PermissionSet | None, labels: Labels) -> Granted:
    if known is None:
        return Granted("", frozenset(), {}, frozenset())
    cells = {f"{name}:{right}" for name, rights in known.objects.items() for right in rights}
    label = label_of(unit, known, labels)
    return Granted(label, frozenset(cells), dict(known.fields), known.system)


def _posted(unit: Unit, form: MultiDict[str, str]) -> Granted:
    """What the form says, with the row or column that a button fills or empties."""
    cells = set(form.getlist("cell"))
    fill = form.get("fill", "")
    if fill:
        way, _, name = fill.partition(":")
        objects = (EVERY, *unit.catalog.objects)
        whole = {f"{o}:{r}" for o in objects for r in OBJECT_RIGHTS if name in (o, r)}
        if way == "column":
            whole -= {f"{EVERY}:{name}"}
        cells = cells - whole if whole <= cells else cells | whole
    fields = {key[6:]: value for key, value in form.items() if key[:6] == "field:" and value}
    return Granted(
        form.get("label", ""), frozenset(cells), fields, frozenset(form.getlist("system"))
    )


def _rows(unit: Unit, granted: Granted, labels: Labels) -> tuple[SetRow, ...]:
    named = [(EVERY, labels.text("Every object"), "stack-2")]
    named += [(o.name, labels.plural(o), o.icon) for o in unit.catalog.objects.values()]
    return tuple(
        SetRow(
            name,
            label,
            icon,
            tuple(
                Choice(f"{name}:{r}", labels.text(RIGHT_WORDS[r]), f"{name}:{r}" in granted.cells)
                for r in OBJECT_RIGHTS
            ),
        )
        for name, label, icon in named
    )


def _fields(unit: Unit, granted: Granted, labels: Labels) -> tuple[FieldRow, ...]:
    words = (("", "Closed"), ("read", "Read"), ("edit", "Edit"))
    return tuple(
        FieldRow(
            f"{o.name}.{f.name}",
            f"{labels.plural(o)}: {labels.field(f)}",
            tuple(
                Choice(v, labels.text(w), granted.fields.get(f"{o.name}.{f.name}", "") == v)
                for v, w in words
            ),
        )
        for o in unit.catalog.objects.values()
        for f in o.fields
        if f.sensitive or f.name in o.access.sensitive
    )


def saved(unit: Unit, name: str, form: MultiDict[str, str], labels: Labels) -> Edit:
    """The set as the form says. Raises AccessDenied, NotFound, RecordInvalid."""
    access.require_system(unit.actor, "manage_rights")
    sets = unit.catalog.permission_sets
    known = sets.get(name)
    if known is None and name != NEW:
        raise NotFound()
    found = customizing.definitions(unit)
    label, content, granted = label_in(form), found.content("permissions"), _posted(unit, form)
    before = item(content, "permission_sets", name) or {}
    shown = label_of(unit, known, labels) if known else None
    said: dict[str, Any] = {
        "name": name if known else name_of(label, sets),
        "label": before.get("label") if label == shown else label,
        "objects": _objects(granted) or None,
        "fields": dict(granted.fields) or None,
        "system": sorted(granted.system) or None,
    }
    template = "Permission set “{label}” changed" if known else "Permission set “{label}” made"
    wanted = {("permissions", ""): with_item(content, "permission_sets", said)}
    return Edit(found, wanted, labels.text(template, label=label), said["name"])


def _objects(granted: Granted) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for cell in sorted(granted.cells):
        name, _, right = cell.rpartition(":")
        found.setdefault(name, []).append(right)
    return found


def removed(unit: Unit, name: str, labels: Labels) -> Edit:
    """Without the set. Raises AccessDenied, NotFound."""
    access.require_system(unit.actor, "manage_rights")
    known = unit.catalog.permission_sets.get(name)
    if known is None:
        raise NotFound()
    found = customizing.definitions(unit)
    content = without_item(found.content("permissions"), "permission_sets", name)
    reason = labels.text("Permission set “{label}” removed", label=label_of(unit, known, labels))
    return Edit(found, {("permissions", ""): content}, reason)
