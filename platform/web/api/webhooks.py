"""Webhooks over REST: where we call, with which secret, how each call went."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from ...errors import BadRequest
from ...runtime.storage.unit_of_work import Unit
from ...workflow.webhooks import endpoints
from ...workflow.webhooks.endpoints import Delivery, Webhook
from . import requests
from .answers import answer
from .values import plain


def webhooks(unit: Unit) -> Response:
    requests.parameters(request)
    return answer({"webhooks": [_webhook(each) for each in endpoints.all_of(unit)]})


def new_webhook(unit: Unit) -> Response:
    """``{"name": "erp", "url": "https://…"}`` → the webhook with its secret, given only now."""
    requests.parameters(request)
    told = requests.body(request)
    requests.only(told, "name", "url")
    name, url = told.get("name"), told.get("url")
    if not isinstance(name, str) or not isinstance(url, str):
        raise BadRequest("name and url are texts.")
    id_, secret = endpoints.create(unit, name, url)
    return answer({**_webhook(endpoints.find(unit, id_)), "secret": secret}, 201)


def webhook(unit: Unit, id_: str) -> Response:
    requests.parameters(request)
    return answer(_webhook(endpoints.find(unit, id_)))


def switch_webhook(unit: Unit, id_: str) -> Response:
    """``{"is_active": false}``: it is called no more."""
    requests.parameters(request)
    told = requests.body(request)
    requests.only(told, "is_active")
    if not isinstance(told.get("is_active"), bool):
        raise BadRequest("is_active is true or false.")
    endpoints.switch(unit, id_, told["is_active"])
    return answer(_webhook(endpoints.find(unit, id_)))


def remove_webhook(unit: Unit, id_: str) -> Response:
    requests.parameters(request)
    endpoints.remove(unit, id_)
    return answer({"removed": id_})


def rotate_secret(unit: Unit, id_: str) -> Response:
    """A new secret, given only now; for a day the former one signs as well."""
    requests.parameters(request)
    return answer({"secret": endpoints.rotate(unit, id_)})


def deliveries(unit: Unit, id_: str) -> Response:
    told = requests.parameters(request, "state", "limit", "cursor")
    limit = requests.limit(told, 50, endpoints.MOST)
    before = requests.place(told)
    found, following = endpoints.deliveries(unit, id_, told.get("state"), limit, before)
    return answer({"deliveries": [_delivery(each) for each in found], "next": following})


def replay_deliveries(unit: Unit, id_: str) -> Response:
    """``{"deliveries": [ids]}``: called again, with the same ids and bodies."""
    requests.parameters(request)
    told = requests.body(request)
    requests.only(told, "deliveries")
    ids = requests.ids(told, "deliveries")
    if not ids:
        raise BadRequest("Name the deliveries to try again.")
    endpoints.replay(unit, id_, ids)
    return answer({"replayed": len(ids)})


def _webhook(each: Webhook) -> dict[str, Any]:
    kept = ("id", "name", "url", "is_active", "why_off")
    told = {name: getattr(each, name) for name in kept}
    return {**told, "created_at": plain(each.created_at), "counts": dict(each.counts)}


def _delivery(each: Delivery) -> dict[str, Any]:
    kept = ("id", "name", "body", "object", "record", "state", "status", "error", "attempts")
    told = {name: getattr(each, name) for name in kept}
    return {**told, "created_at": plain(each.created_at), "sent_at": plain(each.sent_at)}
