"""Forms: new and known records, what follows while typing, and lookups that search."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, request

from ...errors import TypecaseError
from ...runtime.storage.unit_of_work import Unit
from .. import form_pages, form_search, lookups, uploads
from ..answers import Answer
from ..visits import reads, visit, writes_or

pages = Blueprint("forms", __name__)


def create_again(unit: Unit, name: str, error: TypecaseError) -> Answer:
    return form_pages.again(unit, name, error)


def update_again(unit: Unit, name: str, id_: UUID, error: TypecaseError) -> Answer:
    return form_pages.again(unit, name, error, str(id_))


@pages.get("/o/<name>/new")
@reads
def new(unit: Unit, name: str) -> Answer:
    return form_pages.show(unit, name)


@pages.post("/o/<name>/new")
@writes_or(create_again, before=uploads.keep_all)
def create(unit: Unit, name: str) -> Answer:
    if form_search.wanted(request.form):
        return form_pages.searched(unit, name)
    return form_pages.save(unit, name, None, visit().labels)


@pages.get("/o/<name>/<uuid:id_>/edit")
@reads
def edit(unit: Unit, name: str, id_: UUID) -> Answer:
    return form_pages.show(unit, name, str(id_))


@pages.post("/o/<name>/<uuid:id_>/edit")
@writes_or(update_again, before=uploads.keep_all)
def update(unit: Unit, name: str, id_: UUID) -> Answer:
    if form_search.wanted(request.form):
        return form_pages.searched(unit, name, str(id_))
    return form_pages.save(unit, name, str(id_), visit().labels)


@pages.post("/o/<name>/live")
@reads
def live(unit: Unit, name: str) -> Answer:
    """States and values that follow from what was typed; nothing is written."""
    return form_pages.live(unit, name, request.args.get("id"), visit().labels)


@pages.get("/o/<name>/lookup/<field>")
@reads
def lookup(unit: Unit, name: str, field: str) -> Answer:
    return {"results": lookups.find(unit, name, field, request.args, visit().labels)}
