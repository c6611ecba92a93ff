"""Administration of approvals: their graphs, with the drawing and a place to try them out."""

from __future__ import annotations

from flask import Blueprint, request

from ...runtime.storage.unit_of_work import Unit
from .. import graph_pages
from ..answers import Answer, Page
from ..visits import reads, visit

pages = Blueprint("graphs", __name__, url_prefix="/admin/approvals")


@pages.get("")
@reads
def overview(unit: Unit) -> Answer:
    rows = graph_pages.rows(unit, visit().labels)
    return Page("administration/graphs.html", {"model": rows})


@pages.get("/<name>/<approval>")
@reads
def show(unit: Unit, name: str, approval: str) -> Answer:
    """With ``?try=1`` tried out with what the address says: a try can be sent to a colleague."""
    form = request.args if "try" in request.args else None
    model = graph_pages.build(unit, name, approval, form, visit().labels)
    return Page("administration/graph.html", {"model": model}, 422 if model.problem else 200)
