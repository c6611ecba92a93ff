"""The form of one queue: what it is called, what it holds, who is in it, how it hands out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from ..errors import Conflict, FieldProblem, NotFound, RecordInvalid, TypecaseError
from ..metadata.field_types.values import UUID
from ..metadata.references import references_of
from ..metadata.rights_edits import item, with_item, without_item
from ..metadata.sharing import Queue
from ..runtime import access, customizing, users
from ..runtime.forms import titles_of
from ..runtime.naming import name_of
from ..runtime.storage import user_rows
from ..runtime.storage.unit_of_work import Unit
from .filtering import Choice
from .labels import Labels
from .rights_edit import Edit, label_in, said_of
from .rights_words import code_of, document_of, label_of, member_choices
from .use_words import use_words

NEW = "_new"
"""In the address, for one that is being made: no name begins like this."""

ASSIGNING: Mapping[str, str] = {
    "by_hand": "By hand: members take what they want",
    "round_robin": "In turn",
    "least_loaded": "To whoever has the least",
}


@dataclass(frozen=True, slots=True)
class QueueModel:
    """``members``: (heading, choices) by role and set; ``people``: those named one by one."""

    name: str
    label: str
    heading: str
    is_new: bool
    base: int
    objects: tuple[Choice, ...]
    members: tuple[tuple[str, tuple[Choice, ...]], ...]
    people: tuple[Choice, ...]
    assign: tuple[Choice, ...]
    problems: tuple[str, ...]


def queue(
    unit: Unit,
    name: str,
    labels: Labels,
    form: MultiDict[str, str] | None = None,
    error: TypecaseError | None = None,
) -> QueueModel:
    """Raises AccessDenied, NotFound."""
    known = _known(unit, name)
    shown = known or Queue("", "", "")
    codes = [code_of(each) for each in shown.members]
    logins = [code.removeprefix("user:") for code in codes if code.startswith("user:")]
    people = user_rows.ids_of(unit, logins)
    label = label_of(unit, known, labels) if known else ""
    heading = label or labels.text("New queue")
    chosen, objects, assign = codes, list(shown.objects), str(shown.assign)
    if form is not None:
        label, assign = form.get("label", ""), form.get("assign", "")
        chosen, objects = form.getlist("member"), form.getlist("object")
        people = [i for i in form.getlist("person") if UUID.fullmatch(i)]
    names = titles_of(unit, {"user": people})
    return QueueModel(
        name=name,
        label=label,
        heading=heading,
        is_new=known is None,
        base=unit.opening.catalog,
        objects=tuple(
            Choice(o, labels.plural(unit.catalog.object(o)), o in objects)
            for o in _offered(unit, known)
        ),
        members=member_choices(unit, chosen, labels),
        people=tuple(Choice(i, names.get(i, "?"), True) for i in people),
        assign=tuple(Choice(v, labels.text(w), v == assign) for v, w in ASSIGNING.items()),
        problems=said_of(error, labels),
    )


def _known(unit: Unit, name: str) -> Queue | None:
    """None: it is being made."""
    access.require_system(unit.actor, "manage_rights")
    known = unit.catalog.queues.get(name)
    if known is None and name != NEW:
        raise NotFound()
    return known


def _offered(unit: Unit, known: Queue | None) -> tuple[str, ...]:
    """Objects whose records a queue may own; one that is switched off only where it is named."""
    named = known.objects if known else ()
    return tuple(
        obj.name
        for obj in unit.catalog.objects.values()
        if obj.owner == "user" and (obj.name in named or not unit.catalog.is_off(obj))
    )


def saved(unit: Unit, name: str, form: MultiDict[str, str], labels: Labels) -> Edit:
    """The queue as the form says. Raises AccessDenied, NotFound, RecordInvalid."""
    known = _known(unit, name)
    found = customizing.definitions(unit)
    label, content = label_in(form), found.content("queues")
    before = item(content, "queues", name) or {}
    shown = label_of(unit, known, labels) if known else None
    called = name if known else name_of(label, unit.catalog.queues)
    said = {
        "name": called,
        "label": before.get("label") if label == shown else label,
        "objects": _objects(unit, known, form) or None,
        "members": _members(unit, form),
        "assign": _assign(form),
    }
    reason = labels.text(
        "Queue “{label}” changed" if known else "Queue “{label}” made", label=label
    )
    wanted = {("queues", ""): with_item(content, "queues", said)}
    return Edit(found, wanted, reason, called)


def removed(unit: Unit, name: str, labels: Labels) -> Edit:
    """Without the queue. Raises AccessDenied, NotFound, Conflict while definitions name it."""
    known = _known(unit, name)
    if known is None:
        raise NotFound()
    found = customizing.definitions(unit)
    uses = references_of(found.folded, unit.catalog).uses_of("queue", name)
    if uses:
        raise Conflict(
            "The queue “{queue}” is still named by: {what}. Take it out there first.",
            queue=label_of(unit, known, labels),
            what=", ".join(dict.fromkeys(use_words(unit, each, labels) for each in uses)),
        )
    content = without_item(found.content("queues"), "queues", name)
    reason = labels.text("Queue “{label}” removed", label=label_of(unit, known, labels))
    return Edit(found, {("queues", ""): content}, reason)


def _objects(unit: Unit, known: Queue | None, form: MultiDict[str, str]) -> list[str]:
    """What the queue holds; nothing: records of any object."""
    offered, chosen = _offered(unit, known), form.getlist("object")
    if not {*chosen} <= {*offered}:
        raise RecordInvalid([FieldProblem("object", "unknown", "Choose which records it holds.")])
    return [name for name in offered if name in chosen]


def _members(unit: Unit, form: MultiDict[str, str]) -> list[dict[str, Any]]:
    people = form.getlist("person")
    if not all(UUID.fullmatch(each) for each in people):
        raise RecordInvalid([FieldProblem("person", "unknown", "Choose who is meant.")])
    members = [document_of(code) for code in form.getlist("member")]
    return members + [{"user": users.get(unit, each).login} for each in dict.fromkeys(people)]


def _assign(form: MultiDict[str, str]) -> str:
    how = form.get("assign", "")
    if how not in ASSIGNING:
        message = "Choose how its records are handed out."
        raise RecordInvalid([FieldProblem("assign", "unknown", message)])
    return how
