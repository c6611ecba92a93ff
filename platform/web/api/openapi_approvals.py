"""The API's description of approvals: bodies and answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .openapi_parts import ANY_OBJECT, ID, MAYBE_TEXT, MAYBE_UUID, TEXT, UUID, Document

_LIST: Document = {"type": "array", "items": ANY_OBJECT}
SUBMIT: Document = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "approval": MAYBE_TEXT,
        "comment": {"type": "string", "maxLength": 10_000},
        "chosen": {"type": "object", "additionalProperties": {"type": "array", "items": UUID}},
    },
}
DECISION: Document = {
    "type": "object",
    "required": ["decision"],
    "additionalProperties": False,
    "properties": {
        "decision": {
            "enum": [
                *("approve", "reject", "acknowledge", "return", "delegate", "add_signer"),
                *("cc", "comment"),
            ]
        },
        "task": MAYBE_UUID,
        "case_version": {"type": ["integer", "null"]},
        "to": MAYBE_TEXT | {"description": "A person; for a return a node or submitter"},
        "comment": {"type": "string", "maxLength": 10_000},
        "straight": {"type": "boolean", "description": "A return that comes straight back"},
        "after": {"type": "boolean", "description": "The added signer decides after me"},
        "votes": {"type": "boolean", "description": "The added signer's vote counts"},
    },
}
CASE: Document = {
    "type": "object",
    "required": ["id", "object", "record", "state", "case_version", "graph", "tasks", "trail"],
    "properties": {
        "id": UUID,
        "object": TEXT,
        "record": UUID,
        "state": {"enum": ["running", "approved", "rejected", "withdrawn"]},
        "case_version": {"type": "integer"},
        "graph": ANY_OBJECT,
        "standing": _LIST,
        "tasks": _LIST,
        "trail": _LIST,
        "changed": _LIST,
    },
}
TASKS: Document = {
    "type": "object",
    "required": ["approvals", "waiting", "next"],
    "properties": {"approvals": _LIST, "waiting": {"type": "integer"}, "next": MAYBE_TEXT},
}
TASK_STATE: list[Document] = [
    {"name": "state", "in": "query", "schema": {"enum": ["waiting", "decided"]}},
    {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 200}},
]
SIMULATE: Document = {
    "type": "object",
    "required": ["object"],
    "additionalProperties": False,
    "properties": {
        "object": TEXT,
        "approval": MAYBE_TEXT | {"description": "Its name; null: the first that is meant"},
        "record": MAYBE_UUID,
        "values": ANY_OBJECT | {"description": "Field → value: instead of the record's own"},
        "submitter": MAYBE_UUID | {"description": "A person; null: whoever asks"},
        "chosen": {"type": "object", "additionalProperties": {"type": "array", "items": UUID}},
        "answers": {
            "type": "object",
            "additionalProperties": {"enum": ["approve", "reject"]},
            "description": "Node → the answer there; everybody else agrees",
        },
    },
}
SIMULATED: Document = {
    "type": "object",
    "required": ["approval", "object", "outcome", "is_offered", "may_submit", "problem", "path"],
    "properties": {
        "approval": TEXT,
        "object": TEXT,
        "outcome": {"enum": ["approved", "rejected", "withdrawn", None]},
        "is_offered": {"type": "boolean"},
        "may_submit": {"type": "boolean"},
        "problem": MAYBE_TEXT,
        "path": _LIST,
    },
}
_DATE: Document = {"type": "string", "format": "date"}
ABSENCE: Document = {
    "type": "object",
    "required": ["id", "person", "deputy", "since", "until", "is_now"],
    "properties": {
        "id": UUID,
        "person": UUID,
        "deputy": UUID,
        "since": _DATE,
        "until": _DATE,
        "is_now": {"type": "boolean"},
    },
}
ABSENCES: Document = {
    "type": "object",
    "required": ["absences"],
    "properties": {"absences": {"type": "array", "items": ABSENCE}},
}
AWAY: Document = {
    "type": "object",
    "required": ["deputy", "since", "until"],
    "additionalProperties": False,
    "properties": {
        "deputy": UUID,
        "since": _DATE,
        "until": _DATE,
        "person": MAYBE_UUID | {"description": "Who is away; null: oneself"},
        "waiting": {"type": "boolean", "description": "Hand over what waits already"},
    },
}
WHOSE: list[Document] = [{"name": "person", "in": "query", "schema": UUID}]
WITHDRAW: Document = {
    "type": "object",
    "additionalProperties": False,
    "properties": {"comment": {"type": "string", "maxLength": 10_000}},
}
TAKE_BACK: Document = {
    "type": "object",
    "additionalProperties": False,
    "properties": {"task": MAYBE_UUID},
}
NOTHING: Document = {"type": "object", "additionalProperties": False}
REMINDED: Document = {
    "type": "object",
    "required": ["reminded"],
    "properties": {"reminded": {"type": "integer"}},
}
WHICH_GRAPH: list[Document] = [
    {"name": "object", "in": "query", "required": True, "schema": TEXT},
    {"name": "approval", "in": "query", "required": True, "schema": TEXT},
    {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 50}},
    {"name": "cursor", "in": "query", "schema": TEXT},
]
OLDER_CASES: Document = {
    "type": "object",
    "required": ["version", "cases", "next"],
    "properties": {"version": TEXT, "cases": _LIST, "next": MAYBE_TEXT},
}
MOVE: Document = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "case_version": {"type": ["integer", "null"]},
        "dry_run": {"type": "boolean", "description": "Only say who would be asked"},
    },
}
MOVED: Document = {
    "type": "object",
    "required": ["id", "dry_run", "state", "standing"],
    "properties": {"id": UUID, "dry_run": {"type": "boolean"}, "state": TEXT, "standing": _LIST},
}
WRITE = (400, 401, 403, 404, 503, 409, 412, 413, 422, 423)
PATHS: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "/api/v1/approvals/simulate": {
        "post": {
            "summary": "Try an approval out",
            "result": SIMULATED,
            "body": SIMULATE,
            "errors": WRITE,
        },
    },
    "/api/v1/approvals/older": {
        "get": {
            "summary": "Cases on an older version of their graph",
            "result": OLDER_CASES,
            "parameters": WHICH_GRAPH,
        },
    },
    "/api/v1/approvals/{id}/move": {
        "post": {
            "summary": "Move a case to the published version of its graph",
            "result": MOVED,
            "parameters": [ID],
            "body": MOVE,
            "errors": WRITE,
        },
    },
}
"""For whoever looks after approvals."""
