"""Actions, automations and jobs over REST."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from ...errors import BadRequest
from ...metadata.definitions import Field
from ...metadata.processes import Action, Input
from ...runtime.storage.unit_of_work import Unit
from ...workflow import actions, overview, queue, replaying, runs, schedules
from ...workflow.jobs import Job
from ...workflow.runs import Run
from ..labels import Labels
from . import requests
from .answers import answer
from .values import plain

MOST = 200


# Actions ------------------------------------------------------------------------------------


def record_actions(unit: Unit, object_name: str, id_: str) -> Response:
    """What may be done with the record as it is now."""
    requests.parameters(request)
    name = unit.catalog.object(object_name).name
    labels = Labels(unit.catalog, unit.actor.language)
    found = [described(labels, each) for each in actions.offered(unit, name, id_)]
    return answer({"actions": found})


def act(unit: Unit, object_name: str, id_: str, action: str) -> Response:
    """``{"inputs": {…}, "dry_run": false}`` → what to show next, and what was done."""
    requests.parameters(request)
    told = requests.body(request)
    requests.only(told, "inputs", "dry_run")
    inputs, dry = told.get("inputs") or {}, told.get("dry_run", False)
    if not isinstance(inputs, dict) or not isinstance(dry, bool):
        raise BadRequest("inputs is an object, dry_run is true or false.")
    name = unit.catalog.object(object_name).name
    version = requests.version_of(request.headers.get("If-Match"))
    outcome = actions.run(unit, name, id_, action, inputs, version, dry)
    shown, record = outcome.opens
    return answer({"object": shown, "id": record, "dry_run": dry, "trace": list(outcome.trace)})


def described(labels: Labels, action: Action) -> dict[str, Any]:
    return {
        "name": action.name,
        "label": labels.thing(action),
        "inputs": [_input(labels, each) for each in action.inputs],
    }


def _input(labels: Labels, asked: Input) -> dict[str, Any]:
    document = _field(labels, asked.field)
    if asked.is_table:
        document["fields"] = [_field(labels, each) for each in asked.columns]
    return document


def _field(labels: Labels, field: Field) -> dict[str, Any]:
    document: dict[str, Any] = {
        "name": field.name,
        "type": field.type,
        "label": labels.field(field),
        "required": field.required is True,
    }
    if field.targets:
        document["targets"] = list(field.targets)
    if field.options:
        named = [{"name": o.name, "label": labels.option(o)} for o in field.options]
        document["options"] = named
    return document


# Automations --------------------------------------------------------------------------------


def automations(unit: Unit) -> Response:
    requests.parameters(request)
    found = [
        {
            "name": each.name,
            "label": each.label,
            "on": each.on,
            "done": each.ran.done,
            "failed": each.ran.failed,
            "last": plain(each.ran.last),
        }
        for each in overview.automations(unit)
    ]
    return answer({"automations": found})


def automation_runs(unit: Unit, automation: str) -> Response:
    told = requests.parameters(request, "limit", "cursor")
    limit = requests.limit(told, 50, MOST)
    found = runs.find(unit, automation, limit, requests.place(told), pressed=False)
    schedules.find(unit, automation)
    following = found[-1].id if len(found) == limit else None
    return answer({"runs": [_run(each) for each in found], "next": following})


def replay_run(unit: Unit, id_: str) -> Response:
    """A failed run once more."""
    requests.parameters(request)
    replaying.replay(unit, id_)
    return answer({"replayed": id_})


def start(unit: Unit, automation: str) -> Response:
    requests.parameters(request)
    schedules.start(unit, automation)
    return answer({"started": automation}, 202)


def _run(run: Run) -> dict[str, Any]:
    return {
        "id": run.id,
        "automation": run.automation,
        "at": plain(run.at),
        "event": run.event,
        "outcome": run.outcome,
        "object": run.object,
        "record": run.record,
        "actor": run.actor,
        "job": run.job,
        "error": run.error,
        "trace": list(run.trace),
    }


# Jobs ---------------------------------------------------------------------------------------


def jobs(unit: Unit) -> Response:
    told = requests.parameters(request, "state", "limit", "cursor")
    limit = requests.limit(told, 50, MOST)
    page = queue.look(unit, told.get("state"), limit, requests.place(told))
    found = [_job(each) for each in page.jobs]
    return answer({"jobs": found, "next": page.next, "counts": dict(page.counts)})


def replay(unit: Unit) -> Response:
    """``{"jobs": [ids]}``: dead ones are tried again."""
    requests.parameters(request)
    told = requests.body(request)
    requests.only(told, "jobs")
    ids = requests.ids(told, "jobs")
    if not ids:
        raise BadRequest("Name the jobs to try again.")
    queue.replay(unit, ids)
    return answer({"replayed": len(ids)})


def _job(job: Job) -> dict[str, Any]:
    return {
        "id": job.id,
        "kind": job.kind,
        "state": job.state,
        "due_at": plain(job.due_at),
        "attempts": job.attempts,
        "error": job.error,
        "object": job.object,
        "record": job.record,
        "created_at": plain(job.created_at),
        "ended_at": plain(job.ended_at),
    }
