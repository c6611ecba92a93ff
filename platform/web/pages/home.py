"""The first page: where one was, what one may start."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, request, url_for

from ...runtime.storage.unit_of_work import Unit
from .. import desk
from ..answers import Answer, Page
from ..cookies import APP_COOKIE, remember
from ..shell import current_app
from ..visits import reads, visit

pages = Blueprint("home", __name__)


@pages.get("/")
@reads
def show(unit: Unit) -> Answer:
    chosen = request.args.get("app")
    if chosen:
        return _switch(chosen)
    return Page(
        "home/home.html",
        {"desk": desk.build(unit, visit().labels, current_app(unit.catalog, unit.actor))},
    )


def _switch(app: str) -> Response:
    response = make_response(redirect(url_for("home.show"), 303))
    remember(response, APP_COOKIE, app)
    return response
