"""Who is in a queue, and how it hands its records out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from ..errors import FieldProblem, NotFound, RecordInvalid, TypecaseError
from ..metadata.field_types.values import UUID
from ..metadata.rights_edits import with_item
from ..metadata.sharing import Queue
from ..runtime import access, customizing, users
from ..runtime.forms import titles_of
from ..runtime.storage import user_rows
from ..runtime.storage.unit_of_work import Unit
from .filtering import Choice
from .labels import Labels
from .rights_edit import Edit, said_of
from .rights_words import code_of, document_of, label_of, member_choices

ASSIGNING: Mapping[str, str] = {
    "by_hand": "By hand: members take what they want",
    "round_robin": "In turn",
    "least_loaded": "To whoever has the least",
}


@dataclass(frozen=True, slots=True)
class QueueModel:
    """``members``: (heading, choices) by role and set; ``people``: those named one by one."""

    name: str
    heading: str
    objects: str
    base: int
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
    codes = [code_of(each) for each in known.members]
    logins = [code.removeprefix("user:") for code in codes if code.startswith("user:")]
    people = user_rows.ids_of(unit, logins)
    chosen, assign = codes, known.assign
    if form is not None:
        chosen = form.getlist("member")
        people = [i for i in form.getlist("person") if UUID.fullmatch(i)]
        assign = form.get("assign", "")  # type: ignore[assignment]
    names = titles_of(unit, {"user": people})
    return QueueModel(
        name=name,
        heading=label_of(unit, known, labels),
        objects=", ".join(
            labels.plural(unit.catalog.object(o))
            for o in known.objects
            if o in unit.catalog.objects
        ),
        base=unit.opening.catalog,
        members=member_choices(unit, chosen, labels),
        people=tuple(Choice(i, names.get(i, "?"), True) for i in people),
        assign=tuple(Choice(v, labels.text(w), v == assign) for v, w in ASSIGNING.items()),
        problems=said_of(error, labels),
    )


def _known(unit: Unit, name: str) -> Queue:
    access.require_system(unit.actor, "manage_rights")
    known = unit.catalog.queues.get(name)
    if known is None:
        raise NotFound()
    return known


def saved(unit: Unit, name: str, form: MultiDict[str, str], labels: Labels) -> Edit:
    """The queue as the form says. Raises AccessDenied, NotFound, RecordInvalid."""
    known = _known(unit, name)
    people = form.getlist("person")
    if not all(UUID.fullmatch(each) for each in people):
        raise RecordInvalid([FieldProblem("person", "unknown", "Choose who is meant.")])
    if form.get("assign") not in ASSIGNING:
        message = "Choose how its records are handed out."
        raise RecordInvalid([FieldProblem("assign", "unknown", message)])
    members = [document_of(code) for code in form.getlist("member")]
    members += [{"user": users.get(unit, each).login} for each in dict.fromkeys(people)]
    found = customizing.definitions(unit)
    said = {"name": name, "members": members, "assign": form["assign"]}
    content = with_item(found.content("queues"), "queues", said)
    reason = labels.text("Queue “{label}” changed", label=label_of(unit, known, labels))
    return Edit(found, {("queues", ""): content}, reason)
