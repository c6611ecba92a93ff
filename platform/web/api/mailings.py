"""Writing to many over REST, and the addresses that want none of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response, request

from ...errors import BadRequest
from ...runtime.storage.unit_of_work import Unit
from ...texts import LOCALES
from ...workflow.messages import mailings as sending
from ...workflow.messages import outbox, suppressions
from ...workflow.messages.mailings import Mailing
from . import requests
from .answers import answer
from .values import plain


def mailings(unit: Unit) -> Response:
    """The latest: one's own, or everybody's for whoever looks after messages."""
    requests.parameters(request)
    return answer({"mailings": [_mailing(each) for each in sending.all_of(unit)]})


def new_mailing(unit: Unit) -> Response:
    """``{"template", "records": [ids], "language", "due_at"}``: put now, sent now or then."""
    requests.parameters(request)
    told = requests.body(request)
    requests.only(told, "template", "records", "language", "due_at")
    template, language = told.get("template"), told.get("language", unit.actor.language)
    if not isinstance(template, str) or language not in LOCALES:
        raise BadRequest("template is a name, language one of {languages}.",
                         languages=", ".join(LOCALES))  # fmt: skip
    ids = requests.ids(told, "records")
    id_ = sending.start(unit, template, ids, language, _moment(told.get("due_at")))
    return answer(_mailing(sending.find(unit, id_)), 201)


def mailing(unit: Unit, id_: str) -> Response:
    """How far it is: messages by state."""
    requests.parameters(request)
    found = sending.find(unit, requests.record_id(id_))
    counts = outbox.of_mailing(unit, found.id, None, 1, None).counts
    return answer({**_mailing(found), "counts": dict(counts)})


def stop_mailing(unit: Unit, id_: str) -> Response:
    requests.parameters(request)
    sending.stop(unit, requests.record_id(id_))
    return answer(_mailing(sending.find(unit, id_)))


def suppressed(unit: Unit) -> Response:
    """Addresses that want no marketing."""
    told = requests.parameters(request, "starts_with", "limit", "cursor")
    limit = requests.limit(told, 50, suppressions.MOST)
    found, following = suppressions.find(
        unit, told.get("starts_with", ""), limit, told.get("cursor")
    )
    rows = [{"address": e.address, "reason": e.reason, "at": plain(e.at)} for e in found]
    return answer({"suppressions": rows, "next": following})


def lift_suppression(unit: Unit) -> Response:
    """``{"address": …}``: marketing may go there again."""
    requests.parameters(request)
    told = requests.body(request)
    requests.only(told, "address")
    if not isinstance(told.get("address"), str):
        raise BadRequest("Name the address.")
    suppressions.lift(unit, told["address"])
    return answer({"lifted": told["address"].lower()})


def _moment(told: Any) -> datetime | None:
    if told is None:
        return None
    try:
        moment = datetime.fromisoformat(told)
    except (TypeError, ValueError) as error:
        raise BadRequest("due_at is a moment: 2027-01-31T08:00:00Z.") from error
    if moment.tzinfo is None:
        raise BadRequest("due_at is a moment: 2027-01-31T08:00:00Z.")
    return moment


def _mailing(each: Mailing) -> dict[str, Any]:
    kept = ("id", "template", "language", "object", "campaign", "state", "total")
    told = {name: getattr(each, name) for name in kept}
    return {**told, "created_at": plain(each.created_at), "due_at": plain(each.due_at)}
