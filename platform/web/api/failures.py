"""What goes wrong below ``/api``, in one shape: our errors, addresses and methods that are not
there, and faults of our own.
"""

from __future__ import annotations

import logging

from flask import Response, g, request
from werkzeug.exceptions import HTTPException

from ...errors import TypecaseError
from ...texts import translate
from .answers import error_answer, refusal

LOG = logging.getLogger("typecase.api")

MESSAGES = {
    400: ("bad_request", "The request could not be read."),
    404: ("not_found", "There is no such address."),
    405: ("method_not_allowed", "Not this method here."),
    413: ("too_large", "The request is too large."),
    500: ("error", "Something went wrong on our side"),
}


def refused(error: TypecaseError) -> Response:
    return refusal(error, _locale())


def failed(error: Exception) -> Response:
    """What is none of our errors: refused by the web server's own rules, or a fault of ours.

    The trace of a fault goes to the log under the request's id, which the answer carries.
    """
    if isinstance(error, TypecaseError):
        return refused(error)
    status = (error.code or 500) if isinstance(error, HTTPException) else 500
    if status >= 500:
        LOG.error("request %s failed", g.get("request_id"), exc_info=error)
    code, message = MESSAGES.get(status, MESSAGES[400 if status < 500 else 500])
    response = error_answer(code, translate(message, _locale()), [], status)
    allowed = getattr(error, "valid_methods", None)
    if allowed:
        response.headers["Allow"] = ", ".join(sorted(allowed))
    return response


def is_below_api() -> bool:
    """Whether the request asks the API: where no route was found, only its path tells."""
    return request.path.startswith("/api/")


def _locale() -> str:
    return g.get("locale") or request.accept_languages.best_match(("en", "zh")) or "en"
