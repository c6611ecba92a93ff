"""Pools and queues: claimed, taken, assigned, released; and what waits for me."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, request, url_for

from ...errors import Conflict, TypecaseError
from ...runtime import pools as runtime
from ...runtime import queues as waiting
from ...runtime.storage.unit_of_work import Unit
from .. import cells, pooling, queue_pages
from ..answers import Answer, Go, Page, fragment, safe_path
from ..errors import status_of
from ..visits import reads, visit, writes, writes_or

pages = Blueprint("pools", __name__)


@pages.post("/o/<name>/<uuid:id_>/claim")
@writes
def claim(unit: Unit, name: str, id_: UUID) -> Answer:
    """Mine now; or, when somebody was first or it is one too many, back with a word."""
    try:
        runtime.claim(unit, name, str(id_))
    except Conflict as refused:
        return _back(name, refused.text(visit().locale))
    to = url_for("records.show", name=name, id_=id_)
    return Go(to, visit().labels.text("It is yours now."), id=str(id_))


@pages.post("/o/<name>/<uuid:id_>/take")
@writes
def take(unit: Unit, name: str, id_: UUID) -> Answer:
    try:
        runtime.take(unit, name, str(id_))
    except Conflict as refused:
        return _back(name, refused.text(visit().locale))
    to = url_for("records.show", name=name, id_=id_)
    return Go(to, visit().labels.text("It is yours now."), id=str(id_))


@pages.get("/o/<name>/<uuid:id_>/release")
@reads
def releasing(unit: Unit, name: str, id_: UUID) -> Answer:
    return _form(unit, name, id_, "release")


def release_again(unit: Unit, name: str, id_: UUID, error: TypecaseError) -> Answer:
    return _form(unit, name, id_, "release", error)


@pages.post("/o/<name>/<uuid:id_>/release")
@writes_or(release_again)
def release(unit: Unit, name: str, id_: UUID) -> Answer:
    runtime.release(unit, name, str(id_), request.form.get("reason"))
    return _done(name, id_, "It lies in the pool now.")


@pages.get("/o/<name>/<uuid:id_>/assign")
@reads
def assigning(unit: Unit, name: str, id_: UUID) -> Answer:
    return _form(unit, name, id_, "assign")


def assign_again(unit: Unit, name: str, id_: UUID, error: TypecaseError) -> Answer:
    return _form(unit, name, id_, "assign", error)


@pages.post("/o/<name>/<uuid:id_>/assign")
@writes_or(assign_again)
def assign(unit: Unit, name: str, id_: UUID) -> Answer:
    given = request.form
    runtime.assign(unit, name, str(id_), given.get("owner", ""), given.get("reason"))
    return _done(name, id_, "It has a new owner.")


@pages.get("/queues")
@reads
def queues(unit: Unit) -> Answer:
    """What waits in the queues I am a member of."""
    shown = queue_pages.build(unit, waiting.mine(unit), visit().labels)
    return Page("pools/queues.html", {"queues": shown})


def _form(
    unit: Unit, name: str, id_: UUID, kind: str, error: TypecaseError | None = None
) -> Answer:
    labels = visit().labels
    runtime.require_managed(unit, name, str(id_))
    carried = cells.along(unit, unit.catalog.object(name).name, [str(id_)], labels)
    model = pooling.hand_form(unit, name, str(id_), kind, labels, request.form, carried, error)
    template = "pools/hand_body.html" if fragment() else "pools/hand.html"
    return Page(template, {"model": model}, status_of(error) if error else 200)


def _back(name: str, said: str) -> Go:
    return Go(safe_path(request.form.get("back"), url_for("lists.show", name=name)), said)


def _done(name: str, id_: UUID, said: str) -> Go:
    """Back to the record; who gave it away may be out of its sight, so to the list then."""
    return Go(url_for("lists.show", name=name), visit().labels.text(said), id=str(id_))
