"""The pieces of the API's description that are the same for everybody and every object."""

from __future__ import annotations

from typing import Any

from ...runtime.queries import MOST_ROWS

Document = dict[str, Any]

TEXT: Document = {"type": "string"}
MAYBE_TEXT: Document = {"type": ["string", "null"]}
UUID: Document = {"type": "string", "format": "uuid"}
MOMENT: Document = {"type": "string", "format": "date-time"}
MAYBE_UUID: Document = {"type": ["string", "null"], "format": "uuid"}
ANY_OBJECT: Document = {"type": "object"}
TO_OWNER: Document = {
    "type": ["string", "null"],
    "pattern": "^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})?$",
    "description": "The id of a person; nothing: nobody's",
}

ERROR: Document = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "details"],
            "properties": {"code": TEXT, "message": TEXT, "details": {"type": "array"}},
        }
    },
}
DELETION: Document = {
    "type": "object",
    "required": ["deletion", "records"],
    "properties": {"deletion": UUID, "records": {"type": "integer"}},
}
BULK: Document = {
    "type": "object",
    "required": ["operation", "records"],
    "additionalProperties": False,
    "properties": {
        "operation": {
            "enum": ["create", "update", "upsert", "delete", "claim", "assign", "release", "take"]
        },
        "records": {"type": "array", "minItems": 1, "maxItems": 500, "items": ANY_OBJECT},
        "match": MAYBE_TEXT,
        "atomic": {"type": "boolean"},
    },
}
ACT: Document = {
    "type": "object",
    "additionalProperties": False,
    "properties": {"inputs": ANY_OBJECT, "dry_run": {"type": "boolean"}},
}
OUTCOME: Document = {
    "type": "object",
    "required": ["object", "id", "dry_run", "trace"],
    "properties": {
        "object": TEXT,
        "id": UUID,
        "dry_run": {"type": "boolean"},
        "trace": {"type": "array", "items": ANY_OBJECT},
    },
}
JOBS: list[Document] = [
    {
        "name": "state",
        "in": "query",
        "schema": {"enum": ["waiting", "running", "done", "dead"]},
    },
    {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 200}},
]
REPLAY: Document = {
    "type": "object",
    "required": ["jobs"],
    "additionalProperties": False,
    "properties": {"jobs": {"type": "array", "minItems": 1, "items": UUID}},
}
BYTES: Document = {"type": "string", "format": "binary"}
UPLOAD: Document = {
    "type": "object",
    "required": ["file"],
    "additionalProperties": False,
    "properties": {"file": {"type": "array", "minItems": 1, "items": BYTES}},
}
FILES: Document = {
    "type": "object",
    "required": ["files"],
    "properties": {
        "files": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "name", "size", "media_type", "created_at", "created_by"],
                "properties": {
                    "id": UUID,
                    "name": TEXT,
                    "size": {"type": "integer"},
                    "media_type": TEXT,
                    "created_at": MOMENT,
                    "created_by": UUID,
                },
            },
        }
    },
}
SYSTEM: Document = {
    "id": UUID,
    "version": {"type": "integer"},
    "record_type": {"type": ["string", "null"]},
    "owner": MAYBE_UUID,
    "created_at": MOMENT,
    "created_by": UUID,
    "updated_at": MOMENT,
    "updated_by": UUID,
}


def query_parameter(name: str, schema: Document, description: str) -> Document:
    return {"name": name, "in": "query", "schema": schema, "description": description}


ID: Document = {"name": "id", "in": "path", "required": True, "schema": UUID}
FILE: Document = {"name": "file", "in": "path", "required": True, "schema": UUID}
IF_MATCH: Document = {
    "name": "If-Match",
    "in": "header",
    "schema": {"type": "string", "pattern": r'^"[0-9]{1,9}(\.[0-9]{1,9})?"$'},
    "description": "The ETag of the record as it was read; 412 when it has changed since",
}
KEY: Document = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string", "pattern": "^[A-Za-z0-9._:+/=-]{8,64}$"},
    "description": "The same key and body answer the same without doing it twice",
}
LIST_PARAMETERS: list[Document] = [
    query_parameter("fields", TEXT, "Paths with commas: name,account.name"),
    query_parameter("filter", TEXT, "An expression: amount > 1000 and stage == 'won'"),
    query_parameter("sort", TEXT, "Paths with commas, - for descending: -close_date,name"),
    query_parameter("limit", {"type": "integer", "minimum": 1, "maximum": 500}, "Records a page"),
    query_parameter("cursor", TEXT, "The next of the page before"),
    query_parameter("count", {"enum": ["none", "capped", "exact"]}, "Whether to count"),
]
PLACE: list[Document] = [
    query_parameter(
        "limit", {"type": "integer", "minimum": 1, "maximum": MOST_ROWS - 1}, "Entries a page"
    ),
    query_parameter("cursor", TEXT, "The next of the page before"),
]
SEARCH: list[Document] = [
    query_parameter("q", TEXT, "What to look for"),
    query_parameter(
        "limit", {"type": "integer", "minimum": 0, "maximum": 999_999_999}, "100 at most"
    ),
    query_parameter("objects", TEXT, "Only these, with commas"),
]
OWNER: Document = {
    "type": "object",
    "additionalProperties": False,
    "required": ["owner"],
    "properties": {"owner": TO_OWNER},
}
COMMENT: Document = {
    "type": "object",
    "additionalProperties": False,
    "required": ["body"],
    "properties": {"body": {"type": "string", "minLength": 1}},
}
NAMES: Document = {
    "anyOf": [
        {"type": "array", "items": {"type": "string", "minLength": 1}},
        TEXT,
        {"type": "null"},
    ]
}
TAGS: Document = {
    "type": "object",
    "additionalProperties": False,
    "properties": {"add": NAMES, "remove": NAMES},
}
LOGIN: Document = {
    "type": "object",
    "additionalProperties": False,
    "required": ["user", "password"],
    "properties": {"user": TEXT, "password": TEXT, "code": TEXT},
}
QUERY: Document = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "fields": NAMES,
        "filter": MAYBE_TEXT,
        "sort": NAMES,
        "limit": {"type": "integer", "minimum": 1, "maximum": 500},
        "cursor": MAYBE_TEXT,
        "count": {"enum": ["none", "capped", "exact"]},
        "group": NAMES,
        "measures": {"type": ["array", "null"], "items": ANY_OBJECT},
        "pooled": {"type": "boolean"},
    },
}


def ended(operation: Document) -> Document:
    """The same without anything in its answer."""
    operation["responses"]["204"] = {"description": "Done"}
    del operation["responses"]["200"]
    return operation
