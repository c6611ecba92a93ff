"""The recycle bin: what was deleted, brought back or removed for good, one by one or many."""

from __future__ import annotations

from flask import Blueprint, request

from ...errors import TypecaseError
from ...runtime import recycle
from ...runtime.storage.unit_of_work import Unit
from .. import bin_pages
from ..answers import Answer, Go, Page, safe_path
from ..errors import status_of
from ..rights_edit import said_of
from ..visits import reads, visit, writes, writes_or

pages = Blueprint("bin", __name__)


@pages.get("/bin")
@reads
def show(unit: Unit) -> Answer:
    model = bin_pages.build(unit, request.args.get("object"), visit().labels)
    return Page("bin/bin.html", {"model": model})


def again(unit: Unit, error: TypecaseError) -> Answer:
    labels = visit().labels
    model = bin_pages.build(unit, None, labels)
    told = {"model": model, "problems": said_of(error, labels)}
    return Page("bin/bin.html", told, status_of(error))


@pages.post("/bin/restore")
@writes_or(again)
def restore(unit: Unit) -> Answer:
    ids = bin_pages.chosen(request.form)
    for id_ in ids:
        recycle.restore(unit, id_)
    said = visit().labels.text("{count} restored.", count=len(ids))
    return Go(safe_path(request.form.get("back"), "/bin"), said)


@pages.post("/bin/purge")
@writes
def purge(unit: Unit) -> Answer:
    ids = bin_pages.chosen(request.form)
    for id_ in ids:
        recycle.purge(unit, id_)
    said = visit().labels.text("{count} removed for good.", count=len(ids))
    return Go("/bin", said)
