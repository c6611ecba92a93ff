"""The API's description of pools and queues: bodies and answers."""

from __future__ import annotations

from .openapi_parts import TEXT, UUID, Document

REASON: Document = {"type": "string", "minLength": 1, "maxLength": 300}
ASSIGN: Document = {
    "type": "object",
    "additionalProperties": False,
    "required": ["owner"],
    "properties": {"owner": UUID, "reason": {"type": ["string", "null"], "maxLength": 300}},
}
RELEASE: Document = {
    "type": "object",
    "additionalProperties": False,
    "required": ["reason"],
    "properties": {"reason": REASON},
}
_HAS: Document = {
    "type": "object",
    "required": ["count", "most"],
    "properties": {"count": {"type": "integer"}, "most": {"type": ["integer", "null"]}},
}
POOL: Document = {
    "type": "object",
    "required": ["name", "label", "may_claim", "may_assign", "held", "claimed_today", "followed"],
    "properties": {
        "name": TEXT,
        "label": TEXT,
        "may_claim": {"type": "boolean"},
        "may_assign": {"type": "boolean"},
        "held": _HAS,
        "claimed_today": _HAS,
        "followed": _HAS,
        "cool_down_days": {"type": "integer"},
    },
}
QUEUES: Document = {
    "type": "object",
    "required": ["queues"],
    "properties": {
        "queues": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "name", "label", "assign", "waiting"],
                "properties": {
                    "id": UUID,
                    "name": TEXT,
                    "label": TEXT,
                    "assign": {"enum": ["by_hand", "round_robin", "least_loaded"]},
                    "waiting": {"type": "object", "additionalProperties": {"type": "integer"}},
                },
            },
        }
    },
}
