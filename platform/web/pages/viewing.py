"""Looking as somebody else: how it begins, and how it ends."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, redirect, url_for
from werkzeug.wrappers import Response as Redirect

from ...runtime import viewing
from ...runtime.actors import SYSTEM
from ...runtime.storage.unit_of_work import Unit
from .. import account_pages
from ..answers import Answer, Go
from ..visits import require_same_origin, require_token, visit, writes

pages = Blueprint("administration_viewing", __name__)


@pages.post("/admin/users/<uuid:id_>/view")
@writes
def begin(unit: Unit, id_: UUID) -> Answer:
    viewing.begin(unit, str(id_))
    return Go(url_for("home.show"))


@pages.post("/view-as/end")
def end() -> Redirect | Response:
    """The session only reads meanwhile, so the system ends it, once the token was shown."""
    require_same_origin()
    here = visit()
    credential = account_pages.credential(here)
    account_pages.open_visit(here)
    require_token(here.csrf)
    person = here.actor.id if here.is_viewing and here.actor else None
    here.workspace.run(SYSTEM, lambda unit: viewing.end(unit, credential), "page", here.request_id)
    to = url_for("administration.person", id_=person) if person else url_for("home.show")
    return redirect(to, 303)
