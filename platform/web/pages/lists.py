"""Lists of records: tables of saved views, filters, cells edited in place, many records at once."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, request

from ...errors import TypecaseError
from ...runtime.storage.unit_of_work import Unit
from .. import boarding, cells, list_pages
from ..answers import Answer, Go, Page, fragment
from ..filtering import filter_row, question_from_rows
from ..visits import reads, visit, writes_or

pages = Blueprint("lists", __name__)


@pages.get("/o/<name>")
@reads
def show(unit: Unit, name: str) -> Answer:
    asked = list_pages.Asked.of(unit, name, request.args)
    if fragment() == "filter":
        model = list_pages.frame(unit, asked, visit().labels)
        return Page("lists/filter_place.html", {"model": model})
    if asked.view.as_ == "board":
        return Page("boards/board.html", {"model": boarding.build(unit, asked, visit().labels)})
    return Page("lists/list.html", {"model": list_pages.build(unit, asked, visit().labels)})


@pages.post("/o/<name>/filter")
@reads
def apply_filter(unit: Unit, name: str) -> Answer:
    """The builder's rows become one expression in the address of the list."""
    return Go(question_from_rows(unit, name, request.form, visit().labels))


@pages.get("/o/<name>/filter-row")
@reads
def row(unit: Unit, name: str) -> Answer:
    made = filter_row(unit, unit.catalog.object(name), request.args, visit().labels)
    return Page("lists/filter_row.html", {"row": made})


@pages.get("/o/<name>/<uuid:id_>/cell/<field>")
@reads
def cell(unit: Unit, name: str, id_: UUID, field: str) -> Answer:
    return cells.editor(unit, name, str(id_), field)


def cell_again(unit: Unit, name: str, id_: UUID, field: str, error: TypecaseError) -> Answer:
    return cells.editor(unit, name, str(id_), field, error)


@pages.post("/o/<name>/<uuid:id_>/cell/<field>")
@writes_or(cell_again)
def save_cell(unit: Unit, name: str, id_: UUID, field: str) -> Answer:
    return cells.save(unit, name, str(id_), field, visit().labels)
