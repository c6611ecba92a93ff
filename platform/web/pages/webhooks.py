"""Webhooks for whoever looks after them: where we call, and how each call went."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, request, url_for

from ...errors import TypecaseError
from ...runtime.storage.unit_of_work import Unit
from ...workflow.webhooks import endpoints, incoming
from .. import webhook_pages
from ..answers import Answer, Go, Page
from ..errors import status_of
from ..form_input import chosen_ids
from ..visits import reads, visit, writes, writes_or

pages = Blueprint("webhooks", __name__, url_prefix="/admin/webhooks")


@pages.get("")
@reads
def show(unit: Unit) -> Answer:
    model = webhook_pages.listed(unit, visit().labels)
    return Page("administration/webhooks.html", {"model": model})


def again(unit: Unit, error: TypecaseError) -> Answer:
    model = webhook_pages.listed(unit, visit().labels, request.form, error)
    return Page("administration/webhooks.html", {"model": model}, status_of(error))


@pages.post("")
@writes_or(again)
def create(unit: Unit) -> Answer:
    """The secret is shown on the page that follows, and only there."""
    name, url = request.form.get("name", "").strip(), request.form.get("url", "").strip()
    id_, secret = endpoints.create(unit, name, url)
    return _one(unit, id_, secret)


@pages.post("/incoming/<automation>")
@writes
def open_address(unit: Unit, automation: str) -> Answer:
    """The address and its secret are shown on the page that follows, and only there."""
    if "close" in request.form:
        incoming.close_address(unit, automation)
        return Go(url_for("webhooks.show"), visit().labels.text("Removed."))
    opened = incoming.open_address(unit, automation)
    model = webhook_pages.listed(unit, visit().labels)
    return Page("administration/webhooks.html", {"model": model, "opened": opened})


@pages.get("/<uuid:id_>")
@reads
def one(unit: Unit, id_: UUID) -> Answer:
    return _one(unit, str(id_))


@pages.post("/<uuid:id_>/active")
@writes
def switch(unit: Unit, id_: UUID) -> Answer:
    on = request.form.get("active") == "1"
    endpoints.switch(unit, str(id_), on)
    said = visit().labels.text("It is called again." if on else "It is called no more.")
    return Go(url_for("webhooks.one", id_=id_), said)


@pages.post("/<uuid:id_>/secret")
@writes
def rotate(unit: Unit, id_: UUID) -> Answer:
    secret = endpoints.rotate(unit, str(id_))
    return _one(unit, str(id_), secret)


@pages.post("/<uuid:id_>/remove")
@writes
def remove(unit: Unit, id_: UUID) -> Answer:
    endpoints.remove(unit, str(id_))
    return Go(url_for("webhooks.show"), visit().labels.text("Removed."))


@pages.post("/<uuid:id_>/replay")
@writes
def replay(unit: Unit, id_: UUID) -> Answer:
    ids = chosen_ids(request.form, endpoints.MOST)
    endpoints.replay(unit, str(id_), ids)
    said = visit().labels.text("{count} {count:call waits|calls wait} again.", count=len(ids))
    return Go(url_for("webhooks.one", id_=id_), said)


def _one(unit: Unit, id_: str, secret: str | None = None) -> Page:
    model = webhook_pages.one(unit, id_, request.args, visit().labels, secret)
    return Page("administration/webhook.html", {"model": model})
