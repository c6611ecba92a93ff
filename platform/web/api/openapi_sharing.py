"""The API's description of sharing: bodies, answers, parameters."""

from __future__ import annotations

from .openapi_parts import MAYBE_TEXT, MOMENT, TEXT, UUID, Document, query_parameter

PRINCIPAL: Document = {
    "type": "string",
    "pattern": "^((user|queue|branch|tree):[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    "|(role|below):[a-z][a-z0-9_]{0,62})$",
    "description": "user:<id>, role:<name>, below:<role, and those below it>, queue:<id>,"
    " branch:<id> or tree:<branch, and those below it>",
}
LEVEL: Document = {"enum": ["read", "edit"]}
UNTIL: Document = {"type": ["string", "null"], "format": "date-time"}
SHARE: Document = {
    "type": "object",
    "additionalProperties": False,
    "required": ["to"],
    "properties": {"to": PRINCIPAL, "level": LEVEL, "expires_at": UNTIL},
}
MEMBER: Document = {
    "type": "object",
    "additionalProperties": False,
    "required": ["user", "role"],
    "properties": {
        "user": UUID,
        "role": {"type": "string", "minLength": 1, "maxLength": 60},
        "level": LEVEL,
        "expires_at": UNTIL,
    },
}
_ONE: Document = {
    "type": "object",
    "required": ["to", "name", "level", "role", "expires_at", "by", "at"],
    "properties": {
        "to": TEXT,
        "name": MAYBE_TEXT,
        "level": LEVEL,
        "role": MAYBE_TEXT,
        "expires_at": UNTIL,
        "by": UUID,
        "at": MOMENT,
    },
}
SHARES: Document = {
    "type": "object",
    "required": ["shares"],
    "properties": {"shares": {"type": "array", "items": _ONE}},
}
TEAM: Document = {
    "type": "object",
    "required": ["team"],
    "properties": {"team": {"type": "array", "items": _ONE}},
}
_MAY: Document = {
    "type": "object",
    "required": ["allowed", "reasons"],
    "properties": {
        "allowed": {"type": "boolean"},
        "reasons": {"type": "array", "items": {"type": "object"}},
    },
}
ACCESS: Document = {
    "type": "object",
    "required": ["object", "record", "user", "name", "access", "hidden_fields"],
    "properties": {
        "object": TEXT,
        "record": UUID,
        "user": UUID,
        "name": TEXT,
        "access": {"type": "object", "additionalProperties": _MAY},
        "hidden_fields": {"type": "array", "items": TEXT},
    },
}
WHOM: Document = query_parameter("user", UUID, "Somebody else; needs the right manage_rights")
FROM: Document = query_parameter("to", PRINCIPAL, "From whom it is taken") | {"required": True}
LEAVING: Document = query_parameter("user", UUID, "Who leaves the team") | {"required": True}
