"""The form that tries out an approval graph: a record or typed values, and who submits it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import url_for

from ..errors import RecordInvalid, TypecaseError
from ..metadata.definitions import Field, Object
from ..runtime import access, users
from ..runtime.forms import titles_of
from ..runtime.storage.unit_of_work import Unit
from ..workflow.approvals import simulating
from ..workflow.approvals.graphs import GraphSeen
from ..workflow.approvals.simulating import Wanted
from .filtering import Choice
from .labels import Labels

SEARCHED = ("lookup", "master", "user")


@dataclass(frozen=True, slots=True)
class Typed:
    """A field that the graph's conditions read, to be typed. ``options``: (value, label).
    ``search_url``: what is typed is searched there; ``chosen``: what was found."""

    name: str
    label: str
    value: str
    options: tuple[tuple[str, str], ...]
    type: str
    problem: str | None = None
    search_url: str | None = None
    chosen: Choice | None = None


def wanted(seen: GraphSeen, form: Mapping[str, str]) -> Wanted:
    """What is to be tried, as the form says it."""
    return Wanted(
        object=seen.graph.object,
        approval=seen.graph.name,
        record=form.get("record") or None,
        values=_part(form, "value."),
        submitter=form.get("submitter") or None,
        chosen={name: (person,) for name, person in _part(form, "chosen.").items()},
        answers=_part(form, "answer."),
    )


def record(unit: Unit, obj: Object, chosen: str, labels: Labels) -> Choice | None:
    """The record that is chosen, where whoever asks may see it."""
    titles = titles_of(unit, {obj.name: [chosen]}) if len(chosen) == 36 else {}
    if chosen not in titles:
        return None
    return Choice(chosen, titles[chosen] or labels.text("Untitled"), True)


def person(unit: Unit, id_: str) -> Choice | None:
    name = users.named(unit, id_) if len(id_) == 36 else None
    return Choice(id_, name, True) if name else None


def fields(
    unit: Unit,
    obj: Object,
    seen: GraphSeen,
    typed: Mapping[str, str],
    error: TypecaseError | None,
    labels: Labels,
) -> tuple[Typed, ...]:
    problems = error.problems if isinstance(error, RecordInvalid) else ()
    wrong = {p.field: p.text(labels.locale) for p in problems}
    return tuple(
        Typed(
            name=field.name,
            label=labels.field(field),
            value=typed.get(f"value.{field.name}", ""),
            options=_options(field, labels),
            type="date" if field.type == "date" else "text",
            problem=wrong.get(field.name),
            search_url=_search_url(obj, field),
            chosen=_chosen(unit, field, typed.get(f"value.{field.name}", "")),
        )
        for name in simulating.asked_for(seen.graph)
        if (field := obj.by_name.get(name)) is not None
        and field.type not in ("formula", "rollup")
        and access.may_read_field(unit.actor, obj, field)
    )


def _part(form: Mapping[str, str], start: str) -> dict[str, str]:
    return {k.removeprefix(start): v for k, v in form.items() if k.startswith(start) and v}


def _search_url(obj: Object, field: Field) -> str | None:
    if field.type not in SEARCHED:
        return None
    return url_for("forms.lookup", name=obj.name, field=field.name)


def _chosen(unit: Unit, field: Field, typed: str) -> Choice | None:
    """What was found by its title; nothing that whoever asks may not see. Where a field points to
    several objects the value names the one it is of."""
    if field.type not in SEARCHED or not typed:
        return None
    if field.type == "user":
        return person(unit, typed)
    target, _, id_ = typed.rpartition(":")
    target = target or field.targets[0]
    if len(id_) != 36 or target not in field.targets:
        return None
    title = titles_of(unit, {target: [id_]}).get(id_)
    return Choice(typed, title, True) if title is not None else None


def _options(field: Field, labels: Labels) -> tuple[tuple[str, str], ...]:
    if field.type == "boolean":
        return ("true", labels.text("Yes")), ("false", labels.text("No"))
    return tuple((option.name, labels.option(option)) for option in field.options)
