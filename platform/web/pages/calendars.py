"""Business calendars, changed on a page and published at once."""

from __future__ import annotations

from flask import Blueprint, request

from ...errors import TypecaseError
from ...runtime.storage.unit_of_work import Unit
from .. import calendar_pages
from ..answers import Answer, Page, Planned
from ..calendar_forms import typed_in
from ..errors import status_of
from ..visits import publishes, reads, visit

pages = Blueprint("calendars", __name__, url_prefix="/admin")
TEMPLATE = "administration/calendar.html"


@pages.get("/calendars/<calendar_name>")
@reads
def show(unit: Unit, calendar_name: str) -> Answer:
    return Page(TEMPLATE, {"model": calendar_pages.build(unit, calendar_name, visit().labels)})


def again(unit: Unit, error: TypecaseError, calendar_name: str) -> Answer:
    model = calendar_pages.build(unit, calendar_name, visit().labels, typed_in(request.form), error)
    return Page(TEMPLATE, {"model": model}, status_of(error))


@pages.post("/calendars/<calendar_name>")
@publishes(again)
def save(unit: Unit, calendar_name: str) -> Answer | Planned:
    """Shows first which clocks get another due time; ``publish`` does it."""
    form, labels = request.form, visit().labels
    typed, base = typed_in(form), form.get("base", "")
    if form.get("do") == "publish":
        return calendar_pages.published(unit, calendar_name, typed, base, labels)
    model = calendar_pages.previewed(unit, calendar_name, typed, base, labels)
    return Page(TEMPLATE, {"model": model})
