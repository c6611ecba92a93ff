"""Approvals over REST: submit a record, my tasks, a case, decisions."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from ...errors import BadRequest
from ...metadata.approvals import Edge
from ...runtime.storage.unit_of_work import Unit
from ...workflow.approvals import deciding, inbox, submitting, viewing
from ...workflow.approvals.deciding import Decision
from ...workflow.approvals.inbox import Item
from ...workflow.approvals.state import Task
from ...workflow.approvals.viewing import CaseSeen, Line
from . import requests
from .answers import answer
from .values import plain


def approvals(unit: Unit) -> Response:
    """My tasks."""
    told = requests.parameters(request, "state", "limit", "cursor")
    limit = requests.limit(told, 50, inbox.MOST)
    found = inbox.mine(unit, told.get("state", "waiting"), limit, requests.place(told))
    items = [_item(each) for each in found.items]
    return answer({"approvals": items, "waiting": found.waiting, "next": found.next})


def submit(unit: Unit, object_name: str, id_: str) -> Response:
    """``{"approval": null, "comment": "", "chosen": {"node": ["<user>"]}}``."""
    requests.parameters(request)
    told = requests.body(request)
    requests.only(told, "approval", "comment", "chosen")
    chosen = told.get("chosen") or {}
    if not isinstance(chosen, dict) or not all(isinstance(v, list) for v in chosen.values()):
        raise BadRequest("chosen is an object: node → ids of people.")
    approval = told.get("approval")
    if approval is not None and not isinstance(approval, str):
        raise BadRequest("approval is a name.")
    name = unit.catalog.object(object_name).name
    case = submitting.submit(unit, name, id_, approval, told.get("comment") or "", chosen)
    return _answer(unit, case, 201)


def approval_case(unit: Unit, id_: str) -> Response:
    requests.parameters(request)
    return _answer(unit, id_)


def decide(unit: Unit, id_: str) -> Response:
    """``{"task", "case_version", "decision", "to", "comment", "straight", "after", "votes"}``."""
    requests.parameters(request)
    told = requests.body(request)
    requests.only(
        *(told, "task", "case_version", "decision", "to", "comment"),
        *("straight", "after", "votes"),
    )
    for name in ("straight", "after", "votes"):
        if not isinstance(told.get(name, False), bool):
            raise BadRequest("{name} is true or false.", name=name)
    for name in ("task", "to", "decision"):
        if not isinstance(told.get(name), str | None):
            raise BadRequest("{name} is a text.", name=name)
    version = told.get("case_version")
    if version is not None and (not isinstance(version, int) or isinstance(version, bool)):
        raise BadRequest("{name} must be a whole number.", name="case_version")
    said = Decision(
        decision=told.get("decision") or "",
        task=told.get("task"),
        to=told.get("to"),
        comment=told.get("comment") or "",
        straight=told.get("straight", False),
        after=told.get("after", False),
        votes=told.get("votes", True),
        version=version,
    )
    deciding.decide(unit, id_, said)
    return _answer(unit, id_)


def withdraw(unit: Unit, id_: str) -> Response:
    """``{"comment": ""}``."""
    told = _told("comment")
    deciding.withdraw(unit, id_, told.get("comment") or "")
    return _answer(unit, id_)


def take_back(unit: Unit, id_: str) -> Response:
    """``{"task": null}``: that decision, or one's latest."""
    deciding.take_back(unit, id_, _told("task").get("task"))
    return _answer(unit, id_)


def remind(unit: Unit, id_: str) -> Response:
    _told()
    return answer({"reminded": deciding.remind(unit, id_)})


# Inside -------------------------------------------------------------------------------------


def _told(*keys: str) -> dict[str, Any]:
    requests.parameters(request)
    told = requests.body(request)
    requests.only(told, *keys)
    return told


def _answer(unit: Unit, id_: str, status: int = 200) -> Response:
    return answer(case_document(viewing.look(unit, id_)), status)


def case_document(seen: CaseSeen) -> dict[str, Any]:
    found, case = seen.standing, seen.case
    return {
        "id": found.id,
        "object": found.object,
        "record": found.record,
        "approval": found.graph.name,
        "label": seen.label,
        "state": case.state,
        "case_version": case.number,
        "submitter": case.submitter,
        "submitted_at": plain(found.submitted_at),
        "ended_at": plain(found.ended_at),
        "graph": {
            "version": found.digest[:12],
            "nodes": [
                {"name": n.name, "type": n.type, "label": n.label, "state": n.state or None}
                for n in seen.nodes
            ],
            "edges": [_edge(each) for each in seen.edges],
        },
        "standing": [
            {
                "node": turn.node,
                "label": turn.label,
                "people": list(turn.people),
                "then": list(turn.then),
                "why": list(turn.why),
                "approved": turn.tally.approved,
                "needed": turn.tally.needed,
                "of": turn.tally.groups,
            }
            for turn in seen.turns
        ],
        "tasks": [_task(seen, each) for each in case.tasks],
        "trail": [_line(seen, each) for each in seen.trail],
        "changed": [{"field": d.field, "then": d.then, "now": d.now} for d in seen.differences],
    }


def _edge(edge: Edge) -> dict[str, Any]:
    return {"from": edge.source, "to": edge.target, "on": edge.on, "else": edge.is_else}


def _task(seen: CaseSeen, task: Task) -> dict[str, Any]:
    return {
        "id": task.id,
        "node": seen.case.step(task.step).node,
        "person": task.person,
        "name": seen.names.get(task.person),
        "for": task.for_person,
        "state": task.state,
        "kind": task.kind,
        "votes": task.votes,
        "by": task.by,
        "at": plain(task.at),
    }


def _line(seen: CaseSeen, line: Line) -> dict[str, Any]:
    return {
        "at": plain(line.at),
        "actor": line.actor,
        "name": seen.names.get(line.actor),
        "for": line.for_person,
        "verb": line.verb,
        "node": line.node,
        "comment": line.comment,
        "data": dict(line.data),
        "graph": line.graph[:12],
        "address": line.address,
    }


def _item(item: Item) -> dict[str, Any]:
    return {
        "task": item.task,
        "case": item.case,
        "case_version": item.number,
        "node": item.node,
        "label": item.label,
        "object": item.object,
        "record": item.record,
        "title": item.title,
        "submitter": item.submitter,
        "asked_at": plain(item.asked_at),
        "state": item.state,
    }
