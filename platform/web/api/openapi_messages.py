"""What the description of the API says of messages and webhooks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...texts import LOCALES
from .openapi_parts import ANY_OBJECT, ID, UUID, Document

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


CALLS: list[Document] = [
    {"name": "state", "in": "query", "schema": {"enum": ["queued", "sent", "failed"]}},
    LOG[1],
]
NEW_WEBHOOK: Document = {
    "type": "object",
    "required": ["name", "url"],
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_]{0,39}$"},
        "url": {"type": "string", "format": "uri"},
    },
}
SWITCH: Document = {
    "type": "object",
    "required": ["is_active"],
    "additionalProperties": False,
    "properties": {"is_active": {"type": "boolean"}},
}
NEW_MAILING: Document = {
    "type": "object",
    "required": ["template", "records"],
    "additionalProperties": False,
    "properties": {
        "template": {"type": "string"},
        "records": {"type": "array", "minItems": 1, "items": UUID},
        "language": {"enum": list(LOCALES)},
        "due_at": {"type": "string", "format": "date-time"},
    },
}
LIFT: Document = {
    "type": "object",
    "required": ["address"],
    "additionalProperties": False,
    "properties": {"address": {"type": "string"}},
}
AUTOMATION: Document = {
    "name": "automation", "in": "path", "required": True,
    "schema": {"type": "string"},
    "description": "Object and name: lead.lead_arrives.",
}  # fmt: skip
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
    "/api/v1/mailings": {
        "get": {"summary": "Mailings", "result": ANY_OBJECT},
        "post": {
            "summary": "Write to many records by a template, now or later",
            "result": ANY_OBJECT,
            "body": NEW_MAILING,
            "status": 201,
            "errors": WRITE,
        },
    },
    "/api/v1/mailings/{id}": {
        "get": {
            "summary": "A mailing, and how far it is",
            "result": ANY_OBJECT,
            "parameters": [ID],
        },
    },
    "/api/v1/mailings/{id}/stop": {
        "post": {
            "summary": "Stop a mailing",
            "result": ANY_OBJECT,
            "parameters": [ID],
            "errors": WRITE,
        },
    },
    "/api/v1/suppressions": {
        "get": {
            "summary": "Addresses that want no marketing",
            "result": ANY_OBJECT,
            "parameters": [
                {"name": "starts_with", "in": "query", "schema": {"type": "string"}},
                LOG[1],
            ],
        },
    },
    "/api/v1/suppressions/lift": {
        "post": {
            "summary": "Marketing may go to this address again",
            "result": ANY_OBJECT,
            "body": LIFT,
            "errors": WRITE,
        },
    },
    "/api/v1/hooks": {
        "get": {"summary": "Automations that wait for a webhook", "result": ANY_OBJECT},
    },
    "/api/v1/hooks/{automation}": {
        "post": {
            "summary": "A new address; it and its secret are given only now",
            "result": ANY_OBJECT,
            "parameters": [AUTOMATION],
            "status": 201,
            "errors": WRITE,
        },
        "delete": {
            "summary": "Close the address",
            "result": ANY_OBJECT,
            "parameters": [AUTOMATION],
            "errors": WRITE,
        },
    },
    "/api/v1/webhooks": {
        "get": {"summary": "Webhooks", "result": ANY_OBJECT},
        "post": {
            "summary": "A new webhook; its secret is given only now",
            "result": ANY_OBJECT,
            "body": NEW_WEBHOOK,
            "status": 201,
            "errors": WRITE,
        },
    },
    "/api/v1/webhooks/{id}": {
        "get": {"summary": "A webhook", "result": ANY_OBJECT, "parameters": [ID]},
        "patch": {
            "summary": "Switch a webhook on or off",
            "result": ANY_OBJECT,
            "parameters": [ID],
            "body": SWITCH,
            "errors": WRITE,
        },
        "delete": {
            "summary": "Remove a webhook with its deliveries",
            "result": ANY_OBJECT,
            "parameters": [ID],
            "errors": WRITE,
        },
    },
    "/api/v1/webhooks/{id}/secret": {
        "post": {
            "summary": "A new secret; the former one signs for a day longer",
            "result": ANY_OBJECT,
            "parameters": [ID],
            "errors": WRITE,
        },
    },
    "/api/v1/webhooks/{id}/deliveries": {
        "get": {"summary": "Its calls", "result": ANY_OBJECT, "parameters": [ID, *CALLS]},
    },
    "/api/v1/webhooks/{id}/deliveries/replay": {
        "post": {
            "summary": "Call again",
            "result": ANY_OBJECT,
            "parameters": [ID],
            "body": chosen("deliveries"),
            "errors": WRITE,
        },
    },
}
"""Path → method → what is said of it."""
