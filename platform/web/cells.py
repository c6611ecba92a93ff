"""One field edited where it stands: a cell of a list, a fact of a record page."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from ..errors import RecordInvalid, TypecaseError
from ..metadata.layouts import Placement
from ..runtime import access, forms, handing, reading, saving
from ..runtime.forms import Input, InputMaker
from ..runtime.queries import Query
from ..runtime.storage.unit_of_work import Unit
from . import form_pages, record_pages
from .answers import Answer, Page, fragment
from .display import Displays
from .form_input import typed_values
from .labels import Labels
from .listing import cell_markup
from .visits import visit


@dataclass(frozen=True, slots=True)
class Editor:
    """An input with its own small form."""

    input: Input
    object: str
    action: str
    version: int
    problem: str | None = None


def editor(unit: Unit, name: str, id_: str, field: str, error: TypecaseError | None = None) -> Page:
    return _editor(unit, name, id_, field, "cell", error)


def fact_editor(
    unit: Unit, name: str, id_: str, field: str, error: TypecaseError | None = None
) -> Page:
    return _editor(unit, name, id_, field, "fact", error)


def _editor(
    unit: Unit, name: str, id_: str, field: str, kind: str, error: TypecaseError | None
) -> Page:
    obj = unit.catalog.object(name)
    found = obj.by_name.get(field)
    if found is None or not access.may_read_field(unit.actor, obj, found):
        raise access.unknown_field(obj, field)
    raw = typed_values(unit, obj, request.form) if error else {}
    problems = error.problems if isinstance(error, RecordInvalid) else ()
    sketch = forms.draft(unit, obj.name, id_, {k: v for k, v in raw.items() if k == found.name})
    made = InputMaker(sketch, frozenset(), problems).input(Placement(found.name))
    if made is None or made.read_only:
        raise access.unknown_field(obj, field)
    action = f"/o/{obj.name}/{id_}/{kind}/{found.name}"
    text = _problem(error, made)
    made_editor = Editor(made, obj.name, action, sketch.change.before["version"], text)
    context = form_pages.words(unit, visit().labels) | {"editor": made_editor, "kind": kind}
    return Page("lists/cell.html", context, 422 if error else 200)


def _problem(error: TypecaseError | None, made: Input) -> str | None:
    """What stands at no input of this small form."""
    if error is None or made.problems:
        return None
    return _said(error)


def save(unit: Unit, name: str, id_: str, field: str, labels: Labels) -> Answer:
    """Saves a cell and gives back its ``<td>``."""
    _save(unit, name, id_, field)
    obj = unit.catalog.object(name)
    column = Displays(unit, labels).column(obj, field)
    query = Query(obj.name, column.needs, among=(id_,), limit=1)
    row = reading.find(unit, query).rows[0]
    return str(cell_markup(column, row.values))


def save_fact(unit: Unit, name: str, id_: str, field: str, labels: Labels) -> Answer:
    """Saves a fact; the page is loaded anew, for other facts may follow from it."""
    _save(unit, name, id_, field)
    fact = record_pages.fact(unit, name, id_, field, labels)
    return Page("records/fact.html", {"fact": fact, "just_saved": True})


def _save(unit: Unit, name: str, id_: str, field: str) -> None:
    obj = unit.catalog.object(name)
    raw = typed_values(unit, obj, request.form)
    wanted = {k: v for k, v in raw.items() if k in (field, f"{field}_currency")}
    version = request.form.get("version", "")
    saving.update(unit, obj.name, id_, wanted, int(version) if version.isdecimal() else None)


@dataclass(frozen=True, slots=True)
class OwnerModel:
    object: str
    action: str
    back: str
    owner: tuple[str, str] | None
    problem: str | None
    along: tuple[str, ...] = ()
    """How many of what change hands with it."""


def owner_page(unit: Unit, name: str, id_: str, error: TypecaseError | None = None) -> Page:
    """Who the record belongs to, to be changed."""
    obj = unit.catalog.object(name)
    stored = reading.stored(unit, obj.name, id_)
    names = forms.titles_of(unit, {"user": [stored["owner"]]}) if stored["owner"] else {}
    owner = (stored["owner"], names[stored["owner"]]) if stored["owner"] in names else None
    told = _said(error)
    url, going = f"/o/{obj.name}/{id_}", along(unit, obj.name, [id_], visit().labels)
    model = OwnerModel(obj.name, f"{url}/owner", url, owner, told, going)
    template = "records/owner_form.html" if fragment() else "records/owner.html"
    return Page(template, {"model": model})


def _said(error: TypecaseError | None) -> str | None:
    if isinstance(error, RecordInvalid):
        return " ".join(p.text(visit().locale) for p in error.problems)
    return error.text(visit().locale) if error else None


def along(unit: Unit, name: str, ids: list[str], labels: Labels) -> tuple[str, ...]:
    """How many records change hands with these: "3 Contacts"."""
    counted = handing.along(unit, name, ids)
    return tuple(f"{n:,} {labels.plural(unit.catalog.object(o))}" for o, n in counted.items())
