"""What the description of the API says of messages and webhooks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .openapi_parts import ANY_OBJECT, UUID, Document

STATE = {"enum": ["queued", "sent", "refused", "failed"]}
LOG: list[Document] = [
    {"name": "state", "in": "query", "schema": STATE},
    {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 200}},
]


def chosen(name: str) -> Document:
    """A body that names several by their ids."""
    return {
        "type": "object",
        "required": [name],
        "additionalProperties": False,
        "properties": {name: {"type": "array", "minItems": 1, "items": UUID}},
    }


WRITE = (400, 401, 403, 404, 503, 409, 412, 413, 422, 423)
PATHS: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "/api/v1/messages": {
        "get": {"summary": "Messages", "result": ANY_OBJECT, "parameters": LOG},
    },
    "/api/v1/messages/replay": {
        "post": {
            "summary": "Try messages again",
            "result": ANY_OBJECT,
            "body": chosen("messages"),
            "errors": WRITE,
        },
    },
}
"""Path → method → what is said of it."""
