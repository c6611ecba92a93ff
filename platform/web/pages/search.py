"""Finding things: the search page, suggestions while typing, the command palette."""

from __future__ import annotations

from flask import Blueprint, request

from ...runtime.storage.unit_of_work import Unit
from .. import finding
from ..answers import Answer, Page
from ..visits import reads, visit

pages = Blueprint("search", __name__)


@pages.get("/search")
@reads
def show(unit: Unit) -> Answer:
    text = request.args.get("q", "")
    found = finding.records(unit, text, visit().labels, finding.MOST_ON_PAGE)
    return Page("search/search.html", {"text": text, "groups": found})


@pages.get("/search/suggest")
@reads
def suggest(unit: Unit) -> Answer:
    found = finding.suggestions(unit, request.args.get("q", ""), visit().labels)
    return Page("search/suggestions.html", {"groups": found})


@pages.get("/search/palette")
@reads
def palette(unit: Unit) -> Answer:
    found = finding.commands(unit, request.args.get("q", ""), visit().labels)
    return Page("search/suggestions.html", {"groups": found})
