"""How a person gets in: links, second step, sessions, tokens, linked accounts."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, request, url_for

from ...errors import Conflict, NotUnique, RecordInvalid
from ...runtime import password_links, user_access, users
from ...runtime.password_links import Made
from ...runtime.storage.unit_of_work import Unit
from .. import account_pages, people_pages, person_entry, sign_in_pages
from ..answers import Answer, Go, Page, respond
from ..errors import status_of
from ..visits import require_same_origin, require_token, visit, writes

pages = Blueprint("administration_access", __name__, url_prefix="/admin/users")


@pages.post("/invite")
def invite() -> Response:
    """A new person without a password, and the link to choose one."""
    _require_visitor()
    here, form = visit(), request.form
    who = account_pages.credential(here)

    def work(unit: Unit) -> str:
        return users.create(unit, people_pages.posted(unit, form, new=True))

    try:
        id_ = here.workspace.run(who, work)
    except (RecordInvalid, NotUnique) as error:
        with here.workspace.read(who) as unit_:
            model = people_pages.person(unit_, None, here.labels, form, error)
        page = Page("administration/person.html", {"model": model}, status_of(error))
        return make_response(respond(page))
    return _with_link(id_)


@pages.post("/<id_>/link")
def link(id_: str) -> Response:
    """A link to choose a password: mailed, or shown once to be handed over."""
    _require_visitor()
    return _with_link(id_)


@pages.post("/<id_>/second-step")
@writes
def reset_second_step(unit: Unit, id_: str) -> Answer:
    user_access.reset_second_step(unit, id_)
    return _back(id_, "They sign in without a second step now.")


@pages.post("/<id_>/sessions")
@writes
def end_sessions(unit: Unit, id_: str) -> Answer:
    user_access.end_sessions(unit, id_)
    return _back(id_, "Signed out there.")


@pages.post("/<id_>/tokens")
@writes
def revoke_token(unit: Unit, id_: str) -> Answer:
    user_access.revoke_token(unit, id_, request.form.get("id", ""))
    return _back(id_, "The token no longer works.")


@pages.post("/<id_>/unlink")
@writes
def unlink(unit: Unit, id_: str) -> Answer:
    user_access.unlink(unit, id_, request.form.get("issuer", ""))
    return _back(id_, "The account there no longer opens this one.")


def _back(id_: str, said: str) -> Answer:
    return Go(url_for("administration.person", id_=id_), visit().labels.text(said))


def _require_visitor() -> None:
    require_same_origin()
    here = visit()
    account_pages.open_visit(here)
    require_token(here.csrf)


def _with_link(id_: str) -> Response:
    here, served = visit(), sign_in_pages.platform()
    who = account_pages.credential(here)
    made: Made | None = None
    problem: Conflict | None = None
    try:
        made = password_links.make(here.workspace, served.mailer, served.settings.site, who, id_)
    except Conflict as error:
        problem = error
    with here.workspace.read(who) as unit:
        model = people_pages.person(unit, id_, here.labels, error=problem)
    told = person_entry.link_words(made, here.labels) if made else None
    context = {"model": model, "made": made, "link_words": told}
    status = status_of(problem) if problem else 200
    return make_response(respond(Page("administration/person.html", context, status)))
