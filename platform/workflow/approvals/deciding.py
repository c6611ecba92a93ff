"""The verbs as people use them: who may, under the lock of the case, with a line in the trail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ...errors import AccessDenied, BadRequest, Conflict
from ...metadata.formats import moment_format
from ...runtime.storage.people import name_of
from ...runtime.storage.unit_of_work import Unit
from ..storage import case_rows
from . import cases, verbs
from .cases import Standing
from .state import AlreadyDecided, Case
from .world import RecordWorld

VOTES = ("approve", "reject", "acknowledge")
ON_TASKS = (*VOTES, "return", "delegate", "add_signer")
DECISIONS = (*ON_TASKS, "cc", "comment")


@dataclass(frozen=True, slots=True)
class Decision:
    """``to``: a person (delegate, add_signer, cc), or a node or ``submitter`` (return).
    ``straight``: a return that comes straight back. ``after``, ``votes``: of an added signer."""

    decision: str
    task: str | None = None
    to: str | None = None
    comment: str = ""
    straight: bool = False
    after: bool = False
    votes: bool = True
    version: int | None = None
    """The version of the case the person saw."""


def decide(unit: Unit, id_: str, said: Decision) -> Standing:
    """Does it. Raises NotFound, AccessDenied, BadRequest, Conflict (somebody was first)."""
    if said.decision not in DECISIONS:
        names = ", ".join(DECISIONS)
        raise BadRequest("A decision is one of {names}.", names=names)
    comment = cases.require_comment(said.comment)
    if said.decision == "comment":
        return _comment(unit, id_, comment)
    found = cases.seen(unit, id_, lock=True)
    if said.decision == "cc":
        return _copy(unit, found, said, comment)
    task = found.case.task(said.task or "")
    if task is None:
        raise BadRequest("Name the task that is decided.")
    cases.require_part(unit, task.person == unit.actor.id)
    world = found.world(unit)
    try:
        _require_version(found, said)
        after = _doing(unit, found, said)(world)
    except AlreadyDecided as first:
        raise _named(unit, first) from first
    details = _details(unit, said)
    cases.note(unit, found, said.decision, task=task.id, comment=comment, **details)
    return cases.keep(unit, found, after, world)


def _require_version(found: Standing, said: Decision) -> None:
    """Who saw an older state is told who was first, where it is their own task."""
    task = found.case.task(said.task or "")
    if said.version is None or said.version == found.case.number:
        return
    if task is not None and not task.is_undecided:
        return  # the verb says more exactly what happened
    raise Conflict("The case has moved on meanwhile. Look at it again.", version=found.case.number)


def _doing(unit: Unit, found: Standing, said: Decision) -> Callable[[RecordWorld], Case]:
    graph, case, task, me = found.graph, found.case, str(said.task), unit.actor.id
    match said.decision:
        case "return":
            to = said.to or verbs.SUBMITTER
            return lambda w: verbs.send_back(graph, case, w, task, to, said.straight, me)
        case "delegate":
            person = cases.require_person(unit, said.to)
            return lambda w: verbs.delegate(graph, case, w, task, person, me)
        case "add_signer":
            person = cases.require_person(unit, said.to)
            after, votes = said.after, said.votes
            return lambda w: verbs.add_signer(graph, case, w, task, person, after, votes, me)
    return lambda w: verbs.vote(graph, case, w, task, said.decision, me)


def _details(unit: Unit, said: Decision) -> dict[str, object]:
    match said.decision:
        case "return":
            return {"to": said.to or verbs.SUBMITTER, "straight": said.straight}
        case "delegate":
            return {"to": said.to}
        case "add_signer":
            return {"to": said.to, "after": said.after, "votes": said.votes}
    return {}


def _named(unit: Unit, first: AlreadyDecided) -> AlreadyDecided:
    """The same, saying who and when as the reader reads it."""
    by = name_of(unit, first.data["by"])
    at = first.data["at"]
    first.data = {"by": by, "at": moment_format(unit.actor.language)(at, unit.zone) if at else ""}
    return first


# Without a decision -------------------------------------------------------------------------


def _comment(unit: Unit, id_: str, comment: str) -> Standing:
    if not comment:
        raise BadRequest("Write the comment.")
    found = cases.seen(unit, id_)
    cases.note(unit, found, "comment", comment=comment)
    return found


def _copy(unit: Unit, found: Standing, said: Decision, comment: str) -> Standing:
    """Somebody reads along until the case ends."""
    if not may_copy(unit, found):
        raise AccessDenied("Only who takes part can do this.")
    if found.case.state != "running":
        raise Conflict("The approval is over: {state}.", state=found.case.state)
    person = cases.require_person(unit, said.to)
    case_rows.let_read(unit, found.id, found.record, {person: "read"})
    cases.note(unit, found, "cc", comment=comment, to=person)
    label = found.graph.label
    found.world(unit).tell([person], "You read along: “{approval}”.", approval=label)
    return found


def may_copy(unit: Unit, found: Standing) -> bool:
    """Readers may not widen who reads: those who submitted, are asked, or look after it may."""
    me = unit.actor.id
    return may_remind(unit, found) or any(
        me in (task.person, task.for_person) for task in found.case.tasks
    )


def withdraw(unit: Unit, id_: str, comment: str = "") -> Standing:
    """The submitter wants it no more. Raises NotFound, AccessDenied, Conflict."""
    found = cases.seen(unit, id_, lock=True)
    if found.case.submitter != unit.actor.id:
        raise AccessDenied("Only whoever submitted it can withdraw it.")
    world = found.world(unit)
    after = verbs.withdraw(found.graph, found.case, world, unit.actor.id)
    restored = world.restore() if found.graph.restores else []
    comment = cases.require_comment(comment)
    cases.note(unit, found, "withdraw", comment=comment, restored=restored or None)
    return cases.keep(unit, found, after, world)


def take_back(unit: Unit, id_: str, task: str | None = None) -> Standing:
    """One's own latest decision (or that on ``task``) is as if it had not been made."""
    found = cases.seen(unit, id_, lock=True)
    world = found.world(unit)
    last, after = _taken_back(unit, found, world, task)
    cases.note(unit, found, "take_back", task=last)
    return cases.keep(unit, found, after, world)


def may_take_back(unit: Unit, found: Standing) -> bool:
    """Whether one's latest decision could be taken back just now."""
    try:
        _taken_back(unit, found, found.world(unit), None)
    except Conflict:
        return False
    return True


def _taken_back(
    unit: Unit, found: Standing, world: RecordWorld, task: str | None
) -> tuple[str, Case]:
    me = unit.actor.id
    mine = [t for t in found.case.tasks if t.by == me and task in (None, t.id)]
    if not mine:
        raise Conflict("There is no decision to take back.")
    last = max(mine, key=lambda each: each.number)
    return last.id, verbs.take_back(found.graph, found.case, world, last.id, me)


def remind(unit: Unit, id_: str) -> int:
    """Tells those who are asked once more; returns how many."""
    found = cases.seen(unit, id_, lock=True)
    if not may_remind(unit, found):
        raise AccessDenied("Only whoever submitted it can do this.")
    people = sorted({t.person for t in found.case.tasks if t.state == "waiting"})
    world = found.world(unit)
    world.tell(people, "“{approval}” waits for you.", approval=found.graph.label)
    cases.note(unit, found, "remind")
    return len(people)


def may_remind(unit: Unit, found: Standing) -> bool:
    return found.case.submitter == unit.actor.id or cases.is_administrator(unit)
