"""Where other systems call us. No session, no cookie: address and signature are the proof."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from ...errors import TooLarge, TypecaseError
from ...workflow.webhooks import incoming
from ..errors import status_of
from ..visits import visit

pages = Blueprint("hooks", __name__)


@pages.post("/hooks/<token>")
def receive(token: str) -> Response:
    """202: it will be done; 200: it came before; else an error as JSON."""
    try:
        if (request.content_length or 0) > incoming.MOST_BYTES:
            raise TooLarge("At most {most} bytes at once.", most=incoming.MOST_BYTES)
        headers = {name.lower(): value for name, value in request.headers.items()}
        fresh = incoming.receive(visit().workspace, token, headers, request.get_data())
    except TypecaseError as error:
        problems = [problem.text() for problem in getattr(error, "problems", ())]
        answer = jsonify({"error": error.code, "message": error.text(), "problems": problems})
        answer.status_code = status_of(error)
        return answer
    answer = jsonify({"accepted": fresh})
    answer.status_code = 202 if fresh else 200
    return answer
