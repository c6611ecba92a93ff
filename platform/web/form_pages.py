"""A form put together for its page: the model, its lines, its conflict, where it leads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from ..errors import FieldProblem, NotUnique, RecordInvalid, StaleRecord, TypecaseError
from ..metadata.definitions import EMPTY, Field, Object
from ..metadata.field_types import type_of
from ..metadata.field_types.base import Format, Widget
from ..runtime import access, form_lines, forms, reading, saving
from ..runtime.form_lines import LineTable
from ..runtime.forms import Form, Input
from ..runtime.storage.unit_of_work import Unit
from . import form_search, lookups
from .answers import Go, Page, fragment, safe_path
from .form_input import COMPOUND, SEVERAL, Posted, only_shown, typed_lines, typed_values
from .form_search import Found
from .labels import Labels
from .visits import visit


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of a conflict: what is stored now, what was typed here."""

    label: str
    theirs: str
    mine: str


@dataclass(frozen=True, slots=True)
class Clash:
    by: str
    version: int
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class FormModel:
    """What the template draws."""

    form: Form
    lines: tuple[LineTable, ...]
    action: str
    live_url: str
    cancel_url: str
    heading: str
    draft_key: str
    record_types: tuple[tuple[str, str], ...] = ()
    problem: str | None = None
    clash: Clash | None = None
    back: str = ""
    found: Mapping[str, Found] = EMPTY
    """What was searched for without a script, by the input's name."""
    guidance: str | None = None
    """What to do in the stage somebody wants to move it to."""

    @property
    def has_problems(self) -> bool:
        rows = (row for table in self.lines for row in table.rows)
        inputs = [*self.form.inputs, *(i for row in rows for i in row.inputs)]
        return bool(self.problem or self.form.problems or any(i.problems for i in inputs))

    @property
    def obj(self) -> Object:
        return self.form.object


def show(unit: Unit, name: str, id_: str | None = None) -> Page:
    """An untouched form; a new one takes first values from the address."""
    obj = unit.catalog.object(name)
    known = {f.name for f in access.readable(unit.actor, obj)} | {"record_type"}
    asked: dict[str, Any] = {k: v for k, v in request.args.items() if k in known}
    if request.args.get("copy") and id_ is None:
        asked = copied(unit, obj, request.args["copy"]) | asked
    if request.args.get("title") and id_ is None:
        asked.setdefault(obj.title, request.args["title"])
    form = forms.form(unit, obj.name, id_, asked if id_ is None else {})
    return _page(unit, form, form_lines.line_tables(unit, obj, id_, form.line_panes))


def copied(unit: Unit, obj: Object, id_: str) -> dict[str, Any]:
    """The values of a record that a copy of it begins with. Raises NotFound."""
    record = reading.get(unit, obj.name, id_)
    return {
        f.name: type_of(f).to_json(f, record[f.name])
        for f in access.readable(unit.actor, obj)
        if not type_of(f).computed
        and not f.unique
        and access.may_write_field(unit.actor, obj, f)
        and record.get(f.name) not in (None, ())
    }


def again(
    unit: Unit,
    name: str,
    error: TypecaseError,
    id_: str | None = None,
    raw: dict[str, Any] | None = None,
    guidance: str | None = None,
) -> Page:
    """The same form with everything typed kept, and what is wrong at its fields.

    ``raw``: the typed values, where they did not come as those of a form. ``guidance``: what to
    do in the stage that was asked for.
    """
    obj, posted = unit.catalog.object(name), request.form
    raw = typed_values(unit, obj, posted) if raw is None else raw
    problems, text = _problems(error)
    form = forms.form(unit, obj.name, id_, raw, problems)
    typed = typed_lines(unit, obj, [p.related for p in form.line_panes], posted)
    lines = form_lines.line_tables(unit, obj, id_, form.line_panes, typed, problems)
    clash = _clash(unit, obj, error, form) if isinstance(error, StaleRecord) else None
    status = 422 if clash is None else 409
    return _page(unit, form, lines, status, text, clash, guidance=guidance)


def searched(unit: Unit, name: str, id_: str | None = None) -> Page:
    """The same form with everything typed kept, and what was searched for to choose from."""
    obj, posted = unit.catalog.object(name), request.form
    form = forms.form(unit, obj.name, id_, typed_values(unit, obj, posted))
    typed = typed_lines(unit, obj, [p.related for p in form.line_panes], posted)
    lines = form_lines.line_tables(unit, obj, id_, form.line_panes, typed)
    return _page(unit, form, lines, found=form_search.find(unit, obj, posted, visit().labels))


def live(unit: Unit, name: str, id_: str | None, labels: Labels) -> dict[str, Any]:
    """What follows from what was typed so far: states, options and values of every input."""
    obj, posted = unit.catalog.object(name), request.form
    form = forms.form(unit, obj.name, id_, typed_values(unit, obj, posted))
    typed = typed_lines(unit, obj, [p.related for p in form.line_panes], posted)
    tables = form_lines.line_tables(unit, obj, id_, form.line_panes, typed)
    how = Format(labels.locale, unit.zone, unit.settings.currency)
    fields = {i.name: _state(i, labels, how) for i in form.inputs}
    totals: dict[str, str] = {}
    for table in tables:
        for row in table.rows:
            start = f"lines.{table.relation}.{row.number}."
            fields |= {f"{start}{i.name}": _state(i, labels, how) for i in row.inputs}
        totals |= {f"{table.relation}.{k}": v for k, v in totals_of(table, how).items()}
    sections = {s.definition.name: s.visible for s in form.sections}
    return {"fields": fields, "sections": sections, "totals": totals}


def totals_of(table: LineTable, how: Format) -> dict[str, str]:
    fields = {i.name: i.field for i in table.blank.inputs}
    return {n: type_of(fields[n]).format(fields[n], v, how) for n, v in table.totals.items()}


def _state(each: Input, labels: Labels, how: Format) -> dict[str, Any]:
    state: dict[str, Any] = {
        "visible": each.visible,
        "required": each.required,
        "read_only": each.read_only,
    }
    if each.read_only:
        state["shown"] = type_of(each.field).format(each.field, each.value, how)
    elif isinstance(each.text, str):
        is_number = each.widget is Widget.NUMBER
        state["value"] = short_number(each.text) if is_number else each.text
        if each.widget is Widget.LOOKUP and each.value:
            state["value"] = made_text(each) or each.text
            state["title"] = each.titles.get(str(each.value), "")
    if each.field.options and "depends_on" in each.field.settings:
        empty = [] if each.required else [{"value": "", "text": ""}]
        state["options"] = empty + [
            {"value": o.name, "text": labels.option(o)} for o in each.options
        ]
    return state


def save(unit: Unit, name: str, id_: str | None, labels: Labels) -> Go:
    """Saves what the form shows, its lines with it, in this one transaction."""
    obj, posted = unit.catalog.object(name), request.form
    raw = typed_values(unit, obj, posted)
    form = forms.form(unit, obj.name, id_, raw)
    shown, required = only_shown(form, raw), form.required()
    lines = typed_lines(unit, obj, [p.related for p in form.line_panes], posted)
    if id_ is None:
        id_ = saving.create(unit, obj.name, shown, required)
        said = labels.text("{object} created.", object=labels.object(obj))
    else:
        saving.update(unit, obj.name, id_, shown, _version(posted), required)
        said = labels.text("Saved.")
    form_lines.save_lines(unit, obj, id_, lines)
    title = str(reading.get(unit, obj.name, id_).get(obj.title) or "")
    return Go(_after(obj.name, id_, posted), said, id=id_, title=title)


def _version(posted: Posted) -> int | None:
    text = posted.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 12 else None


def _after(name: str, id_: str, posted: Posted) -> str:
    """Where to next: the record, the form again, another new one, or where one came from."""
    then = posted.get("then")
    if then == "stay":
        return url_for("forms.edit", name=name, id_=id_)
    if then == "new":
        return url_for("forms.new", name=name)
    return safe_path(posted.get("back"), url_for("records.show", name=name, id_=id_))


def _problems(error: TypecaseError) -> tuple[tuple[FieldProblem, ...], str | None]:
    if isinstance(error, RecordInvalid):
        return error.problems, None
    if isinstance(error, NotUnique):
        message = "Another record already has this value."
        return tuple(FieldProblem(n, error.code, message) for n in error.fields), None
    return (), error.text(visit().locale)


def _clash(unit: Unit, obj: Object, error: StaleRecord, form: Form) -> Clash:
    """Both values of every field where they differ."""
    how = Format(unit.actor.language, unit.zone, unit.settings.currency, label=_label(unit))
    labels = Labels(unit.catalog, unit.actor.language)
    mine = {i.name: i for i in form.inputs}
    found = []
    for name, value in error.theirs.items():
        each = mine.get(name)
        if each is None or each.value == value:
            continue
        show_ = type_of(each.field).format
        found.append(
            Difference(
                labels.field(each.field),
                show_(each.field, value, how) or "–",
                show_(each.field, each.value, how) or "–",
            )
        )
    return Clash(error.by, error.version, tuple(found))


def _label(unit: Unit) -> Any:
    return lambda id_, own: unit.catalog.label(id_, own, unit.actor.language)


def _page(
    unit: Unit,
    form: Form,
    lines: tuple[LineTable, ...],
    status: int = 200,
    problem: str | None = None,
    clash: Clash | None = None,
    found: Mapping[str, Found] = EMPTY,
    guidance: str | None = None,
) -> Page:
    obj, labels = form.object, visit().labels
    is_new = form.id is None
    here = (
        url_for("forms.create", name=obj.name)
        if is_new
        else url_for("forms.update", name=obj.name, id_=form.id)
    )
    back = safe_path(request.values.get("back"), "")
    cancel = url_for("lists.show", name=obj.name)
    if not is_new:
        cancel = url_for("records.show", name=obj.name, id_=form.id)
    label = labels.object(obj)
    heading = labels.text("New {object}", object=label) if is_new else form.title or label
    model = FormModel(
        form=form,
        lines=lines,
        guidance=guidance,
        action=here,
        live_url=url_for("forms.live", name=obj.name, id=form.id),
        cancel_url=back or cancel,
        heading=heading,
        draft_key=f"{unit.actor.id}:{obj.name}:{form.id or 'new'}",
        record_types=tuple((t.name, labels.record_type(t)) for t in obj.record_types),
        problem=problem,
        clash=clash,
        back=back,
        found=found,
    )
    template = "forms/dialog.html" if fragment() else "forms/page.html"
    return Page(template, words(unit, labels) | {"model": model}, status)


def words(unit: Unit, labels: Labels) -> dict[str, Any]:
    """What the widgets' macros need beside their input."""
    return {
        "labels": labels,
        "how": Format(labels.locale, unit.zone, unit.settings.currency, label=_label(unit)),
        "shown": shown,
        "short_number": short_number,
        "made_text": made_text,
        "totals_of": totals_of,
        "lookup_names": lambda field: " ".join(lookups.names_needed(field)),
        "may_create": lambda name: "create" in unit.actor.rights.on(name),
        "object_label": lambda name: labels.object(unit.catalog.object(name)),
        "part_labels": lambda field: part_labels(field, labels),
    }


def made_text(each: Input) -> str | None:
    """What the input of a default holds, to tell later whether somebody changed it."""
    if each.widget in SEVERAL or each.widget in COMPOUND or not isinstance(each.text, str):
        return None
    if each.widget is Widget.CHECKBOX:
        return "true" if each.text == "true" else "false"
    if each.widget is Widget.LOOKUP and each.parts.get("object"):
        return f"{each.parts['object']}:{each.value}"
    return short_number(each.text) if each.widget is Widget.NUMBER else each.text


def short_number(text: Any) -> str:
    """Without zeros at the end that say nothing: 10, not 10.00."""
    plain = str(text)
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


PART_LABELS = {
    "country": "Country",
    "province": "Province",
    "city": "City",
    "district": "District",
    "street": "Street",
    "postcode": "Postcode",
    "title": "Title",
    "given": "Given name",
    "middle": "Middle name",
    "family": "Family name",
}


def part_labels(field: Field, labels: Labels) -> list[tuple[str, str]]:
    """The inputs of a value in parts: an address, a name."""
    names = getattr(type_of(field), "part_names", ())
    return [(name, labels.text(PART_LABELS.get(name, name))) for name in names]


def shown(each: Input, how: Format) -> str:
    """A value that is not edited here, as a person reads it."""
    titled = Format(how.locale, how.zone, how.base_currency, each.titles, how.label)
    parts = {f"{each.name}_{k}": v for k, v in each.parts.items()}
    return type_of(each.field).format(each.field, each.value, titled, parts)
