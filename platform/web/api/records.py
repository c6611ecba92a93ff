"""Records over REST: list, read, create, change, delete, restore, bulk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, request

from ...errors import BadRequest, NotFound
from ...metadata.field_types import type_of
from ...runtime import access, reading, recycle, saving
from ...runtime.queries import FUNCTIONS, Measure, Query, Record, parse_sort
from ...runtime.storage.unit_of_work import Unit
from . import requests
from .answers import answer
from .values import plain, record_json, serializer

LIST = ("fields", "filter", "sort", "limit", "cursor", "count")
COUNTS = ("none", "capped", "exact")
GROUPS = (*LIST, "group", "measures", "pooled")
OF_LISTS = ("fields", "sort", "limit", "cursor", "count")
SYSTEM = ("id", "version", "record_type", "owner", "created_at", "created_by", "updated_at",
          "updated_by")  # fmt: skip


def records(unit: Unit, object_name: str) -> Response:
    told = requests.parameters(request, *LIST)
    return _list(unit, object_name, dict(told))


def query(unit: Unit, object_name: str) -> Response:
    """The same as a body, and groups with measures."""
    requests.parameters(request)
    told = requests.body(request)
    requests.only(told, *GROUPS)
    group, measures = requests.texts(told, "group"), _measures(told)
    if group or measures:
        return _groups(unit, object_name, told, group, measures)
    return _list(unit, object_name, told)


def _list(
    unit: Unit, object_name: str, told: Mapping[str, Any], within: tuple[str, ...] = ()
) -> Response:
    """``within``: filters of ours beside the client's own."""
    name = unit.catalog.object(object_name).name
    fields = requests.texts(told, "fields") or _own_fields(unit, name)
    asked = _query(unit, name, told, fields, within)
    page = reading.find(unit, asked)
    paths = list(dict.fromkeys(("id", "version", *fields)))
    serialize = serializer(unit, name, paths)
    document: dict[str, Any] = {
        "records": [serialize(row.values) for row in page.rows],
        "next": page.next,
    }
    if page.count is not None:
        document |= {"count": page.count, "count_is_capped": page.count_is_capped}
    return answer(document)


def _query(
    unit: Unit,
    name: str,
    told: Mapping[str, Any],
    fields: tuple[str, ...],
    within: tuple[str, ...],
) -> Query:
    count = told.get("count", "none")
    if count not in COUNTS:
        raise BadRequest("count must be one of {values}.", values=", ".join(COUNTS))
    filter_, cursor = _text(told, "filter"), _text(told, "cursor")
    return Query(
        object=name,
        fields=fields,
        filters=(*within, filter_) if filter_ else within,
        sort=parse_sort(_sort(told)),
        limit=_limit(told),
        cursor=cursor,
        count=count,
        pooled=requests.truth(told, "pooled"),
    )


def _text(told: Mapping[str, Any], name: str) -> str | None:
    value = told.get(name)
    if value is not None and not isinstance(value, str):
        raise BadRequest("{name} must be text.", name=name)
    return value or None


def _sort(told: Mapping[str, Any]) -> str | None:
    value = told.get("sort")
    if isinstance(value, list):
        return ",".join(requests.texts(told, "sort"))
    return _text(told, "sort")


def _limit(told: Mapping[str, Any]) -> int:
    value = told.get("limit", 50)
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise BadRequest("{name} must be a whole number.", name="limit")
    return requests.whole(str(value), 50, "limit")


def _own_fields(unit: Unit, name: str) -> tuple[str, ...]:
    """Without ``fields``: everything of the record itself that the actor may read."""
    obj = unit.catalog.object(name)
    paths = [n for n in SYSTEM if n in unit.model.table(name).columns]
    for field in access.readable(unit.actor, obj):
        paths += [field.name, *type_of(field).parts(field)]
    return tuple(paths)


def _groups(
    unit: Unit,
    object_name: str,
    told: Mapping[str, Any],
    group: tuple[str, ...],
    measures: tuple[Measure, ...],
) -> Response:
    for name in OF_LISTS:
        if told.get(name) is not None:
            raise BadRequest("{name} is for lists, not for groups.", name=name)
    filter_ = _text(told, "filter")
    asked = Query(
        object=unit.catalog.object(object_name).name,
        filters=(filter_,) if filter_ else (),
        group=group,
        measures=measures or (Measure("count"),),
        pooled=requests.truth(told, "pooled"),
    )
    rows = reading.groups(unit, asked)
    return answer({"groups": [{k: plain(v) for k, v in row.items()} for row in rows]})


def _measures(told: Mapping[str, Any]) -> tuple[Measure, ...]:
    """``[{"sum": "amount"}, {"count": "*"}]``."""
    given = told.get("measures")
    given = [] if given is None else given
    if not isinstance(given, list) or not all(isinstance(m, dict) and len(m) == 1 for m in given):
        raise BadRequest('measures must be a list like [{{"sum": "amount"}}].')
    measures = []
    for each in given:
        ((function, path),) = each.items()
        if function not in FUNCTIONS or not isinstance(path, str):
            raise BadRequest("There is no measure {name}.", name=str(function))
        measures.append(Measure(function, path))
    return tuple(dict.fromkeys(measures))


# One record ---------------------------------------------------------------------------------


def record(unit: Unit, object_name: str, id_: str) -> Response:
    requests.parameters(request)
    return _one(unit, reading.get(unit, object_name, id_))


def create(unit: Unit, object_name: str) -> Response:
    requests.parameters(request)
    id_ = saving.create(unit, object_name, requests.body(request))
    return _saved(unit, object_name, id_, 201)


def change(unit: Unit, object_name: str, id_: str) -> Response:
    requests.parameters(request)
    told = requests.body(request)
    version = requests.version_of(request.headers.get("If-Match"))
    saving.update(unit, object_name, id_, told, version)
    return _saved(unit, object_name, id_)


def delete(unit: Unit, object_name: str, id_: str) -> Response:
    requests.parameters(request)
    version = requests.version_of(request.headers.get("If-Match"))
    deletion = recycle.delete(unit, object_name, id_, version)
    return answer({"deletion": deletion.id, "records": deletion.records})


def restore(unit: Unit, object_name: str, id_: str) -> Response:
    requests.parameters(request)
    recycle.restore_record(unit, object_name, id_)
    return _one(unit, reading.get(unit, object_name, id_))


def owner(unit: Unit, object_name: str, id_: str) -> Response:
    requests.parameters(request)
    told = requests.body(request)
    requests.only(told, "owner")
    if "owner" not in told:
        raise BadRequest("Name the new owner.")
    version = requests.version_of(request.headers.get("If-Match"))
    saving.update(unit, object_name, id_, {"owner": told.get("owner")}, version)
    return _saved(unit, object_name, id_)


def _saved(unit: Unit, object_name: str, id_: str, status: int = 200) -> Response:
    """The record as it is now; its id alone, where it was given away and is out of sight."""
    try:
        found = reading.get(unit, object_name, id_)
    except NotFound:
        return answer({"id": id_}, status)
    return _one(unit, found, status)


def _one(unit: Unit, found: Record, status: int = 200) -> Response:
    etag = f'"{found.version}.{found.rollups}"'
    return answer(record_json(unit, found), status, ETag=etag)


def related(unit: Unit, object_name: str, id_: str, relation: str) -> Response:
    told = requests.parameters(request, *LIST)
    name = unit.catalog.object(object_name).name
    reading.get(unit, name, id_)
    reverse = unit.catalog.reverses[name].get(relation)
    if reverse is None:
        raise BadRequest("There is no relation {name} on {object}.", name=relation, object=name)
    return _list(unit, reverse.object, told, (f"{reverse.field} == '{id_}'",))
