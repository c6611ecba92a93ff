"""Actions on pages: their buttons, what they ask first, for one record and for many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import request, url_for

from ..errors import NotFound, RecordInvalid, TypecaseError
from ..metadata.definitions import EMPTY, Field, Object
from ..metadata.field_types.values import UUID
from ..metadata.processes import Action
from ..runtime import reading
from ..runtime.forms import Input
from ..runtime.storage.unit_of_work import Unit
from ..workflow import actions, inputs
from ..workflow.offered_rows import offered_rows
from ..workflow.scope import Ref, Scope
from . import form_pages, gists, lookups, tried
from .action_inputs import Making, TableInput, typed
from .answers import Go, Page, safe_path
from .labels import Labels
from .visits import visit

MOST_FACTS = 4
TRY = "only_try"
"""What the button that only tries an action sends."""


@dataclass(frozen=True, slots=True)
class Button:
    """``direct``: nothing is asked, a press does it."""

    name: str
    label: str
    icon: str
    url: str
    direct: bool = False


@dataclass(frozen=True, slots=True)
class ActionModel:
    object: Object
    action: Action
    heading: str
    about: str
    """The record's title, or how many records there are."""
    url: str
    owner: str
    """What the addresses of its lookups begin with."""
    back: str
    inputs: tuple[Input, ...]
    tables: tuple[TableInput, ...]
    of: str = ""
    """The record it is for: what filters of lookups mean by ``record``."""
    gist: str = ""
    """What the record is about where its title is a number."""
    hidden: tuple[tuple[str, str], ...] = ()
    confirm: str | None = None
    problem: str | None = None
    problems: tuple[str, ...] = ()
    may_try: bool = False
    tried: tuple[str, ...] = ()
    """What it would do, where somebody has tried it."""
    found: Mapping[str, Any] = EMPTY


# Buttons ------------------------------------------------------------------------------------


def buttons(
    unit: Unit,
    obj: Object,
    id_: str,
    stored: Mapping[str, Any],
    order: Sequence[str],
    labels: Labels,
) -> tuple[Button, ...]:
    """What may be done with the record as it is, in the order its page names it."""
    offered = actions.applying(unit, obj.name, stored)
    offered.sort(key=lambda each: order.index(each.name) if each.name in order else len(order))
    return tuple(
        Button(
            each.name,
            labels.thing(each),
            each.icon,
            url_for("actions.ask", name=obj.name, id_=id_, action=each.name),
            direct=not each.inputs and each.confirm is None,
        )
        for each in offered
    )


def bulk_buttons(unit: Unit, obj: Object, labels: Labels) -> tuple[Button, ...]:
    """What lists offer for many records at once."""
    return tuple(
        Button(each.name, labels.thing(each), each.icon, "")
        for each in actions.allowed(unit, obj.name)
        if each.batch
    )


# One record ---------------------------------------------------------------------------------


def ask(
    unit: Unit,
    name: str,
    id_: str,
    action_name: str,
    error: TypecaseError | None = None,
    would: tuple[str, ...] = (),
) -> Page:
    """The form, with what is wrong with what was typed, or what it would do. Raises NotFound,
    AccessDenied."""
    obj = unit.catalog.object(name)
    action = actions.named(unit, obj.name, action_name)
    stored = reading.stored(unit, obj.name, id_)
    back = url_for("records.show", name=obj.name, id_=id_)
    model = replace(
        _model(unit, obj, action, Scope(unit, Ref(obj.name, id_)), error, bool(would)),
        may_try=True,
        tried=would,
        about=str(stored.get(obj.title) or ""),
        gist=gists.of_records(unit, obj, [id_], visit().labels, MOST_FACTS).get(id_, ""),
        of=id_,
        url=url_for("actions.do", name=obj.name, id_=id_, action=action.name),
        back=back,
    )
    return _page(unit, model, error)


def do(unit: Unit, name: str, id_: str, action_name: str, labels: Labels) -> Page | Go:
    """Does it; or tries it, undoes everything and says what it would do."""
    obj = unit.catalog.object(name)
    action = actions.named(unit, obj.name, action_name)
    told, only_try = typed(action, request.form), TRY in request.form
    outcome = actions.run(unit, obj.name, id_, action.name, told, dry_run=only_try)
    if only_try:
        would = tried.lines(outcome.trace, unit.catalog, labels)
        return ask(unit, name, id_, action_name, would=would)
    object_name, shown = outcome.opens
    to = url_for("records.show", name=object_name, id_=shown)
    return Go(to, _done(unit, action, labels), id=shown)


def _done(unit: Unit, action: Action, labels: Labels) -> str:
    if action.done:
        return unit.catalog.label(f"{action.id}:done", action.done, labels.locale)
    return labels.text("Done: {action}", action=labels.thing(action))


# Many records -------------------------------------------------------------------------------


def asks(unit: Unit, obj: Object, action_name: str) -> bool:
    """Whether something has to be said before it is done with many records."""
    action = actions.named(unit, obj.name, action_name)
    return bool(action.inputs) or action.confirm is not None


def ask_many(
    unit: Unit,
    obj: Object,
    action_name: str,
    count: int,
    hidden: tuple[tuple[str, str], ...],
    back: str,
    error: TypecaseError | None = None,
) -> Page:
    action = actions.named(unit, obj.name, action_name)
    labels = visit().labels
    model = replace(
        _model(unit, obj, action, Scope(unit, Ref(obj.name, None)), error),
        about=labels.text("{count} {count:record|records}", count=count),
        url=url_for("bulk.act", name=obj.name),
        back=back,
        tables=(),
        hidden=(*hidden, ("bulk_save", "1")),
    )
    return _page(unit, model, error)


def do_many(
    unit: Unit, obj: Object, action_name: str, ids: Sequence[str], back: str, labels: Labels
) -> Go:
    """All of them, or none."""
    action = actions.named(unit, obj.name, action_name)
    actions.run_many(unit, obj.name, ids, action.name, typed(action, request.form))
    said = labels.text("{action}: {count} {count:record|records}", action=labels.thing(action),
                       count=len(ids))  # fmt: skip
    return Go(safe_path(back, url_for("lists.show", name=obj.name)), said)


# Lookups ------------------------------------------------------------------------------------


def found(
    unit: Unit, name: str, action_name: str, table: str, field: str, asked: Mapping[str, str]
) -> list[dict[str, str]]:
    """What a lookup among the inputs offers. Raises NotFound."""
    action = actions.named(unit, unit.catalog.object(name).name, action_name)
    fields: Sequence[Field] = [each.field for each in action.inputs if not each.is_table]
    if table:
        fields = next((each.columns for each in action.inputs if each.name == table), ())
    chosen = next((each for each in fields if each.name == field), None)
    if chosen is None:
        raise NotFound()
    of_record = _of_record(unit, name, chosen, asked)
    return lookups.find_for(unit, chosen, {**asked, **of_record}, visit().labels)


def _of_record(unit: Unit, name: str, field: Field, asked: Mapping[str, str]) -> dict[str, str]:
    """What the filter of a lookup asks about the record the action is for."""
    id_, needed = asked.get("of", ""), lookups.names_needed(field)
    if not UUID.fullmatch(id_) or not needed:
        return {}
    stored = reading.stored(unit, name, id_)
    return {f"with.{each}": str(stored.get(each) or "") for each in needed}


# The model ----------------------------------------------------------------------------------


def _model(
    unit: Unit,
    obj: Object,
    action: Action,
    scope: Scope,
    error: TypecaseError | None,
    is_tried: bool = False,
) -> ActionModel:
    labels = visit().labels
    problems = error.problems if isinstance(error, RecordInvalid) else ()
    raw = typed(action, request.form) if request.method == "POST" and (error or is_tried) else None
    values = inputs.first_values(unit, action, scope)
    if raw is None:
        values |= {i.name: offered_rows(unit, i.offers, scope) for i in action.inputs if i.offers}
    making = Making(unit, values, raw, problems)
    single = tuple(making.input(each.field) for each in action.inputs if not each.is_table)
    tables = tuple(making.table(each, labels) for each in action.inputs if each.is_table)
    placed = {p.field for i in single for p in i.problems}
    placed |= {p.field for t in tables for row in t.rows for i in row for p in i.problems}
    placed |= {p.field for t in tables for p in t.problems}
    told = [p.text(labels.locale) for p in problems if p.field not in placed]
    confirm = action.confirm and unit.catalog.label(
        f"{action.id}:confirm", action.confirm, labels.locale
    )
    return ActionModel(
        object=obj,
        action=action,
        heading=labels.thing(action),
        about="",
        url="",
        owner=f"{obj.name}/actions/{action.name}",
        back="",
        inputs=single,
        tables=tables,
        confirm=confirm,
        problem=error.text(labels.locale) if error else None,
        problems=tuple(dict.fromkeys(told)),
    )


def _page(unit: Unit, model: ActionModel, error: TypecaseError | None) -> Page:
    context = form_pages.words(unit, visit().labels) | {"model": model}
    return Page("actions/form.html", context, 422 if error else 200)
