"""Sharing over REST: to whom a record is open, its team, and why somebody may do what."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Response, request

from ...errors import BadRequest, FieldProblem, RecordInvalid
from ...runtime import parents, sharing, sharing_choices
from ...runtime.explaining import explain
from ...runtime.sharing import Share, To
from ...runtime.storage.unit_of_work import Unit
from . import requests
from .answers import answer
from .values import plain


def record_shares(unit: Unit, object_name: str, id_: str) -> Response:
    requests.parameters(request)
    return _shares(unit, object_name, id_)


def share(unit: Unit, object_name: str, id_: str) -> Response:
    """``{"to": "user:<id>", "level": "read", "expires_at": null}``: adds, or changes."""
    requests.parameters(request)
    told = requests.body(request)
    requests.only(told, "to", "level", "expires_at")
    _visible(unit, object_name, id_)
    to = sharing_choices.parse(told.get("to"))
    before = _known(unit, object_name, id_, to)
    role = before.team_role if before else None
    _share(unit, object_name, id_, to, told, role)
    return _shares(unit, object_name, id_)


def unshare(unit: Unit, object_name: str, id_: str) -> Response:
    told = requests.parameters(request, "to")
    name = _visible(unit, object_name, id_)
    sharing.unshare(unit, name, id_, sharing_choices.parse(told.get("to")))
    return Response(status=204)


def record_team(unit: Unit, object_name: str, id_: str) -> Response:
    requests.parameters(request)
    return _team(unit, object_name, id_)


def add_to_team(unit: Unit, object_name: str, id_: str) -> Response:
    """``{"user": "<id>", "role": "Engineer", "level": "edit", "expires_at": null}``."""
    requests.parameters(request)
    told = requests.body(request)
    requests.only(told, "user", "role", "level", "expires_at")
    _visible(unit, object_name, id_)
    role = told.get("role")
    if not isinstance(role, str) or not role.strip():
        raise RecordInvalid([FieldProblem("role", "required", "Say what they do in the team.")])
    _share(unit, object_name, id_, _member(told.get("user")), told, role.strip())
    return _team(unit, object_name, id_)


def leave_team(unit: Unit, object_name: str, id_: str) -> Response:
    told = requests.parameters(request, "user")
    name = _visible(unit, object_name, id_)
    sharing.unshare(unit, name, id_, _member(told.get("user")))
    return Response(status=204)


def record_access(unit: Unit, object_name: str, id_: str) -> Response:
    """Why the caller may do what; ``user``: somebody else, for those with ``manage_rights``."""
    told = requests.parameters(request, "user")
    who = requests.record_id(told["user"]) if "user" in told else None
    found = explain(unit, _name(unit, object_name), id_, who)
    return answer(found.document(unit.actor.language))


# Inside -------------------------------------------------------------------------------------


def _name(unit: Unit, object_name: str) -> str:
    return unit.catalog.object(object_name).name


def _visible(unit: Unit, object_name: str, id_: str) -> str:
    """The object's present name; what is out of sight is said before what is malformed."""
    name = _name(unit, object_name)
    parents.visible(unit, name, id_)
    return name


def _share(
    unit: Unit, object_name: str, id_: str, to: To, told: Mapping[str, Any], role: str | None
) -> None:
    level, until = told.get("level", "read"), _moment(told.get("expires_at"))
    sharing.share(unit, _name(unit, object_name), id_, to, level, until, role)


def _known(unit: Unit, object_name: str, id_: str, to: To) -> Share | None:
    """Who is of the team stays there when their level changes."""
    shares = sharing.of_record(unit, _name(unit, object_name), id_)
    return next((each for each in shares if each.principal == to.principal), None)


def _member(user: object) -> To:
    """Raises RecordInvalid unless it can be the id of a person."""
    return sharing_choices.parse(f"user:{user}")


def _moment(value: object) -> datetime | None:
    """ISO 8601 with its offset. Raises BadRequest."""
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise BadRequest("{name} must be a moment like 2026-11-21T09:00:00Z.", name="expires_at")
    return moment


def _shares(unit: Unit, object_name: str, id_: str) -> Response:
    shares = sharing.of_record(unit, _name(unit, object_name), id_)
    names = sharing_choices.names(unit, {sharing.to_of(each) for each in shares})
    return answer({"shares": [_json(each, names) for each in shares]})


def _team(unit: Unit, object_name: str, id_: str) -> Response:
    shares = [s for s in sharing.of_record(unit, _name(unit, object_name), id_) if s.team_role]
    names = sharing_choices.names(unit, {sharing.to_of(each) for each in shares})
    return answer({"team": [_json(each, names) for each in shares]})


def _json(share: Share, names: Mapping[To, str]) -> dict[str, Any]:
    return {
        "to": share.principal,
        "name": names.get(sharing.to_of(share)) or None,
        "level": share.level,
        "role": share.team_role,
        "expires_at": plain(share.expires_at),
        "by": share.granted_by,
        "at": plain(share.granted_at),
    }
