"""Addresses under which other systems call us, over REST."""

from __future__ import annotations

from flask import Response, request

from ...runtime.storage.unit_of_work import Unit
from ...workflow.webhooks import incoming
from . import requests
from .answers import answer
from .values import plain


def hooks(unit: Unit) -> Response:
    """Automations that wait for a webhook, and since when they have an address."""
    requests.parameters(request)
    found = [
        {"automation": each.automation, "label": each.label, "since": plain(each.since)}
        for each in incoming.waiting(unit)
    ]
    return answer({"hooks": found})


def open_hook(unit: Unit, automation: str) -> Response:
    """A new address and its secret, given only now; the former address works no more."""
    requests.parameters(request)
    opened = incoming.open_address(unit, automation)
    told = {"automation": automation, "address": opened.address, "secret": opened.secret}
    return answer(told, 201)


def close_hook(unit: Unit, automation: str) -> Response:
    requests.parameters(request)
    incoming.close_address(unit, automation)
    return answer({"closed": automation})
