"""Signing in and out."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, request, url_for

from ...errors import SignInFailed, TooManyAttempts, TypecaseError
from ...runtime import identity
from ...runtime.identity import HalfIn
from ...runtime.one_time import SECOND_STEP
from .. import sign_in_pages
from ..answers import safe_path
from ..cookies import LANGUAGE_COOKIE, STEP_COOKIE, drop_session, remember, set_brief
from ..visits import require_same_origin, require_token, visit

pages = Blueprint("sign_in", __name__)


@pages.get("/login")
def show() -> Response:
    response = shown(request.args.get("next"))
    if request.args.get("language"):
        remember(response, LANGUAGE_COOKIE, visit().locale)
    return response


@pages.post("/login")
def enter() -> Response:
    """A new session with a new id, whatever cookie the browser came with."""
    require_same_origin()
    here, form = visit(), request.form
    user, password, next_ = form.get("user", ""), form.get("password", ""), form.get("next")
    agent = request.headers.get("User-Agent")
    try:
        admitted = identity.sign_in(here.workspace, user, password, request.remote_addr, agent)
    except (SignInFailed, TooManyAttempts) as error:
        return shown(next_, user, error)
    if isinstance(admitted, HalfIn):
        response = make_response(redirect(url_for("second_step.show", next=safe_path(next_)), 303))
        set_brief(response, STEP_COOKIE, admitted.secret, SECOND_STEP.lasts)
        return response
    return sign_in_pages.let_in(admitted, next_)


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


def shown(next_: str | None, user: str = "", error: TypecaseError | None = None) -> Response:
    """The page to sign in on."""
    return sign_in_pages.answer(
        "sign_in/login.html",
        error,
        next=safe_path(next_),
        user=user,
        providers=sign_in_pages.platform().providers,
    )
