"""Approvals on pages: the bar on a record, my inbox, a case with its drawing and its trail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for

from ..errors import TypecaseError
from ..metadata.definitions import Object
from ..metadata.formats import moment_format, relative_moment
from ..runtime import reading
from ..runtime.forms import titles_of
from ..runtime.storage.unit_of_work import Unit
from ..workflow.approvals import cases, inbox, submitting, viewing
from ..workflow.approvals.inbox import Item
from ..workflow.approvals.state import VOTED, Task
from ..workflow.approvals.viewing import CaseSeen, Line, Turn
from ..workflow.storage import case_rows
from .case_drawing import Drawing, draw
from .labels import Labels
from .listing import Tab

PAGE = 50
STATES = {
    "running": ("In approval", "blue"),
    "approved": ("Approved", "green"),
    "rejected": ("Rejected", "red"),
    "withdrawn": ("Withdrawn", "gray"),
}
TASK_STATES = {
    "waiting": "Waiting",
    "approved": "Approved",
    "rejected": "Rejected",
    "acknowledged": "Read",
    "returned": "Returned",
    "delegated": "Handed on",
}
VERBS = {
    "submit": ("submitted it", "send"),
    "approve": ("approved", "circle-check"),
    "reject": ("rejected it", "circle-x"),
    "acknowledge": ("has read it", "eye"),
    "return": ("returned it to {to}", "arrow-back-up"),
    "delegate": ("asked {to} to decide instead", "user-share"),
    "add_signer": ("asked {to}, too", "user-plus"),
    "withdraw": ("withdrew it", "x"),
    "take_back": ("took their decision back", "arrow-back-up"),
    "cc": ("let {to} read along", "eye"),
    "remind": ("reminded those who are asked", "bell"),
    "comment": ("wrote", "message"),
    "overdue": ("waited too long", "clock"),
    "pass_on": ("gave what was asked of {person} to {to}", "user-share"),
    "drop_out": ("took {person} out of those who are asked", "x"),
    "approved": ("It is approved.", "circle-check"),
    "rejected": ("It is rejected.", "circle-x"),
    "withdrawn": ("It is withdrawn.", "x"),
}
ENDS = ("approved", "rejected", "withdrawn")


@dataclass(frozen=True, slots=True)
class Bar:
    """What a record's page says of its approval. Without ``case`` it may be submitted."""

    case: str | None
    label: str
    state: str
    color: str
    words: str
    task: str | None = None
    asks_reading: bool = False
    may_submit: bool = False


@dataclass(frozen=True, slots=True)
class Stand:
    """A node where the case stands, in words."""

    label: str
    people: str
    why: str
    count: str


@dataclass(frozen=True, slots=True)
class Said:
    icon: str
    who: str
    did: str
    node: str
    when: str
    moment: str
    comment: str | None


@dataclass(frozen=True, slots=True)
class Changed:
    label: str
    then: str
    now: str


@dataclass(frozen=True, slots=True)
class Mine:
    """My task: what I may do with it."""

    id: str
    node: str
    node_type: str
    returns: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CaseModel:
    id: str
    label: str
    title: str
    record_url: str | None
    state: str
    color: str
    submitted: str
    version: int
    mine: tuple[Mine, ...]
    stands: tuple[Stand, ...]
    drawing: Drawing
    told: str
    """The drawing in words, for who cannot see it."""
    trail: tuple[Said, ...]
    changed: tuple[Changed, ...]
    is_running: bool
    is_submitter: bool
    may_take_back: bool
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class InboxRow:
    item: Item
    url: str
    object: str
    state: str
    asked: str
    moment: str


@dataclass(frozen=True, slots=True)
class InboxModel:
    tabs: tuple[Tab, ...]
    rows: tuple[InboxRow, ...]
    state: str
    next: str | None


@dataclass(frozen=True, slots=True)
class SubmitModel:
    action: str
    back: str
    title: str
    label: str
    choices: tuple[tuple[str, str], ...]
    comment: str = ""
    problems: tuple[str, ...] = ()


# On the record ------------------------------------------------------------------------------


def bar(unit: Unit, obj: Object, stored: Mapping[str, Any], labels: Labels) -> Bar | None:
    """What stands on a record's page; None where its object knows no approvals."""
    if obj.name not in unit.catalog.documents.get("approvals", {}):
        return None
    offer = submitting.offered(unit, obj.name, stored)
    rows = case_rows.of_record(unit, stored["id"])
    if not rows:
        if offer is None:
            return None
        label = viewing.label_of(unit, offer.graph)
        words = labels.text("Not submitted for approval yet.")
        return Bar(None, label, labels.text("Draft"), "gray", words, may_submit=True)
    found = cases.of_row(unit, rows[0])
    seen = viewing.of(unit, found)
    state, color = STATES[found.case.state]
    mine = _mine(unit, seen)
    return Bar(
        case=found.id,
        label=seen.label,
        state=labels.text(state),
        color=color,
        words=" · ".join(_in_words(seen, turn, labels) for turn in seen.turns),
        task=mine[0].id if mine and mine[0].state == "waiting" else None,
        asks_reading=bool(mine) and _node_type(seen, mine[0]) == "acknowledge",
        may_submit=offer is not None,
    )


def _in_words(seen: CaseSeen, turn: Turn, labels: Labels) -> str:
    people = ", ".join(seen.names.get(each, "?") for each in turn.people)
    if not people:
        return turn.label
    return labels.text("{node}: waits for {people}", node=turn.label, people=people)


def _mine(unit: Unit, seen: CaseSeen) -> list[Task]:
    me = unit.actor.id
    return [t for t in seen.case.tasks if t.person == me and t.state == "waiting"]


def _node_type(seen: CaseSeen, task: Task) -> str:
    return seen.standing.graph.nodes[seen.case.step(task.step).node].type


# My tasks -----------------------------------------------------------------------------------


def my_tasks(unit: Unit, asked: Mapping[str, str], labels: Labels) -> InboxModel:
    """Raises BadRequest for a state there is not."""
    state = asked.get("state") or "waiting"
    found = inbox.mine(unit, state, PAGE, asked.get("before") or None)
    here = url_for("approvals.mine")
    tabs = (
        Tab(f"{labels.text('To decide')} {found.waiting}", here, state == "waiting"),
        Tab(labels.text("Decided"), f"{here}?state=decided", state == "decided"),
    )
    rows = tuple(
        InboxRow(
            item=each,
            url=url_for("approvals.case", id_=each.case),
            object=labels.object(unit.catalog.objects[each.object]),
            state=labels.text(TASK_STATES.get(each.state, each.state)),
            asked=relative_moment(each.asked_at, unit.now, unit.zone, labels.locale),
            moment=moment_format(labels.locale)(each.asked_at, unit.zone),
        )
        for each in found.items
        if each.object in unit.catalog.objects
    )
    return InboxModel(tabs, rows, state, found.next)


# A case -------------------------------------------------------------------------------------


def case(unit: Unit, id_: str, labels: Labels, error: TypecaseError | None = None) -> CaseModel:
    """Raises NotFound."""
    seen = viewing.look(unit, id_)
    found = seen.standing
    titles = titles_of(unit, {found.object: [found.record]})
    title = titles.get(found.record) or labels.text("A record you may not see")
    state, color = STATES[found.case.state]
    words = {"approve": "Approve", "reject": "Reject", "else": "otherwise"}
    drawing = draw(seen.nodes, seen.edges, {k: labels.text(v) for k, v in words.items()})
    by = seen.names.get(found.case.submitter, "?")
    when = relative_moment(found.submitted_at, unit.now, unit.zone, labels.locale)
    me = unit.actor.id
    return CaseModel(
        id=found.id,
        label=seen.label,
        title=title,
        record_url=f"/o/{found.object}/{found.record}" if seen.sees_record else None,
        state=labels.text(state),
        color=color,
        submitted=labels.text("Submitted by {who} {when}", who=by, when=when),
        version=found.case.number,
        mine=tuple(_task(seen, task, labels) for task in _mine(unit, seen)),
        stands=tuple(_stand(seen, turn, labels) for turn in seen.turns),
        drawing=drawing,
        told=_told(seen, labels),
        trail=tuple(_said(unit, seen, line, labels) for line in seen.trail),
        changed=tuple(_changed(unit, seen, labels)),
        is_running=found.case.state == "running",
        is_submitter=found.case.submitter == me,
        may_take_back=found.case.state == "running"
        and any(t.by == me and t.state in VOTED for t in found.case.tasks),
        problem=_problem(error, labels),
    )


def _problem(error: TypecaseError | None, labels: Labels) -> str | None:
    if error is None:
        return None
    problems = getattr(error, "problems", ())
    return " ".join(p.text(labels.locale) for p in problems) or error.text(labels.locale)


def _task(seen: CaseSeen, task: Task, labels: Labels) -> Mine:
    node = seen.case.step(task.step).node
    named = {each.name: each.label for each in seen.nodes}
    named["submitter"] = labels.text("Whoever submitted it")
    places = viewing.returns(seen.standing, task)
    return Mine(
        task.id, named[node], _node_type(seen, task), tuple((each, named[each]) for each in places)
    )


def _stand(seen: CaseSeen, turn: Turn, labels: Labels) -> Stand:
    count = ""
    if turn.tally.groups > 1:
        count = labels.text(
            "{approved} of {needed} needed", approved=turn.tally.approved, needed=turn.tally.needed
        )
    people = ", ".join(seen.names.get(each, "?") for each in turn.people)
    return Stand(turn.label, people or "–", ", ".join(turn.why), count)


def _told(seen: CaseSeen, labels: Labels) -> str:
    states = {"open": "under way", "done": "done", "cancelled": "left", "": "to come"}
    return "; ".join(f"{n.label}: {labels.text(states[n.state])}" for n in seen.nodes)


def _said(unit: Unit, seen: CaseSeen, line: Line, labels: Labels) -> Said:
    types = {each.name: each.type for each in seen.nodes}
    node_type = types.get(line.node or "", "")
    again = line.verb == "approve" and node_type == "start"
    did, icon = words_of(line.verb, node_type)
    to = line.data.get("to") or ""
    about = seen.names.get(line.data.get("person") or "", "?")
    named = {each.name: each.label for each in seen.nodes}
    named["submitter"] = labels.text("Whoever submitted it")
    who = seen.names.get(line.actor, "?")
    if line.for_person and line.for_person != line.actor:
        instead = seen.names.get(line.for_person, "?")
        who = labels.text("{who} in place of {person}", who=who, person=instead)
    return Said(
        icon=icon,
        who="" if line.verb in ENDS else who,
        did=labels.text(did, to=named.get(to) or seen.names.get(to, to), person=about),
        node="" if again else named.get(line.node or "", ""),
        when=relative_moment(line.at, unit.now, unit.zone, labels.locale),
        moment=moment_format(labels.locale)(line.at, unit.zone),
        comment=line.comment,
    )


def words_of(verb: str, node_type: str) -> tuple[str, str]:
    """What somebody did, as a template, and its icon."""
    if verb == "approve" and node_type == "start":
        return "submitted it again", "send"
    return VERBS[verb]


def _changed(unit: Unit, seen: CaseSeen, labels: Labels) -> list[Changed]:
    obj = unit.catalog.object(seen.standing.object)
    return [
        Changed(labels.name(obj, d.field), _plain(obj, d.field, d.then, labels),
                _plain(obj, d.field, d.now, labels))
        for d in seen.differences
    ]  # fmt: skip


def _plain(obj: Object, name: str, value: Any, labels: Labels) -> str:
    if value in (None, "", []):
        return "–"
    option = obj.by_name[name].option(value) if isinstance(value, str) else None
    return labels.option(option) if option else str(value)


# Submitting ---------------------------------------------------------------------------------


def submit_form(
    unit: Unit,
    name: str,
    id_: str,
    posted: Mapping[str, str],
    labels: Labels,
    error: TypecaseError | None = None,
) -> SubmitModel:
    """Raises AccessDenied, NotFound, Conflict where nothing is meant."""
    obj = unit.catalog.object(name)
    submitting.require_record(unit, obj.name, id_)
    stored = reading.stored(unit, obj.name, id_)
    offer = submitting.offered(unit, obj.name, stored)
    problem = _problem(error, labels)
    return SubmitModel(
        action=f"/o/{obj.name}/{id_}/submit",
        back=f"/o/{obj.name}/{id_}",
        title=str(stored[obj.title] or labels.text("Untitled")),
        label=viewing.label_of(unit, offer.graph) if offer else labels.object(obj),
        choices=tuple((n.name, viewing.label_of(unit, n)) for n in offer.choices) if offer else (),
        comment=posted.get("comment", ""),
        problems=(problem,) if problem else (),
    )
