"""What the description of the API says of messages and webhooks."""

from __future__ import annotations

from .openapi_parts import UUID, Document

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
