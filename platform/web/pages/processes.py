"""Administration of what happens by itself: automations with their runs, jobs with their replay."""

from __future__ import annotations

from flask import Blueprint, request, url_for

from ...runtime.storage.unit_of_work import Unit
from ...workflow import queue, schedules
from .. import process_pages
from ..answers import Answer, Go, Page
from ..form_input import chosen_ids
from ..run_replay import replayed
from ..visits import reads, visit, writes

pages = Blueprint("processes", __name__, url_prefix="/admin")


@pages.get("/jobs")
@reads
def jobs(unit: Unit) -> Answer:
    model = process_pages.jobs(unit, request.args, visit().labels)
    return Page("administration/jobs.html", {"model": model})


@pages.post("/jobs/replay")
@writes
def replay(unit: Unit) -> Answer:
    ids = chosen_ids(request.form, queue.MOST)
    queue.replay(unit, ids)
    said = visit().labels.text("{count} {count:job waits|jobs wait} again.", count=len(ids))
    return Go(url_for("processes.jobs"), said)


@pages.get("/automations")
@reads
def automations(unit: Unit) -> Answer:
    model = process_pages.automations(unit, visit().labels)
    actions = process_pages.actions(unit, visit().labels)
    return Page("administration/automations.html", {"model": model, "actions": actions})


@pages.get("/automations/<automation>")
@reads
def runs(unit: Unit, automation: str) -> Answer:
    model = process_pages.runs(unit, automation, request.args, visit().labels)
    return Page("administration/runs.html", {"model": model})


@pages.get("/actions/<automation>")
@reads
def action_runs(unit: Unit, automation: str) -> Answer:
    model = process_pages.action_runs(unit, automation, request.args, visit().labels)
    return Page("administration/runs.html", {"model": model})


@pages.post("/automations/<automation>/replay")
@writes
def replay_run(unit: Unit, automation: str) -> Answer:
    """A failed run once more; what stops it again is said."""
    said = replayed(unit, request.form.get("run", ""), visit().labels)
    return Go(url_for("processes.runs", automation=automation), said)


@pages.post("/automations/<automation>/start")
@writes
def start(unit: Unit, automation: str) -> Answer:
    schedules.start(unit, automation)
    said = visit().labels.text("It starts in a moment.")
    return Go(url_for("processes.runs", automation=automation), said)
