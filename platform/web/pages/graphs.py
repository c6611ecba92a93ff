"""Administration of approvals: their graphs, with the drawing and a place to try them out."""

from __future__ import annotations

from flask import Blueprint, request, url_for

from ...runtime.storage.unit_of_work import Unit
from ...workflow.approvals import graphs, versions
from .. import graph_cases, graph_pages, lookups
from ..answers import Answer, Go, Page
from ..visits import reads, visit, writes

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


@pages.get("/<name>/<approval>/records")
@reads
def records(unit: Unit, name: str, approval: str) -> Answer:
    """On which record it may be tried out."""
    seen = graphs.one(unit, name, approval)
    obj = unit.catalog.object(seen.graph.object)
    found = lookups.find_in(unit, obj, request.args.get("q", ""), visit().labels)
    return {"results": found}


@pages.get("/<name>/<approval>/cases")
@reads
def cases(unit: Unit, name: str, approval: str) -> Answer:
    """Cases that run on an older version; with ``?case=`` how those would stand in the new one."""
    chosen, after = request.args.getlist("case"), request.args.get("after")
    model = graph_cases.build(unit, name, approval, chosen, after, visit().labels)
    return Page("administration/graph_cases.html", {"model": model})


@pages.post("/<name>/<approval>/cases")
@writes
def move(unit: Unit, name: str, approval: str) -> Answer:
    """What is refused stays, and is named."""
    given = [each.partition(":")[::2] for each in request.form.getlist("case")]
    done = versions.move_many(unit, [(id_, int(n)) for id_, n in given if n.isdecimal()])
    refused = [error.text(visit().locale) for error in done if error is not None]
    said = visit().labels.text("{count} moved.", count=len(done) - len(refused))
    here = url_for("graphs.cases", name=name, approval=approval)
    return Go(here, " ".join([said, *dict.fromkeys(refused)]))
