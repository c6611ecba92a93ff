"""Approvals on pages: a case with its drawing and its trail, and the form that begins one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from ..errors import TypecaseError
from ..metadata.definitions import Object
from ..metadata.formats import moment_format, relative_moment
from ..runtime import reading
from ..runtime.forms import titles_of
from ..runtime.storage import people
from ..runtime.storage.unit_of_work import Unit
from ..workflow.approvals import deciding, submitting, viewing
from ..workflow.approvals.state import Task
from ..workflow.approvals.viewing import CaseSeen, Line, Turn
from . import gists
from .approval_words import ENDS, STATES, words_of
from .case_drawing import Drawing, draw
from .filtering import Choice
from .labels import Labels

MOST_FACTS = 6


@dataclass(frozen=True, slots=True)
class Stand:
    """A node where the case stands, in words."""

    label: str
    people: str
    then: str
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
    address: str | None


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
    facts: tuple[tuple[str, Markup], ...]
    """What the record is about, empty where I may not see it."""
    drawing: Drawing
    trail: tuple[Said, ...]
    changed: tuple[Changed, ...]
    may_withdraw: bool
    may_take_back: bool
    may_remind: bool
    may_copy: bool
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class SubmitModel:
    action: str
    back: str
    title: str
    label: str
    choices: tuple[tuple[str, str, tuple[Choice, ...]], ...]
    """Nodes whose people are picked: (name, label, who is picked)."""
    comment: str = ""
    problems: tuple[str, ...] = ()


def case(unit: Unit, id_: str, labels: Labels, error: TypecaseError | None = None) -> CaseModel:
    """Raises NotFound."""
    seen = viewing.look(unit, id_)
    found = seen.standing
    titles = titles_of(unit, {found.object: [found.record]})
    title = titles.get(found.record) or labels.text("A record you may not see")
    state, color = STATES[found.case.state]
    by = seen.names.get(found.case.submitter, "?")
    when = relative_moment(found.submitted_at, unit.now, unit.zone, labels.locale)
    me = unit.actor.id
    runs = found.case.state == "running"
    return CaseModel(
        id=found.id,
        label=seen.label,
        title=title,
        record_url=f"/o/{found.object}/{found.record}" if seen.sees_record else None,
        state=labels.text(state),
        color=color,
        submitted=labels.text("Submitted by {who} {when}", who=by, when=when),
        version=found.case.number,
        mine=tuple(_task(seen, task, labels) for task in seen.waiting_for(me)),
        stands=tuple(_stand(seen, turn, labels) for turn in seen.turns),
        facts=_facts(unit, seen, labels),
        drawing=draw(seen.nodes, seen.edges, labels),
        trail=tuple(_said(unit, seen, line, labels) for line in seen.trail),
        changed=tuple(_changed(unit, seen, labels)),
        may_withdraw=runs and found.case.submitter == me,
        may_take_back=runs and deciding.may_take_back(unit, found),
        may_remind=runs and deciding.may_remind(unit, found),
        may_copy=runs and deciding.may_copy(unit, found),
        problem=_problem(error, labels),
    )


def _facts(unit: Unit, seen: CaseSeen, labels: Labels) -> tuple[tuple[str, Markup], ...]:
    obj = unit.catalog.objects.get(seen.standing.object)
    if obj is None or not seen.sees_record:
        return ()
    return gists.facts(unit, obj, seen.standing.record, labels, MOST_FACTS)


def _problem(error: TypecaseError | None, labels: Labels) -> str | None:
    if error is None:
        return None
    problems = getattr(error, "problems", ())
    return " ".join(p.text(labels.locale) for p in problems) or error.text(labels.locale)


def _task(seen: CaseSeen, task: Task, labels: Labels) -> Mine:
    node = seen.node_of(task)
    named = {each.name: each.label for each in seen.nodes}
    named["submitter"] = labels.text("Whoever submitted it")
    returns = tuple((each, named[each]) for each in viewing.returns(seen.standing, task))
    return Mine(task.id, named[node.name], node.type, returns)


def _stand(seen: CaseSeen, turn: Turn, labels: Labels) -> Stand:
    count = ""
    if turn.tally.groups > 1:
        count = labels.text(
            "{approved} of {needed} needed", approved=turn.tally.approved, needed=turn.tally.needed
        )
    now = ", ".join(seen.names.get(each, "?") for each in turn.people)
    after = ", ".join(seen.names.get(each, "?") for each in turn.then)
    then = labels.text("then {people}", people=after) if after else ""
    return Stand(turn.label, now or "–", then, ", ".join(turn.why), count)


def _said(unit: Unit, seen: CaseSeen, line: Line, labels: Labels) -> Said:
    again = line.verb == "approve" and line.node_type == "start"
    did, icon = words_of(line.verb, line.node_type)
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
        node="" if again else line.label,
        when=relative_moment(line.at, unit.now, unit.zone, labels.locale),
        moment=moment_format(labels.locale)(line.at, unit.zone),
        comment=line.comment,
        address=line.address,
    )


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
    comment: str,
    chosen: Mapping[str, Sequence[str]],
    labels: Labels,
    error: TypecaseError | None = None,
) -> SubmitModel:
    """``comment``, ``chosen``: what was said already.

    Raises AccessDenied, NotFound, Conflict where nothing is meant.
    """
    obj = unit.catalog.object(name)
    submitting.require_record(unit, obj.name, id_)
    stored = reading.stored(unit, obj.name, id_)
    offer = submitting.offered(unit, obj.name, stored)
    problem = _problem(error, labels)
    names = people.names(unit, {each for ids in chosen.values() for each in ids if len(each) == 36})
    return SubmitModel(
        action=f"/o/{obj.name}/{id_}/submit",
        back=f"/o/{obj.name}/{id_}",
        title=str(stored[obj.title] or labels.text("Untitled")),
        label=viewing.label_of(unit, offer.graph) if offer else labels.object(obj),
        choices=tuple(
            (n.name, viewing.label_of(unit, n), _picked(names, chosen.get(n.name, ())))
            for n in (offer.choices if offer else ())
        ),
        comment=comment,
        problems=(problem,) if problem else (),
    )


def _picked(names: Mapping[str, str], ids: Sequence[str]) -> tuple[Choice, ...]:
    return tuple(Choice(each, names[each], True) for each in ids if each in names)
