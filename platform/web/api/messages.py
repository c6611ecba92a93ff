"""The log of messages over REST."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from ...errors import BadRequest
from ...runtime.storage.unit_of_work import Unit
from ...workflow.messages import outbox
from ...workflow.messages.outbox import Seen
from . import requests
from .answers import answer
from .values import plain


def messages(unit: Unit) -> Response:
    """What was to go to whom, and what became of it."""
    told = requests.parameters(request, "state", "limit", "cursor")
    limit = requests.limit(told, 50, outbox.MOST)
    log = outbox.log(unit, told.get("state"), limit, requests.place(told))
    found = [_message(each) for each in log.messages]
    return answer({"messages": found, "next": log.next, "counts": dict(log.counts)})


def replay_messages(unit: Unit) -> Response:
    """``{"messages": [ids]}``: those that did not leave are tried again."""
    requests.parameters(request)
    told = requests.body(request)
    requests.only(told, "messages")
    ids = requests.ids(told, "messages")
    if not ids:
        raise BadRequest("Name the messages to try again.")
    outbox.replay(unit, ids)
    return answer({"replayed": len(ids)})


def _message(seen: Seen) -> dict[str, Any]:
    kept = ("id", "channel", "template", "object", "record", "name", "address", "subject",
            "state", "error", "attempts", "parts", "reference", "because")  # fmt: skip
    told = {name: getattr(seen, name) for name in kept}
    return {**told, "created_at": plain(seen.created_at), "sent_at": plain(seen.sent_at)}
