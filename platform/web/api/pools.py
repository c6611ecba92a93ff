"""Pools and queues over REST: claim, release, assign, take; what one holds; what waits for one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, request

from ...errors import BadRequest, NotFound
from ...runtime import access, pool_limits, pools, queues, reading
from ...runtime.storage.unit_of_work import Unit
from . import requests
from .answers import answer
from .values import record_json

OPERATIONS = ("claim", "assign", "release", "take")
KEYS: Mapping[str, tuple[str, ...]] = {
    "claim": (),
    "take": (),
    "assign": ("owner", "reason"),
    "release": ("reason",),
}
"""What each says besides the record."""


def claim(unit: Unit, object_name: str, id_: str) -> Response:
    return _one(unit, object_name, id_, "claim")


def assign(unit: Unit, object_name: str, id_: str) -> Response:
    """``{"owner": id, "reason"?}``."""
    return _one(unit, object_name, id_, "assign")


def release(unit: Unit, object_name: str, id_: str) -> Response:
    """``{"reason": text}``."""
    return _one(unit, object_name, id_, "release")


def take(unit: Unit, object_name: str, id_: str) -> Response:
    """Out of a queue one is a member of."""
    return _one(unit, object_name, id_, "take")


def pool(unit: Unit, object_name: str) -> Response:
    """The object's pool, and what one has of it. Its records: a query with ``"pooled": true``."""
    requests.parameters(request)
    obj = unit.catalog.object(object_name)
    access.require(unit.actor, "read", obj)
    found = pool_limits.pool_of(unit.catalog, obj)
    if found is None or not access.sees_pool(unit.actor, found):
        raise NotFound("There is no pool for such records.")
    has = pool_limits.holding(unit, unit.model.table(obj.name), found, unit.actor.id)
    limits = has.limits
    return answer(
        {
            "name": found.name,
            "label": unit.catalog.label(found.id, found.label, unit.actor.language),
            "may_claim": access.may_claim(unit.actor, found),
            "may_assign": access.manages_pool(unit.actor, found),
            "held": {"count": has.held, "most": limits.held},
            "claimed_today": {"count": has.claimed_today, "most": limits.per_day},
            "followed": {"count": has.followed, "most": limits.followed},
            "cool_down_days": limits.cool_down_days,
        }
    )


def my_queues(unit: Unit) -> Response:
    requests.parameters(request)
    found = [
        {
            "id": each.id,
            "name": each.queue.name,
            "label": unit.catalog.label(each.queue.id, each.queue.label, unit.actor.language),
            "assign": each.queue.assign,
            "waiting": dict(each.counts),
        }
        for each in queues.mine(unit)
    ]
    return answer({"queues": found})


def perform(
    unit: Unit, object_name: str, id_: str, operation: str, told: Mapping[str, Any]
) -> None:
    """One of OPERATIONS on one record; ``told`` holds its KEYS."""
    for name in KEYS[operation]:
        if told.get(name) is not None and not isinstance(told[name], str):
            raise BadRequest("{name} must be text.", name=name)
    match operation:
        case "claim":
            pools.claim(unit, object_name, id_)
        case "take":
            pools.take(unit, object_name, id_)
        case "release":
            pools.release(unit, object_name, id_, told.get("reason"))
        case _:
            pools.assign(unit, object_name, id_, told.get("owner") or "", told.get("reason"))


def _one(unit: Unit, object_name: str, id_: str, operation: str) -> Response:
    requests.parameters(request)
    told = requests.body(request) if request.get_data() or KEYS[operation] else {}
    requests.only(told, *KEYS[operation])
    perform(unit, object_name, id_, operation, told)
    try:
        found = reading.get(unit, object_name, id_)
    except NotFound:
        return answer({"id": id_})
    return answer(record_json(unit, found), ETag=f'"{found.version}.{found.rollups}"')
