"""Approvals over REST, beside the cases: trying one out, who is away."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response, request

from ...errors import BadRequest, FieldProblem, RecordInvalid
from ...runtime.storage.unit_of_work import Unit
from ...workflow.approvals import absences, simulating, viewing
from ...workflow.approvals.absences import Absence
from ...workflow.approvals.simulating import Simulation, Stop, Wanted
from . import requests
from .answers import answer
from .values import plain


def simulate(unit: Unit) -> Response:
    """``{"object", "approval", "record", "values", "submitter", "chosen", "answers"}``."""
    told = _told("object", "approval", "record", "values", "submitter", "chosen", "answers")
    for name in ("object", "approval", "record", "submitter"):
        if not isinstance(told.get(name), str | None):
            raise BadRequest("{name} is a text.", name=name)
    for name in ("values", "chosen", "answers"):
        if not isinstance(told.get(name, {}), dict):
            raise BadRequest("{name} is an object.", name=name)
    chosen = told.get("chosen", {})
    if not all(isinstance(each, list) for each in chosen.values()):
        raise BadRequest("chosen is an object: node → ids of people.")
    record = told.get("record")
    wanted = Wanted(
        object=unit.catalog.object(told.get("object") or "").name,
        approval=told.get("approval"),
        record=None if record is None else requests.record_id(record),
        values=told.get("values", {}),
        submitter=told.get("submitter"),
        chosen=chosen,
        answers=told.get("answers", {}),
    )
    return answer(_simulation(unit, simulating.simulate(unit, wanted)))


def person_absences(unit: Unit) -> Response:
    """One's own, or with ``?person=`` somebody else's."""
    told = requests.parameters(request, "person")
    found = absences.of_person(unit, _whose(unit, told.get("person")))
    return answer({"absences": [_absence(each) for each in found]})


def add_absence(unit: Unit) -> Response:
    """``{"deputy", "since", "until", "person", "waiting"}``."""
    told = _told("deputy", "since", "until", "person", "waiting")
    if not isinstance(told.get("waiting", False), bool):
        raise BadRequest("{name} is true or false.", name="waiting")
    person, deputy = _whose(unit, told.get("person")), told.get("deputy")
    days = _day(told, "since"), _day(told, "until")
    to = deputy if isinstance(deputy, str) else ""
    id_ = absences.add(unit, person, to, *days, told.get("waiting", False))
    found = next(each for each in absences.of_person(unit, person) if each.id == id_)
    return answer(_absence(found), 201)


def end_absence(unit: Unit, id_: str) -> Response:
    told = requests.parameters(request, "person")
    absences.end(unit, _whose(unit, told.get("person")), id_)
    return Response(status=204)


def _whose(unit: Unit, person: Any) -> str:
    """The id of who is meant: oneself where nobody is named."""
    if person is None:
        return unit.actor.id
    if not isinstance(person, str):
        raise BadRequest("{name} is a text.", name="person")
    return requests.record_id(person)


def _day(told: dict[str, Any], name: str) -> date | None:
    value = told.get(name)
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        problem = FieldProblem(name, "not_a_date", "This must be a date like 2026-11-21.")
        raise RecordInvalid([problem]) from error


# Inside -------------------------------------------------------------------------------------


def _told(*keys: str) -> dict[str, Any]:
    requests.parameters(request)
    told = requests.body(request)
    requests.only(told, *keys)
    return told


def _simulation(unit: Unit, found: Simulation) -> dict[str, Any]:
    return {
        "approval": found.graph.name,
        "object": found.graph.object,
        "outcome": found.outcome,
        "is_offered": found.is_offered,
        "may_submit": found.may_submit,
        "problem": found.problem.text(unit.actor.language) if found.problem else None,
        "path": [_stop(unit, each) for each in found.stops],
    }


def _stop(unit: Unit, stop: Stop) -> dict[str, Any]:
    return {
        "node": stop.node.name,
        "type": stop.node.type,
        "label": viewing.label_of(unit, stop.node),
        "result": stop.result,
        "people": [
            {"person": each.asked.person, "for": each.asked.for_person, "why": each.why}
            for each in stop.people
        ],
        "conditions": [
            {
                "to": each.target,
                "when": each.source or None,
                "holds": each.holds,
                "read": {name: plain(value) for name, value in each.read.items()},
            }
            for each in stop.tried
        ],
        "told": list(stop.told),
        "written": list(stop.written),
    }


def _absence(each: Absence) -> dict[str, Any]:
    return {
        "id": each.id,
        "person": each.person,
        "deputy": each.deputy,
        "since": plain(each.since),
        "until": plain(each.until),
        "is_now": each.is_now,
    }
