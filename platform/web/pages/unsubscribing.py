"""No more marketing: opened from a mail, by people who have no account here.

Looking changes nothing, because mail programs look too; one click does. Mail programs press the
button themselves (RFC 8058), from another site and without a token: the link is the proof.
"""

from __future__ import annotations

from flask import Blueprint, Response

from ...runtime.actors import SYSTEM
from ...workflow.messages import unsubscribing
from .. import sign_in_pages
from ..visits import visit

pages = Blueprint("unsubscribing", __name__, url_prefix="/unsubscribe")


@pages.get("/<token>")
def show(token: str) -> Response:
    address = unsubscribing.holder(visit().workspace.settings.secret, token)
    return sign_in_pages.answer("sign_in/unsubscribe.html", address=address, done=False)


@pages.post("/<token>")
def do(token: str) -> Response:
    address = visit().workspace.run(SYSTEM, lambda unit: unsubscribing.unsubscribe(unit, token))
    return sign_in_pages.answer("sign_in/unsubscribe.html", address=address, done=True)
