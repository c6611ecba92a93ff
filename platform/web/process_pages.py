"""Jobs, automations and their runs as values for their pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from ..errors import NotFound
from ..metadata.formats import moment_format, relative_moment
from ..runtime.actors import SYSTEM_ID
from ..runtime.forms import titles_of
from ..runtime.storage.people import names
from ..runtime.storage.unit_of_work import Unit
from ..workflow import overview, queue, schedules
from ..workflow import runs as history
from ..workflow.jobs import STATES, Job
from ..workflow.overview import Seen
from ..workflow.runs import Run
from . import process_words
from .labels import Labels
from .listing import Tab
from .process_words import EVENT_LABELS

PAGE = 50
STATE_LABELS = {"waiting": "Waiting", "running": "Running", "done": "Done", "dead": "Dead"}
STATE_COLORS = {"waiting": "blue", "running": "teal", "done": "green", "dead": "red"}
KIND_LABELS = {
    "chore": "Tidying up",
    "automation": "Automation",
    "schedule": "Schedule",
    "approval": "Approval",
    "message": "Message",
    "sla": "Service level",
    "sla_terms": "Changed service levels",
    "sla_recompute": "Service levels recomputed",
    "webhook": "Webhook",
}
CHORE_LABELS = {
    "sessions": "Sessions that are over",
    "files": "Files that belong to nothing",
    "bin": "Recycle bin",
    "jobs": "Old jobs",
    "runs": "Old runs",
    "messages": "Old messages",
}


@dataclass(frozen=True, slots=True)
class About:
    """The record something is about."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class JobRow:
    id: str
    kind: str
    detail: str
    state: str
    color: str
    when: str
    moment: str
    attempts: int
    error: str | None
    about: About | None
    is_dead: bool


@dataclass(frozen=True, slots=True)
class JobsModel:
    tabs: tuple[Tab, ...]
    rows: tuple[JobRow, ...]
    next: str | None
    state: str | None


@dataclass(frozen=True, slots=True)
class AutomationRow:
    label: str
    object: str
    url: str
    on: str
    done: int
    failed: int
    last: str


@dataclass(frozen=True, slots=True)
class RunRow:
    """``next_step``: what comes after a failure, where something does."""

    id: str
    event: str
    who: str
    outcome: str
    color: str
    when: str
    moment: str
    about: About | None
    error: str | None
    trace: Sequence[Mapping[str, Any]]
    next_step: str
    may_replay: bool


@dataclass(frozen=True, slots=True)
class RunsModel:
    label: str
    name: str
    on: str
    start_url: str | None
    rows: tuple[RunRow, ...]
    next: str | None


def jobs(unit: Unit, asked: Mapping[str, str], labels: Labels) -> JobsModel:
    """Raises AccessDenied, BadRequest for a state there is not."""
    state = asked.get("state") or None
    page = queue.look(unit, state, PAGE, asked.get("before") or None)
    here = url_for("processes.jobs")
    tabs = [Tab(labels.text("All"), here, state is None)]
    for each in STATES:
        label = f"{labels.text(STATE_LABELS[each])} {_counted(page.counts.get(each, 0))}"
        tabs.append(Tab(label, f"{here}?state={each}", state == each))
    about = records(unit, [(job.object, job.record) for job in page.jobs], labels)
    rows = tuple(
        JobRow(
            id=job.id,
            kind=labels.text(KIND_LABELS.get(job.kind, job.kind)),
            detail=_detail(job, labels),
            state=labels.text(STATE_LABELS[job.state]),
            color=STATE_COLORS[job.state],
            when=relative_moment(job.ended_at or job.due_at, unit.now, unit.zone, labels.locale),
            moment=moment_format(labels.locale)(job.ended_at or job.due_at, unit.zone),
            attempts=job.attempts,
            error=job.error,
            about=about.get(job.record or ""),
            is_dead=job.state == "dead",
        )
        for job in page.jobs
    )
    return JobsModel(tuple(tabs), rows, page.next, state)


def _counted(count: int) -> str:
    return f"{count:,}+" if count >= queue.MOST_COUNTED else str(count)


def _detail(job: Job, labels: Labels) -> str:
    """Which automation, which chore, which step of a service level."""
    if job.kind == "chore":
        return labels.text(CHORE_LABELS.get(job.payload["name"], job.payload["name"]))
    if job.kind == "sla":
        return f"{job.payload['policy']}.{job.payload['escalation']}"
    return str(job.payload.get("automation") or job.payload.get("template") or "")


def automations(unit: Unit, labels: Labels) -> tuple[AutomationRow, ...]:
    def on(each: Seen) -> str:
        return process_words.when(unit, schedules.find(unit, each.name), labels)

    return tuple(
        _row(unit, each, "processes.runs", on(each), labels) for each in overview.automations(unit)
    )


def actions(unit: Unit, labels: Labels) -> tuple[AutomationRow, ...]:
    """Buttons, with what came of pressing them."""
    return tuple(
        _row(unit, each, "processes.action_runs", "", labels) for each in overview.actions(unit)
    )


def _row(unit: Unit, seen: Seen, runs_page: str, on: str, labels: Labels) -> AutomationRow:
    last = seen.ran.last
    return AutomationRow(
        label=labels.thing(seen),
        object=labels.object(unit.catalog.object(seen.object)),
        url=url_for(runs_page, automation=seen.name),
        on=on,
        done=seen.ran.done,
        failed=seen.ran.failed,
        last=relative_moment(last, unit.now, unit.zone, labels.locale) if last else "",
    )


def runs(unit: Unit, name: str, asked: Mapping[str, str], labels: Labels) -> RunsModel:
    """Raises AccessDenied, NotFound."""
    found = history.find(unit, name, PAGE, asked.get("before") or None, pressed=False)
    automation = schedules.find(unit, name)
    start = url_for("processes.start", automation=name) if automation.on == "schedule" else None
    return RunsModel(
        label=labels.thing(automation),
        name=name,
        on=process_words.when(unit, automation, labels),
        start_url=start,
        rows=_runs(unit, found, labels),
        next=found[-1].id if len(found) == PAGE else None,
    )


def action_runs(unit: Unit, name: str, asked: Mapping[str, str], labels: Labels) -> RunsModel:
    """Raises AccessDenied, NotFound."""
    seen = next((each for each in overview.actions(unit) if each.name == name), None)
    if seen is None:
        raise NotFound()
    found = history.find(unit, name, PAGE, asked.get("before") or None, pressed=True)
    return RunsModel(
        label=labels.thing(seen),
        name=name,
        on=labels.object(unit.catalog.object(seen.object)),
        start_url=None,
        rows=_runs(unit, found, labels),
        next=found[-1].id if len(found) == PAGE else None,
    )


def _runs(unit: Unit, found: Sequence[Run], labels: Labels) -> tuple[RunRow, ...]:
    states = history.jobs_behind(unit, found)
    about = records(unit, [(run.object, run.record) for run in found], labels)
    people = names(unit, {run.actor for run in found if run.actor})
    return tuple(_run(unit, each, states.get(each.id), about, people, labels) for each in found)


def _run(
    unit: Unit,
    run: Run,
    job: str | None,
    about: Mapping[str, About],
    people: Mapping[str, str],
    labels: Labels,
) -> RunRow:
    failed = run.outcome == "failed"
    may_replay = job == "dead" if run.job else run.event != "action"
    return RunRow(
        id=run.id,
        next_step=labels.text("It is tried again by itself.")
        if job in ("waiting", "running")
        else "",
        may_replay=failed and may_replay,
        who="" if run.actor in (None, SYSTEM_ID) else people.get(str(run.actor), ""),
        event=labels.text(EVENT_LABELS.get(run.event, run.event)),
        outcome=labels.text("Failed") if failed else labels.text("Done"),
        color="red" if failed else "green",
        when=relative_moment(run.at, unit.now, unit.zone, labels.locale),
        moment=moment_format(labels.locale)(run.at, unit.zone),
        about=about.get(run.record or ""),
        error=run.error,
        trace=run.trace,
    )


def records(
    unit: Unit, wanted: Sequence[tuple[str | None, str | None]], labels: Labels
) -> dict[str, About]:
    """Record id → its title and address, where the reader may see it."""
    ids: dict[str, set[str]] = {}
    for object_name, record in wanted:
        if object_name in unit.catalog.objects and record:
            ids.setdefault(str(object_name), set()).add(record)
    titles = titles_of(unit, ids)
    return {
        id_: About(titles[id_] or labels.text("Untitled"), f"/o/{name}/{id_}")
        for name, several in ids.items()
        for id_ in several
        if id_ in titles
    }
