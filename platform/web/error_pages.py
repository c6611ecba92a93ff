"""What people see when something went wrong: what happened, and what to do next."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from flask import Response, g, jsonify, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from ..errors import (
    DefinitionsInvalid,
    MustChangePassword,
    NotUnique,
    RecordInvalid,
    SignInRequired,
    TypecaseError,
)
from ..texts import translate
from .answers import fragment
from .errors import retry_after, status_of
from .visits import Visit

LOG = logging.getLogger("typecase.web")


@dataclass(frozen=True, slots=True)
class Words:
    heading: str
    sign: str
    message: str = ""


WORDS: dict[int, Words] = {
    400: Words("This address does not make sense", "map-off"),
    403: Words("You may not do this", "lock", "Ask an administrator if you need it."),
    404: Words("There is nothing here", "search-off"),
    405: Words("This address does not make sense", "map-off"),
    413: Words("This is too large", "package"),
    429: Words("Too many attempts", "hourglass"),
    500: Words("Something went wrong on our side", "tool", "Nothing was saved. Try again."),
    503: Words("One moment, please", "hourglass"),
}
OTHER = Words("This cannot be done now", "alert-triangle")


def refused(error: TypecaseError) -> Any:
    """One of our own errors, as a page, a fragment's JSON, or the way to the log-in."""
    if isinstance(error, SignInRequired) and not fragment():
        return redirect(url_for("sign_in.show", next=_next()), 303)
    if isinstance(error, MustChangePassword) and not fragment():
        return redirect(url_for("account.password"), 303)
    status = status_of(error)
    details = _details(error)
    response = _answer(status, error.text(_locale()), details, error.code)
    seconds = retry_after(error)
    if seconds is not None:
        response.headers["Retry-After"] = str(seconds)
    return response


def failed(error: Exception) -> Any:
    """Anything else: a page with a reference; the trace goes to the log under the same one."""
    if isinstance(error, RequestEntityTooLarge):
        return _answer(413, _say("The limit is {limit} MB.", limit=32), [], "too_large")
    if isinstance(error, HTTPException):
        code = error.code or 500
        return _answer(code, _say(WORDS.get(code, OTHER).message), [], "http")
    LOG.exception("request %s failed", g.get("request_id"))
    return _answer(500, _say(WORDS[500].message), [], "error")


def _answer(status: int, message: str, details: list[str], code: str) -> Response:
    if fragment() and fragment() != "dialog":
        body = {"error": {"code": code, "message": " ".join([message, *details])}}
        response: Response = _json(body)
        response.status_code = status
        return response
    words = WORDS.get(status, OTHER)
    page = render_template(
        "errors/error.html",
        heading=_say(words.heading),
        sign=words.sign,
        message=message,
        details=details,
        reference=g.get("request_id") if status >= 500 else None,
    )
    return Response(page, status)


def _json(body: dict[str, Any]) -> Response:
    return jsonify(body)


def _details(error: TypecaseError) -> list[str]:
    locale = _locale()
    if isinstance(error, RecordInvalid):
        return [problem.text(locale) for problem in error.problems]
    if isinstance(error, DefinitionsInvalid):
        return [str(problem) for problem in error.problems]
    if isinstance(error, NotUnique):
        return list(error.fields)
    return []


def _next() -> str:
    if request.method == "GET":
        return request.full_path.rstrip("?")
    return request.form.get("back", "/")


def _locale() -> str:
    here: Visit | None = g.get("visit")
    return here.locale if here else "en"


def _say(template: str, **data: object) -> str:
    return translate(template, _locale(), **data)
