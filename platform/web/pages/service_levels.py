"""Administration of service levels: what is promised, by whose hours, and counting it anew."""

from __future__ import annotations

from flask import Blueprint, request, url_for

from ...runtime.storage.unit_of_work import Unit
from ...workflow.sla import recomputing
from .. import sla_escalated, sla_levels, sla_recomputing, sla_timeline
from ..answers import Answer, Go, Page
from ..run_replay import replayed
from ..visits import reads, visit, writes

pages = Blueprint("service_levels", __name__, url_prefix="/admin")


@pages.get("/service-levels")
@reads
def show(unit: Unit) -> Answer:
    model = sla_levels.levels(unit, visit().labels)
    return Page("administration/service_levels.html", {"model": model})


@pages.get("/service-levels/<name>/recompute")
@reads
def recompute(unit: Unit, name: str) -> Answer:
    model = sla_recomputing.recompute(unit, name, visit().labels)
    return Page("administration/recompute.html", {"model": model})


@pages.post("/service-levels/<name>/recompute")
@writes
def start(unit: Unit, name: str) -> Answer:
    recomputing.start(unit, name)
    said = visit().labels.text("It starts in a moment.")
    return Go(url_for("service_levels.recompute", name=name), said)


@pages.get("/service-levels/<name>/runs")
@reads
def runs(unit: Unit, name: str) -> Answer:
    """Which escalations ran when; of one record where it is named."""
    model = sla_escalated.page(unit, name, request.args, visit().labels)
    return Page("administration/escalations.html", {"model": model})


@pages.post("/service-levels/<name>/replay")
@writes
def replay(unit: Unit, name: str) -> Answer:
    said = replayed(unit, request.form.get("run", ""), visit().labels)
    record = request.form.get("record") or None
    return Go(url_for("service_levels.runs", name=name, record=record), said)


@pages.get("/service-levels/<name>/timeline")
@reads
def timeline(unit: Unit, name: str) -> Answer:
    """What the clocks of a policy would do; a try can be sent to a colleague by its address."""
    model = sla_timeline.build(unit, name, request.args, visit().labels)
    page = {"model": model}
    return Page("administration/sla_timeline.html", page, 422 if model.problems else 200)
