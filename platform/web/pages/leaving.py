"""Handing over everything that somebody who leaves owns."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, make_response, request, url_for

from ...errors import RecordInvalid
from ...runtime import handing
from ...runtime.storage.unit_of_work import Unit
from .. import account_pages, handing_pages
from ..answers import Answer, Go, Page, respond
from ..errors import status_of
from ..visits import reads, require_same_origin, require_token, visit

pages = Blueprint("administration_leaving", __name__, url_prefix="/admin/users")


@pages.get("/<uuid:id_>/hand-over")
@reads
def show(unit: Unit, id_: UUID) -> Answer:
    model = handing_pages.build(unit, str(id_), visit().labels, request.args.get("to"))
    return Page("administration/hand_over.html", {"model": model})


@pages.post("/<uuid:id_>/hand-over")
def hand_over(id_: UUID) -> Response:
    """Goes on until all is done, or for some seconds: what is left is shown to go on with."""
    require_same_origin()
    here, to = visit(), request.form.get("to", "")
    who = account_pages.credential(here)
    account_pages.open_visit(here)
    require_token(here.csrf)
    try:
        done, kept = handing_pages.hand_over(here.workspace, who, str(id_), to, here.request_id)
    except RecordInvalid as error:
        with here.workspace.read(who) as unit:
            model = handing_pages.build(unit, str(id_), here.labels, error=error)
        page = Page("administration/hand_over.html", {"model": model}, status_of(error))
        return make_response(respond(page))
    with here.workspace.read(who) as unit:
        left = sum(handing.owned(unit, str(id_)).values())
    said = here.labels.text(
        "{done} {done:record is|records are} handed over, {left} {left:is|are} left.",
        done=done,
        left=left,
    )
    said = " ".join([said, *(each.text(here.labels.locale) for each in kept)])
    back = url_for("administration_leaving.show", id_=id_, to=to if left else None)
    return make_response(respond(Go(back, said)))
