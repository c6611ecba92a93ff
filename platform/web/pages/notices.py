"""What one is told inside the system."""

from __future__ import annotations

from flask import Blueprint, Response, url_for

from ...runtime.storage.unit_of_work import Unit
from ...workflow import notices
from .. import notice_pages
from ..answers import Answer, Go, Page
from ..visits import reads, visit, writes

pages = Blueprint("notices", __name__)


@pages.get("/notices")
@reads
def mine(unit: Unit) -> Answer:
    return Page("home/notices.html", {"notices": notice_pages.build(unit, visit().labels)})


@pages.get("/notices/new")
@reads
def new(unit: Unit) -> Answer:
    """How many are new, for the bell; nothing where there are none."""
    return Response(notice_pages.count(notices.unread(unit)), mimetype="text/plain")


@pages.post("/notices")
@writes
def read(unit: Unit) -> Answer:
    notices.mark_read(unit)
    return Go(url_for("notices.mine"))
