"""One record: its page, its facts edited in place, its stage, its way to the bin."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, request, url_for

from ...errors import TypecaseError
from ...runtime import recycle
from ...runtime.storage.unit_of_work import Unit
from .. import cells, moving, record_pages
from ..answers import Answer, Go, Page, safe_path
from ..visits import reads, visit, writes, writes_or

pages = Blueprint("records", __name__)


@pages.get("/o/<name>/<uuid:id_>")
@reads
def show(unit: Unit, name: str, id_: UUID) -> Answer:
    model = record_pages.build(unit, name, str(id_), visit().labels, request.args.get("tab"))
    return Page("records/record.html", {"model": model})


@pages.get("/o/<name>/<uuid:id_>/fact/<field>")
@reads
def fact(unit: Unit, name: str, id_: UUID, field: str) -> Answer:
    return cells.fact_editor(unit, name, str(id_), field)


def fact_again(unit: Unit, name: str, id_: UUID, field: str, error: TypecaseError) -> Answer:
    return cells.fact_editor(unit, name, str(id_), field, error)


@pages.post("/o/<name>/<uuid:id_>/fact/<field>")
@writes_or(fact_again)
def save_fact(unit: Unit, name: str, id_: UUID, field: str) -> Answer:
    return cells.save_fact(unit, name, str(id_), field, visit().labels)


def move_again(unit: Unit, name: str, id_: UUID, error: TypecaseError) -> Answer:
    return moving.again(unit, name, str(id_), error)


@pages.post("/o/<name>/<uuid:id_>/move")
@writes_or(move_again)
def move(unit: Unit, name: str, id_: UUID) -> Answer:
    """To another stage, or another column of a board."""
    return moving.move(unit, name, str(id_), visit().labels)


@pages.post("/o/<name>/<uuid:id_>/delete")
@writes
def delete(unit: Unit, name: str, id_: UUID) -> Answer:
    gone = recycle.delete(unit, name, str(id_))
    said = visit().labels.text("“{title}” is in the recycle bin.", title=gone.title)
    to = safe_path(request.form.get("back"), url_for("lists.show", name=name))
    return Go(to, said, url_for("bin.restore"), {"id": gone.id, "back": f"/o/{name}/{id_}"})
