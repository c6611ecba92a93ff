"""The forms of one sharing rule and of an object's default: with who gains what before it holds."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from ..errors import NotFound, TypecaseError
from ..metadata.definitions import Object
from ..metadata.rights_edits import item, with_item, without_item
from ..metadata.sharing import SharingRule
from ..runtime import access, customizing, reach
from ..runtime.naming import name_of
from ..runtime.storage.unit_of_work import Unit
from .filtering import Choice
from .labels import Labels
from .rights_edit import Edit, label_in, proposal_of, said_of
from .rights_preview import PreviewModel, preview_model
from .rights_words import code_of, document_of, label_of, people_choices
from .rule_pages import DEFAULTS

NEW = "_new"
"""In the address, for one that is being made: no name begins like this."""


@dataclass(frozen=True, slots=True)
class RuleModel:
    """``whom``: (heading, choices); ``does``: what the button does that is shown with the preview:
    ``publish`` or ``remove_now``, empty while there is none."""

    object: str
    plural: str
    name: str
    label: str
    heading: str
    source: str | None
    is_new: bool
    base: int
    when: str
    owner: tuple[Choice, ...]
    whom: tuple[tuple[str, tuple[Choice, ...]], ...]
    grant: str
    fields: tuple[tuple[str, str], ...]
    problems: tuple[str, ...]
    preview: PreviewModel | None = None
    does: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What the form, or the rule as it is, says."""

    label: str
    when: str
    owner: str
    whom: Collection[str]
    grant: str


def rule(
    unit: Unit,
    object_name: str,
    name: str,
    labels: Labels,
    form: MultiDict[str, str] | None = None,
    error: TypecaseError | None = None,
    preview: PreviewModel | None = None,
    does: str = "",
) -> RuleModel:
    """Raises AccessDenied, NotFound."""
    obj, known = _known(unit, object_name, name)
    said = _posted(form) if form is not None else _as_is(unit, known, labels)
    owners = (
        ("", labels.text("Anybody")),
        *((f"role:{r.name}", label_of(unit, r, labels)) for r in unit.catalog.roles.values()),
        *(
            (f"below:{r.name}",
             labels.text("{role} and below", role=label_of(unit, r, labels)))
            for r in unit.catalog.roles.values()
        ),
        *((f"queue:{q.name}", label_of(unit, q, labels)) for q in unit.catalog.queues.values()),
    )  # fmt: skip
    return RuleModel(
        object=obj.name,
        plural=labels.plural(obj),
        name=name,
        label=said.label,
        heading=label_of(unit, known, labels) if known else labels.text("New sharing rule"),
        source=None if known is None or customizing.is_own(known.id) else known.id.split(":")[0],
        is_new=known is None,
        base=unit.opening.catalog,
        when=said.when,
        owner=tuple(Choice(code, words, code == said.owner) for code, words in owners),
        whom=people_choices(unit, obj, said.whom, labels),
        grant=said.grant,
        fields=tuple((f.name, labels.field(f)) for f in obj.fields),
        problems=said_of(error, labels),
        preview=preview,
        does=does if preview else "",
    )


def _known(unit: Unit, object_name: str, name: str) -> tuple[Object, SharingRule | None]:
    access.require_system(unit.actor, "manage_rights")
    obj = unit.catalog.objects.get(object_name)
    if obj is None or obj.owner != "user":
        raise NotFound()
    known = next((each for each in obj.access.sharing if each.name == name), None)
    if known is None and name != NEW:
        raise NotFound()
    return obj, known


def _as_is(unit: Unit, known: SharingRule | None, labels: Labels) -> Said:
    if known is None:
        return Said("", "", "", (), "read")
    return Said(
        label_of(unit, known, labels),
        known.when or "",
        code_of(known.owner) if known.owner else "",
        [code_of(each) for each in known.people],
        known.grant,
    )


def _posted(form: MultiDict[str, str]) -> Said:
    return Said(
        form.get("label", ""),
        form.get("when", "").strip(),
        form.get("owner", ""),
        form.getlist("with"),
        "edit" if form.get("grant") == "edit" else "read",
    )


def saved(
    unit: Unit, object_name: str, name: str, form: MultiDict[str, str], labels: Labels
) -> Edit:
    """The rule as the form says. Raises AccessDenied, NotFound, RecordInvalid."""
    obj, known = _known(unit, object_name, name)
    label, said = label_in(form), _posted(form)
    found = customizing.definitions(unit)
    content = found.content("access", obj.name)
    before = item(content, "sharing", name) or {}
    shown = label_of(unit, known, labels) if known else None
    rule: dict[str, Any] = {
        "name": name if known else name_of(label, [r.name for r in obj.access.sharing]),
        "label": before.get("label") if label == shown else label,
        "when": said.when or None,
        "owner": document_of(said.owner) if said.owner else None,
        "with": [document_of(code) for code in said.whom] or [{}],
        "grant": said.grant,
    }
    template = (
        "Sharing rule “{label}” of {object} changed"
        if known
        else "Sharing rule “{label}” of {object} made"
    )
    reason = labels.text(template, label=label, object=labels.plural(obj))
    return Edit(found, {("access", obj.name): with_item(content, "sharing", rule)}, reason)


def removed(unit: Unit, object_name: str, name: str, labels: Labels) -> Edit:
    """Without the rule. Raises AccessDenied, NotFound."""
    obj, known = _known(unit, object_name, name)
    if known is None:
        raise NotFound()
    found = customizing.definitions(unit)
    content = without_item(found.content("access", obj.name), "sharing", name)
    reason = labels.text(
        "Sharing rule “{label}” of {object} removed",
        label=label_of(unit, known, labels),
        object=labels.plural(obj),
    )
    return Edit(found, {("access", obj.name): content}, reason)


def previewed(
    unit: Unit, object_name: str, edit: Edit, form: MultiDict[str, str], labels: Labels
) -> PreviewModel:
    """Who gains and loses what by the change; it is checked as for publishing. Raises Overtaken,
    DefinitionsInvalid."""
    after = proposal_of(unit, edit, form).catalog.object(object_name)
    before = unit.catalog.object(object_name)
    told = reach.compare(unit, object_name, before.access, after.access)
    return preview_model(unit, before, edit.reason, told, labels)


# The default of an object -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DefaultModel:
    object: str
    plural: str
    base: int
    choices: tuple[Choice, ...]
    problems: tuple[str, ...]
    preview: PreviewModel | None = None


def default(
    unit: Unit,
    object_name: str,
    labels: Labels,
    form: MultiDict[str, str] | None = None,
    error: TypecaseError | None = None,
    preview: PreviewModel | None = None,
) -> DefaultModel:
    """What everybody may do with every record of an object. Raises AccessDenied, NotFound."""
    obj, _ = _known(unit, object_name, NEW)
    chosen = form.get("default") if form is not None else obj.access.default
    return DefaultModel(
        object=obj.name,
        plural=labels.plural(obj),
        base=unit.opening.catalog,
        choices=tuple(Choice(v, labels.text(w), v == chosen) for v, w in DEFAULTS.items()),
        problems=said_of(error, labels),
        preview=preview,
    )


def default_saved(unit: Unit, object_name: str, form: MultiDict[str, str], labels: Labels) -> Edit:
    """Raises AccessDenied, NotFound."""
    obj, _ = _known(unit, object_name, NEW)
    found = customizing.definitions(unit)
    chosen = form.get("default", "")
    content = {**found.content("access", obj.name), "default": chosen}
    reason = labels.text(
        "What everybody may do with {object}: {what}",
        object=labels.plural(obj),
        what=labels.text(DEFAULTS.get(chosen, "–")),
    )
    return Edit(found, {("access", obj.name): content}, reason)
