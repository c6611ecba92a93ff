"""What the pages of signing in have in common: one way to answer, one way in, the picture."""

from __future__ import annotations

import io
from typing import Any

import segno
from flask import Response, current_app, make_response, redirect, render_template, url_for
from markupsafe import Markup

from ..bootstrap import Platform
from ..errors import RecordInvalid, TypecaseError
from ..runtime.identity import SignedIn
from . import cookies
from .answers import safe_path
from .errors import retry_after, status_of
from .visits import visit


def platform() -> Platform:
    """The platform that is served."""
    found: Platform = current_app.config["TYPECASE"]
    return found


def answer(template: str, error: TypecaseError | None = None, **context: Any) -> Response:
    """A page with what went wrong on it, and the status that says so."""
    page = render_template(template, problem=told(error) if error else None, **context)
    response = make_response(page, status_of(error) if error else 200)
    seconds = retry_after(error) if error else None
    if seconds is not None:
        response.headers["Retry-After"] = str(seconds)
    return response


def told(error: TypecaseError) -> str:
    """What went wrong, in the visitor's language."""
    locale = visit().locale
    if isinstance(error, RecordInvalid):
        return " ".join(problem.text(locale) for problem in error.problems)
    return error.text(locale)


def let_in(signed_in: SignedIn, next_: str | None) -> Response:
    """On to where somebody wanted to go, with a session of their own."""
    response = make_response(redirect(safe_path(next_), 303))
    cookies.set_session(response, signed_in.secret)
    cookies.drop(response, cookies.STEP_COOKIE)
    return response


def begin_anew(next_: str | None) -> Response:
    """Back to the password."""
    response = make_response(redirect(url_for("sign_in.show", next=safe_path(next_)), 303))
    cookies.drop(response, cookies.STEP_COOKIE)
    return response


def picture(address: str) -> Markup:
    """A QR code as SVG inside the page: no other address is asked for it, so nobody learns it."""
    held = io.BytesIO()
    segno.make(address, error="m").save(
        held, kind="svg", scale=5, border=3, light="#fff", xmldecl=False, svgns=False, nl=False,
        svgclass=None, lineclass=None,
    )  # fmt: skip
    return Markup(held.getvalue().decode())
