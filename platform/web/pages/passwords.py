"""Forgotten passwords and invitations: asking for a link, choosing a password with it."""

from __future__ import annotations

from flask import Blueprint, Response, request, session, url_for

from ...errors import BadRequest, RecordInvalid, SignInRequired, TooManyAttempts
from ...runtime import password_links
from ...runtime.actors import SYSTEM
from .. import sign_in_pages
from ..visits import require_same_origin, visit

pages = Blueprint("passwords", __name__)


@pages.get("/forgot-password")
def forgot() -> Response:
    return _asking()


@pages.post("/forgot-password")
def ask() -> Response:
    """The answer is the same whether or not there is such a person."""
    require_same_origin()
    served = sign_in_pages.platform()
    if not served.mailer.is_set:
        return _asking()
    try:
        password_links.ask(
            visit().workspace, served.mailer, served.settings.site, request.form.get("user"),
            request.remote_addr,
        )  # fmt: skip
    except (TooManyAttempts, BadRequest) as error:
        return _asking(error=error)
    return _asking(asked=True)


@pages.get("/choose-password")
def choose() -> Response:
    link = request.args.get("link", "")
    with visit().workspace.read(SYSTEM) as unit:
        is_open = password_links.is_open(unit, link)
    error = None if is_open else SignInRequired(password_links.OVER)
    return sign_in_pages.answer("sign_in/choose.html", error, link=link if is_open else None)


@pages.post("/choose-password")
def chosen() -> Response:
    require_same_origin()
    form = request.form
    link, new = form.get("link", ""), form.get("new", "")
    try:
        password_links.require_same(new, form.get("again", ""))
        password_links.choose(visit().workspace, link, new, request.remote_addr)
    except RecordInvalid as error:
        return sign_in_pages.answer("sign_in/choose.html", error, link=link)
    except SignInRequired as error:
        return sign_in_pages.answer("sign_in/choose.html", error, link=None)
    session["note"] = [visit().labels.text("Your password is set. Sign in with it."), None, {}]
    return Response(status=303, headers={"Location": url_for("sign_in.show")})


def _asking(asked: bool = False, error: TooManyAttempts | BadRequest | None = None) -> Response:
    mails = sign_in_pages.platform().mailer.is_set
    return sign_in_pages.answer("sign_in/forgot.html", error, asked=asked, mails=mails)
