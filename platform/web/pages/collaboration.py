"""What stands beside a record: comments, files, tags, and who it belongs to."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, request, url_for

from ...errors import TypecaseError
from ...runtime import comments, files, saving, tags
from ...runtime.storage.unit_of_work import Unit
from .. import cells, downloads, uploads
from ..answers import Answer, Go, Page
from ..visits import reads, visit, writes, writes_or

pages = Blueprint("collaboration", __name__)


def _record(name: str, id_: UUID) -> str:
    return url_for("records.show", name=name, id_=id_)


@pages.post("/o/<name>/<uuid:id_>/comments")
@writes
def comment(unit: Unit, name: str, id_: UUID) -> Answer:
    comments.add(unit, name, str(id_), request.form.get("body", ""))
    return Go(_record(name, id_))


@pages.post("/o/<name>/<uuid:id_>/comments/<comment_id>/delete")
@writes
def drop_comment(unit: Unit, name: str, id_: UUID, comment_id: str) -> Answer:
    comments.delete(unit, comment_id)
    return Go(_record(name, id_), visit().labels.text("The comment is gone."))


@pages.post("/o/<name>/<uuid:id_>/files")
@writes_or(before=lambda: uploads.keep("file"))
def attach(unit: Unit, name: str, id_: UUID) -> Answer:
    for stored in uploads.kept("file"):
        files.attach(unit, name, str(id_), stored)
    return Go(_record(name, id_))


@pages.post("/o/<name>/<uuid:id_>/files/<file_id>/remove")
@writes
def detach(unit: Unit, name: str, id_: UUID, file_id: str) -> Answer:
    files.remove(unit, file_id)
    return Go(_record(name, id_), visit().labels.text("The file is gone."))


@pages.get("/files/<uuid:file_id>")
@reads
def download(unit: Unit, file_id: UUID) -> Answer:
    """Pictures are shown in place, all else is sent to be saved: nothing runs as our page."""
    return downloads.send(files.open_file(unit, str(file_id)), in_place=True)


@pages.post("/o/<name>/<uuid:id_>/tags")
@writes
def tag(unit: Unit, name: str, id_: UUID) -> Answer:
    if request.form.get("remove"):
        tags.remove(unit, name, [str(id_)], [request.form["remove"]])
    elif request.form.get("tag", "").strip():
        tags.add(unit, name, [str(id_)], [request.form["tag"].strip()])
    return Go(_record(name, id_))


@pages.get("/o/<name>/<uuid:id_>/owner")
@reads
def owner(unit: Unit, name: str, id_: UUID) -> Answer:
    return cells.owner_page(unit, name, str(id_))


def owner_again(unit: Unit, name: str, id_: UUID, error: TypecaseError) -> Answer:
    page = cells.owner_page(unit, name, str(id_), error)
    return Page(page.template, page.context, 422)


@pages.post("/o/<name>/<uuid:id_>/owner")
@writes_or(owner_again)
def change_owner(unit: Unit, name: str, id_: UUID) -> Answer:
    saving.update(unit, name, str(id_), {"owner": request.form.get("owner") or None})
    return Go(_record(name, id_), visit().labels.text("Saved."), id=str(id_))
