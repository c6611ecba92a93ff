"""Signing in and out."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from ...errors import SignInFailed, TooManyAttempts, TypecaseError
from ...runtime import identity
from ..answers import safe_path
from ..cookies import LANGUAGE_COOKIE, drop_session, remember, set_session
from ..errors import status_of
from ..visits import require_same_origin, require_token, visit

pages = Blueprint("sign_in", __name__)


@pages.get("/login")
def show() -> Response:
    response = make_response(_page(request.args.get("next")))
    if request.args.get("language"):
        remember(response, LANGUAGE_COOKIE, visit().locale)
    return response


@pages.post("/login")
def enter() -> Response:
    """A new session with a new id, whatever cookie the browser came with."""
    require_same_origin()
    here, form = visit(), request.form
    user, password = form.get("user", ""), form.get("password", "")
    agent = request.headers.get("User-Agent")
    try:
        signed_in = identity.sign_in(here.workspace, user, password, request.remote_addr, agent)
    except (SignInFailed, TooManyAttempts) as error:
        return make_response(_page(form.get("next"), user, error), status_of(error))
    response = make_response(redirect(safe_path(form.get("next")), 303))
    set_session(response, signed_in.secret)
    return response


@pages.post("/logout")
def leave() -> Response:
    require_same_origin()
    here = visit()
    if here.credential is not None:
        with here.workspace.read(here.credential) as unit:
            here.opened(unit)
        require_token(here.csrf)
        identity.sign_out(here.workspace, here.credential, request.remote_addr)
        here.holder = None
    response = make_response(redirect(url_for("sign_in.show"), 303))
    drop_session(response)
    return response


def _page(next_: str | None, user: str = "", problem: TypecaseError | None = None) -> str:
    text = problem.text(visit().locale) if problem else None
    return render_template("login.html", next=safe_path(next_), user=user, problem=text)
