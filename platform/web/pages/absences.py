"""Absences: under my account, and of a person for those who look after people."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, request, url_for

from ...errors import TypecaseError
from ...runtime.storage.unit_of_work import Unit
from ...workflow.approvals import absences
from .. import absence_pages
from ..answers import Answer, Go, Page
from ..errors import status_of
from ..visits import reads, visit, writes, writes_or

pages = Blueprint("absences", __name__)


@pages.get("/me/absences")
@reads
def mine(unit: Unit) -> Answer:
    return _page(unit, unit.actor.id)


def mine_again(unit: Unit, error: TypecaseError) -> Answer:
    return _page(unit, unit.actor.id, error)


@pages.post("/me/absences")
@writes_or(mine_again)
def add_mine(unit: Unit) -> Answer:
    absence_pages.add(unit, unit.actor.id, request.form)
    return Go(url_for("absences.mine"), visit().labels.text("Saved."))


@pages.post("/me/absences/end")
@writes
def end_mine(unit: Unit) -> Answer:
    absences.end(unit, unit.actor.id, request.form.get("id", ""))
    return Go(url_for("absences.mine"), visit().labels.text("The absence is taken away."))


@pages.get("/admin/users/<uuid:id_>/absences")
@reads
def show(unit: Unit, id_: UUID) -> Answer:
    return _page(unit, str(id_))


def again(unit: Unit, id_: UUID, error: TypecaseError) -> Answer:
    return _page(unit, str(id_), error)


@pages.post("/admin/users/<uuid:id_>/absences")
@writes_or(again)
def add(unit: Unit, id_: UUID) -> Answer:
    absence_pages.add(unit, str(id_), request.form)
    return Go(url_for("absences.show", id_=id_), visit().labels.text("Saved."))


@pages.post("/admin/users/<uuid:id_>/absences/end")
@writes
def end(unit: Unit, id_: UUID) -> Answer:
    absences.end(unit, str(id_), request.form.get("id", ""))
    said = visit().labels.text("The absence is taken away.")
    return Go(url_for("absences.show", id_=id_), said)


def _page(unit: Unit, person: str, error: TypecaseError | None = None) -> Answer:
    model = absence_pages.build(unit, person, visit().labels, request.form, error)
    return Page("account/absences.html", {"model": model}, status_of(error) if error else 200)
