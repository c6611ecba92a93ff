"""Writing to many records chosen on a list: composed, tried out, sent now or later, followed."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, request, url_for

from ...errors import TypecaseError
from ...runtime.storage.unit_of_work import Unit
from ...workflow.messages import mailings
from .. import mailing_pages, sign_in_pages
from ..answers import Answer, Go, Page
from ..errors import status_of
from ..visits import reads, visit, writes, writes_or

pages = Blueprint("mailings", __name__)


@pages.post("/o/<name>/mailing")
@reads
def compose(unit: Unit, name: str) -> Answer:
    """Shows to whom it would go and how it would look; changes nothing."""
    renderer = sign_in_pages.platform().renderer
    model = mailing_pages.compose(unit, name, request.form, visit().labels, renderer)
    return Page("mailings/compose.html", {"model": model})


def again(unit: Unit, name: str, error: TypecaseError) -> Answer:
    model = mailing_pages.compose(unit, name, request.form, visit().labels, None, error)
    return Page("mailings/compose.html", {"model": model}, status_of(error))


@pages.post("/o/<name>/mailing/send")
@writes_or(again)
def send(unit: Unit, name: str) -> Answer:
    id_ = mailing_pages.send(unit, name, request.form, visit().labels)
    return Go(url_for("mailings.one", id_=id_), visit().labels.text("The mailing is put."))


@pages.post("/o/<name>/mailing/test")
@writes_or(again)
def test(unit: Unit, name: str) -> Answer:
    labels = visit().labels
    mailing_pages.test(unit, name, request.form, labels)
    note = labels.text("A test message is on its way to you.")
    model = mailing_pages.compose(unit, name, request.form, labels, None, note=note)
    return Page("mailings/compose.html", {"model": model})


@pages.get("/mailings")
@reads
def show(unit: Unit) -> Answer:
    model = mailing_pages.listed(unit, visit().labels)
    return Page("mailings/list.html", {"mailings": model})


@pages.get("/mailings/<uuid:id_>")
@reads
def one(unit: Unit, id_: UUID) -> Answer:
    model = mailing_pages.one(unit, str(id_), request.args, visit().labels)
    return Page("mailings/mailing.html", {"model": model})


@pages.post("/mailings/<uuid:id_>/stop")
@writes
def stop(unit: Unit, id_: UUID) -> Answer:
    mailings.stop(unit, str(id_))
    return Go(url_for("mailings.one", id_=id_), visit().labels.text("Stopped."))
