"""Many records in one call: all or none, or each on its own, with a result per row."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from flask import Response, request

from ...errors import BadRequest, Conflict, TypecaseError
from ...runtime import reading, recycle, saving
from ...runtime.queries import Query
from ...runtime.storage import idempotency
from ...runtime.storage.unit_of_work import Unit
from . import pools, requests
from .answers import answer, details

OPERATIONS = ("create", "update", "upsert", "delete", *pools.OPERATIONS)
MOST = 500
DONE: Mapping[str, str] = MappingProxyType(
    {"claim": "claimed", "assign": "assigned", "release": "released", "take": "taken"}
)
KEY = re.compile(r"[A-Za-z0-9._:+/=-]{8,64}")
Row = Mapping[str, Any]
Result = dict[str, Any]


def bulk(unit: Unit, object_name: str) -> Response:
    """``{"operation", "records", "match"?, "atomic"?}``; ``atomic`` is true unless said.

    With an ``Idempotency-Key`` the same call again gives the first answer and does nothing.
    """
    requests.parameters(request)
    told = requests.body(request)
    requests.only(told, "operation", "records", "match", "atomic")
    key = _key(request.headers.get("Idempotency-Key"))
    digest = _digest(object_name, told)
    known = idempotency.claim(unit, key, digest) if key else None
    if known is not None:
        if known.digest != digest:
            raise Conflict("This Idempotency-Key was used for another request.")
        return answer(known.answer, known.status)
    results = _perform(unit, unit.catalog.object(object_name).name, told)
    document = {"results": results}
    if key:
        idempotency.keep(unit, key, 200, document)
    return answer(document)


def _key(header: str | None) -> str | None:
    if header is None:
        return None
    if not KEY.fullmatch(header):
        raise BadRequest("An Idempotency-Key has 8 to 64 plain characters.")
    return header


def _digest(object_name: str, told: Row) -> str:
    text = json.dumps([object_name, told], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _perform(unit: Unit, name: str, told: Row) -> list[Result]:
    operation, rows = told.get("operation"), told.get("records")
    if operation not in OPERATIONS:
        raise BadRequest("operation must be one of {values}.", values=", ".join(OPERATIONS))
    if not isinstance(rows, list) or not rows or not all(isinstance(r, dict) for r in rows):
        raise BadRequest("records must be a list of objects.")
    if len(rows) > MOST:
        raise BadRequest("At most {most} records in one call.", most=MOST)
    if told.get("match") is not None and not isinstance(told["match"], str):
        raise BadRequest("{name} must be text.", name="match")
    atomic = told.get("atomic", True)
    if not isinstance(atomic, bool):
        raise BadRequest("{name} must be true or false.", name="atomic")
    work = _work(unit, name, operation, told.get("match"))
    if atomic:
        return work(rows)
    return [_alone(unit, work, row) for row in rows]


def _alone(unit: Unit, work: Callable[[list[Row]], list[Result]], row: Row) -> Result:
    """One row in a savepoint: what is wrong with it undoes only itself."""
    try:
        with unit.savepoint():
            return work([row])[0]
    except TypecaseError as error:
        language = unit.actor.language
        return {
            "status": "refused",
            "error": {
                "code": error.code,
                "message": error.text(language),
                "details": details(error, language),
            },
        }


def _work(
    unit: Unit, name: str, operation: str, match: object
) -> Callable[[list[Row]], list[Result]]:
    match operation:
        case "create":
            return lambda rows: _created(saving.create_many(unit, name, rows))
        case "update":
            return lambda rows: _update(unit, name, rows)
        case "delete":
            return lambda rows: _delete(unit, name, rows)
        case _ if operation in pools.OPERATIONS:
            return lambda rows: _hand(unit, name, operation, rows)
        case _:
            return lambda rows: _upsert(unit, name, rows, _match(unit, name, match))


def _created(ids: list[str]) -> list[Result]:
    return [{"status": "created", "id": id_} for id_ in ids]


def _update(unit: Unit, name: str, rows: list[Row]) -> list[Result]:
    wanted = [(_id(row), _without(row), _version(row)) for row in rows]
    saving.update_many(unit, name, wanted)
    return [{"status": "updated", "id": id_} for id_, _, _ in wanted]


def _delete(unit: Unit, name: str, rows: list[Row]) -> list[Result]:
    for row in rows:
        requests.only(row, "id", "version")
    ids = [_id(row) for row in rows]
    seen = {id_: _version(row) for id_, row in zip(ids, rows, strict=True)}
    recycle.delete_many(unit, name, ids, {i: v for i, v in seen.items() if v is not None})
    return [{"status": "deleted", "id": id_} for id_ in ids]


def _hand(unit: Unit, name: str, operation: str, rows: list[Row]) -> list[Result]:
    """What pools and queues do; each row says what the same call for one record says."""
    for row in rows:
        requests.only(row, "id", *pools.KEYS[operation])
        pools.perform(unit, name, _id(row), operation, row)
    return [{"status": DONE[operation], "id": _id(row)} for row in rows]


def _upsert(unit: Unit, name: str, rows: list[Row], field: str) -> list[Result]:
    """Rows whose value of ``field`` is known change that record, the others make one."""
    values = [row.get(field) for row in rows]
    if not all(isinstance(v, str) and v for v in values) or len(set(values)) < len(values):
        raise BadRequest("Each record needs its own value of {name}.", name=field)
    known = _known(unit, name, field, [str(v) for v in values])
    fresh = [row for row in rows if row[field] not in known]
    saving.update_many(unit, name, [(known[r[field]], r, None) for r in rows if r[field] in known])
    made = (
        dict(zip([r[field] for r in fresh], saving.create_many(unit, name, fresh), strict=True))
        if fresh
        else {}
    )
    return [
        {"status": "updated", "id": known[v]}
        if v in known
        else {"status": "created", "id": made[v]}
        for v in values
    ]


def _known(unit: Unit, name: str, field: str, values: list[str]) -> dict[str, str]:
    listed = ", ".join("'" + v.replace("\\", "\\\\").replace("'", "\\'") + "'" for v in values)
    query = Query(name, (field,), filters=(f"{field} in [{listed}]",), limit=MOST)
    return {str(row[field]): row.id for row in reading.find(unit, query).rows}


def _match(unit: Unit, name: str, match: object) -> str:
    if not isinstance(match, str):
        raise BadRequest("An upsert names a unique field: match.")
    field = unit.catalog.field(name, match)
    if not (field.unique or field.external_id):
        raise BadRequest("{name} is not a unique field.", name=match)
    return field.name


def _id(row: Row) -> str:
    value = row.get("id")
    if not isinstance(value, str):
        raise BadRequest("Each record needs its id.")
    return requests.record_id(value)


def _without(row: Row) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in ("id", "version")}


def _version(row: Row) -> int | None:
    value = row.get("version")
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise BadRequest("{name} must be a whole number.", name="version")
    return value
