"""What a client gets back: JSON with the right status, errors in one shape."""

from __future__ import annotations

import json
from typing import Any

from flask import Response

from ... import errors
from ..errors import retry_after, status_of

FIXED = (("Cache-Control", "no-store"), ("Vary", "Cookie, Authorization"))


def answer(document: Any, status: int = 200, **headers: str) -> Response:
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    told = [*FIXED, *((name.replace("_", "-"), value) for name, value in headers.items())]
    return Response(text, status, told, mimetype="application/json")


def refusal(error: errors.TypecaseError, locale: str) -> Response:
    """``{"error": {"code", "message", "details"}}`` with the status of the error's class."""
    told = details(error, locale)
    response = error_answer(error.code, error.text(locale), told, status_of(error))
    seconds = retry_after(error)
    if seconds is not None:
        response.headers["Retry-After"] = str(seconds)
    return response


def error_answer(code: str, message: str, told: list[dict[str, Any]], status: int) -> Response:
    """The one shape of everything that is refused."""
    return answer({"error": {"code": code, "message": message, "details": told}}, status)


def details(error: errors.TypecaseError, locale: str) -> list[dict[str, Any]]:
    match error:
        case errors.RecordInvalid():
            return [
                {"field": p.field, "code": p.code, "message": p.text(locale)}
                | ({"row": p.data["row"]} if "row" in p.data else {})
                for p in error.problems
            ]
        case errors.NotUnique():
            return [
                {"field": name, "code": error.code, "message": error.text(locale)}
                for name in error.fields
            ]
        case errors.StaleRecord():
            said = error.text(locale)
            return [
                {"field": name, "code": "stale", "message": said, "theirs": theirs, "mine": mine}
                for name, (theirs, mine) in error.both.items()
            ]
        case _:
            return []
