"""My account: how things look, my password, where I am signed in, my API tokens."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from ...errors import RecordInvalid, SignInFailed, TooManyAttempts, TypecaseError
from ...runtime import identity, sessions, tokens, users
from ...runtime.storage.unit_of_work import Unit
from ...workflow import notices
from ...workflow.notices import Choice
from .. import account_pages, cookies, sign_in_pages, token_words
from ..answers import Answer, Go, Page
from ..errors import status_of
from ..visits import reads, require_same_origin, require_token, visit, writes, writes_or

pages = Blueprint("account", __name__)


@pages.get("/me")
@reads
def show(unit: Unit) -> Answer:
    return Page("account/account.html", {"model": account_pages.build(unit, visit().labels)})


@pages.post("/me/look")
@writes
def look(unit: Unit) -> Answer:
    """Theme and accent stay with the browser; language and zone with the person."""
    wanted = {k: request.form[k] for k in ("language", "zone") if request.form.get(k)}
    if wanted:
        users.update(unit, unit.actor.id, wanted)
    return account_pages.with_look(request.form)


def again(unit: Unit, error: TypecaseError) -> Answer:
    problems = error.problems if isinstance(error, RecordInvalid) else ()
    labels = visit().labels
    said = " ".join(each.text(labels.locale) for each in problems) or error.text(labels.locale)
    model = account_pages.build(unit, labels, problem=said)
    return Page("account/account.html", {"model": model}, status_of(error))


@pages.post("/me/notices")
@writes_or(again)
def notify(unit: Unit) -> Answer:
    """How one wants to be told of what, and the number text messages go to."""
    form = request.form
    if "phone" in form:
        users.update(unit, unit.actor.id, {"phone": form["phone"]})
    chosen = {
        kind: Choice(*(f"{way}.{kind}" in form for way in Choice._fields)) for kind in notices.KINDS
    }
    notices.choose(unit, chosen)
    return Go(url_for("account.show"), visit().labels.text("Saved."))


@pages.get("/me/password")
@reads
def password(unit: Unit) -> Answer:
    return Page("account/password.html", {"problem": None})


@pages.post("/me/password")
def change_password() -> Response:
    """Hashing takes long, so it has its own transactions; the browser gets a new session."""
    require_same_origin()
    here, form = visit(), request.form
    account_pages.open_visit(here)
    require_token(here.csrf)
    agent = request.headers.get("User-Agent")
    try:
        cookie = identity.change_password(
            here.workspace, account_pages.credential(here), form.get("old", ""),
            form.get("new", ""), request.remote_addr, agent, keep_tokens="keep_tokens" in form,
        )  # fmt: skip
    except (SignInFailed, TooManyAttempts, RecordInvalid) as error:
        text = sign_in_pages.told(error)
        page = render_template("account/password.html", problem=text)
        return make_response(page, status_of(error))
    here.holder = None
    response = make_response(redirect(url_for("account.show"), 303))
    cookies.set_session(response, cookie)
    return response


@pages.post("/me/sessions/end")
@writes
def end_session(unit: Unit) -> Answer:
    if request.form.get("id"):
        sessions.end(unit, request.form["id"])
    else:
        sessions.end_others(unit)
    return Go(url_for("account.show"), visit().labels.text("Signed out there."))


def token_again(unit: Unit, error: TypecaseError) -> Answer:
    model = account_pages.build(unit, visit().labels, problem=sign_in_pages.told(error))
    return Page("account/account.html", {"model": model}, status_of(error))


@pages.post("/me/tokens")
@writes_or(token_again)
def new_token(unit: Unit) -> Answer:
    """The token itself is shown once, on this very page."""
    form, days = request.form, request.form.get("days", "90")
    until = int(days) if days.isdecimal() else 0
    issued = tokens.create(unit, form.get("name", ""), token_words.chosen(form), until)
    model = account_pages.build(unit, visit().labels, secret=issued.secret)
    return Page("account/account.html", {"model": model})


@pages.post("/me/tokens/revoke")
@writes
def revoke_token(unit: Unit) -> Answer:
    tokens.revoke(unit, request.form.get("id", ""))
    return Go(url_for("account.show"), visit().labels.text("The token no longer works."))
