"""Approvals over REST: cases that run on an older version of their graph."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from ...errors import BadRequest
from ...runtime.storage.unit_of_work import Unit
from ...workflow.approvals import versions
from ...workflow.approvals.versions import Older, Preview
from . import requests
from .answers import answer
from .values import plain


def older_cases(unit: Unit) -> Response:
    """``?object=expense&approval=review``: where they stand, and why one cannot go over."""
    told = requests.parameters(request, "object", "approval", "limit", "cursor")
    limit = requests.limit(told, versions.MOST, versions.MOST)
    name, approval = told.get("object", ""), told.get("approval", "")
    found = versions.older(unit, name, approval, limit, requests.place(told))
    items = [_older(unit, each) for each in found.items]
    return answer({"version": found.version, "cases": items, "next": found.next})


def move_case(unit: Unit, id_: str) -> Response:
    """``{"case_version": 3, "dry_run": false}`` → where it stands then, and who is asked."""
    requests.parameters(request)
    told = requests.body(request)
    requests.only(told, "case_version", "dry_run")
    number, dry = told.get("case_version"), told.get("dry_run", False)
    if number is not None and (not isinstance(number, int) or isinstance(number, bool)):
        raise BadRequest("{name} must be a whole number.", name="case_version")
    if not isinstance(dry, bool):
        raise BadRequest("{name} is true or false.", name="dry_run")
    then = versions.preview(unit, id_)
    if not dry:
        versions.move(unit, id_, number)
    return answer(_moved(then, dry))


def _older(unit: Unit, each: Older) -> dict[str, Any]:
    return {
        "id": each.id,
        "case_version": each.number,
        "record": each.record,
        "title": each.title or None,
        "version": each.version,
        "submitted_at": plain(each.submitted_at),
        "standing": [
            {"node": place.node, "label": place.label, "people": list(place.people)}
            for place in each.places
        ],
        "reason": each.reason.text(unit.actor.language) if each.reason else None,
    }


def _moved(then: Preview, dry: bool) -> dict[str, Any]:
    standing = [
        {
            "node": place.node,
            "label": place.label,
            "people": list(place.people),
            "why": list(why),
        }
        for place, why in then.asked
    ]
    return {"id": then.case.id, "dry_run": dry, "state": then.state, "standing": standing}
