"""The description of the API for one actor: just the objects, fields and operations they have."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.metadata import version

from flask import Response, request

from ...metadata.approvals_parser import graphs_of
from ...metadata.definitions import Field, Object
from ...metadata.field_types import type_of
from ...metadata.service_levels import service_levels_of
from ...runtime import access, closed_fields
from ...runtime.pool_limits import pool_of
from ...runtime.sharing import can_be_shared
from ...runtime.storage.unit_of_work import Unit
from ...workflow import actions
from ..labels import Labels
from . import openapi_approvals, openapi_messages, requests
from .answers import answer
from .describe import visible
from .json_schemas import field_schema, write_schema
from .openapi_approvals import (
    ABSENCE,
    ABSENCES,
    AWAY,
    CASE,
    DECISION,
    NOTHING,
    REMINDED,
    SUBMIT,
    TAKE_BACK,
    TASK_STATE,
    TASKS,
    WHOSE,
    WITHDRAW,
)
from .openapi_clocks import CLOCKS
from .openapi_parts import (
    ACT,
    ANY_OBJECT,
    BULK,
    BYTES,
    COMMENT,
    DELETION,
    ERROR,
    FILE,
    FILES,
    ID,
    IF_MATCH,
    JOBS,
    KEY,
    LIST_PARAMETERS,
    LOGIN,
    OUTCOME,
    OWNER,
    PLACE,
    QUERY,
    REPLAY,
    SEARCH,
    SYSTEM,
    TAGS,
    TO_OWNER,
    UPLOAD,
    Document,
    ended,
)
from .openapi_pools import ASSIGN, POOL, QUEUES, RELEASE
from .openapi_sharing import ACCESS, FROM, LEAVING, MEMBER, SHARE, SHARES, TEAM, WHOM

ERRORS = {
    400: "A name is unknown or not for you, or the request is malformed",
    401: "No valid token or session",
    403: "You have no right to this",
    404: "Missing, or not visible to you",
    405: "Not this method here",
    409: "The state does not allow it: unique value taken, still in use",
    412: "Changed by somebody else meanwhile",
    413: "Too large",
    422: "Values that cannot be saved, each mistake with its field",
    423: "Locked by an approval",
    429: "Too many attempts",
    503: "The database is busy or away; try again",
}
READ = (400, 401, 403, 404, 503)
WRITE = (*READ, 409, 412, 413, 422, 423)


def openapi(unit: Unit) -> Response:
    requests.parameters(request)
    return answer(document(unit))


def document(unit: Unit) -> Document:
    labels = Labels(unit.catalog, unit.actor.language)
    paths: Document = dict(_fixed_paths())
    schemas: Document = {"Error": ERROR, "Deletion": DELETION, "Bulk": BULK, "Files": FILES}
    for obj in visible(unit):
        schemas[f"{obj.name}.record"] = _record(unit, obj)
        schemas[f"{obj.name}.values"] = values = _values(unit, obj)
        schemas[f"{obj.name}.new"] = _new(obj, values)
        paths |= dict(_paths(unit, obj, labels.plural(obj)))
    if "designer" in unit.actor.rights.system:
        paths |= dict(_process_paths())
    return {
        "openapi": "3.1.0",
        "info": {"title": "Typecase", "version": version("typecase")},
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _record(unit: Unit, obj: Object) -> Document:
    """Everything may be left out of an answer (``fields``) but the id; what was given away to
    somebody else's rows comes back as its id alone."""
    properties = dict(SYSTEM)
    for field in access.readable(unit.actor, obj):
        properties |= _with_parts(field)
    return {"type": "object", "required": ["id"], "properties": properties}


def _with_parts(field: Field) -> Document:
    found = {field.name: field_schema(field)}
    for part in type_of(field).parts(field):
        found[part] = (
            field_schema(field) if part.endswith("_base") else {"type": ["string", "null"]}
        )
    return found


def _values(unit: Unit, obj: Object) -> Document:
    """What may be written."""
    properties: Document = {"record_type": {"type": ["string", "null"]}}
    if obj.owner == "user":
        properties["owner"] = TO_OWNER
    for field in access.readable(unit.actor, obj):
        if closed_fields.may_be_sent(unit.actor, obj, field):
            properties[field.name] = write_schema(field)
            for part in type_of(field).parts(field):
                if not part.endswith("_base"):
                    properties[part] = {"type": ["string", "null"]}
    return {"type": "object", "additionalProperties": False, "properties": properties}


def _new(obj: Object, values: Document) -> Document:
    """A new record needs what is always required and has no default of its own."""
    properties = dict(values["properties"])
    needed = [
        f for f in obj.fields if f.required is True and not f.default and f.name in properties
    ]
    for field in needed:
        properties[field.name] = _present(properties[field.name])
    return values | {"properties": properties, "required": [field.name for field in needed]}


def _present(schema: Document) -> Document:
    """The same without null and the empty text."""
    if "enum" in schema:
        return schema | {"enum": [each for each in schema["enum"] if each is not None]}
    kinds = [each for each in schema.get("type", ()) if each != "null"]
    return schema | {"type": kinds, "minLength": 1} if kinds else schema


# Paths --------------------------------------------------------------------------------------


def _paths(unit: Unit, obj: Object, plural: str) -> Iterator[tuple[str, Document]]:
    rights = unit.actor.rights.on(obj.name)
    base = f"/api/v1/objects/{obj.name}"
    record, listed = _ref(f"{obj.name}.record"), _list_of(_ref(f"{obj.name}.record"))
    values = _ref(f"{obj.name}.values")
    tag = {"tags": [plural]}
    collection = {"get": tag | _operation("List records", listed, LIST_PARAMETERS)}
    if "create" in rights:
        new = _ref(f"{obj.name}.new")
        made = _operation("Create a record", record, body=new, status=201, errors=WRITE)
        collection["post"] = tag | made
    one = {"parameters": [ID], "get": tag | _operation("Read a record", record)}
    if "edit" in rights:
        changed = _operation("Change a record", record, [IF_MATCH], values, errors=WRITE)
        one["patch"] = tag | changed
    if "delete" in rights:
        gone = _operation("Delete a record", _ref("Deletion"), [IF_MATCH], errors=WRITE)
        one["delete"] = tag | gone
    yield f"{base}/records", collection
    yield f"{base}/records/{{id}}", one
    yield f"{base}", {"get": tag | _operation("Describe the object", ANY_OBJECT)}
    yield f"{base}/query", {"post": tag | _operation("Query", ANY_OBJECT, body=QUERY, errors=WRITE)}
    yield (
        f"{base}/bulk",
        {"post": tag | _operation("Bulk", ANY_OBJECT, [KEY], _ref("Bulk"), errors=WRITE)},
    )
    pool = pool_of(unit.catalog, obj)
    if pool is not None and access.sees_pool(unit.actor, pool):
        yield f"{base}/pool", {"get": tag | _operation("The pool, and what one has of it", POOL)}
    yield from _around(unit, obj, f"{base}/records/{{id}}", tag)


def _around(unit: Unit, obj: Object, base: str, tag: Document) -> Iterator[tuple[str, Document]]:
    """What hangs on one record."""
    rights = unit.actor.rights.on(obj.name)
    record = _ref(f"{obj.name}.record")

    def path(name: str, **operations: Document) -> tuple[str, Document]:
        told = {method: tag | each for method, each in operations.items()}
        return f"{base}/{name}", {"parameters": [ID], **told}

    yield path("history", get=_operation("History", ANY_OBJECT))
    if service_levels_of(unit.catalog, obj.name).policies:
        yield path("clocks", get=_operation("What has to happen in time", CLOCKS))
    yield path("timeline", get=_operation("Timeline", ANY_OBJECT, PLACE))
    if "delete" in rights:
        yield path("restore", post=_operation("Out of the bin", record, errors=WRITE))
    if "edit" in rights and obj.owner == "user":
        handed = _operation("Give to another owner", record, [IF_MATCH], OWNER, errors=WRITE)
        yield path("owner", post=handed)
    if "edit" in rights and obj.owner == "user":
        yield path("take", post=_operation("Take out of a queue", record, errors=WRITE))
        if pool_of(unit.catalog, obj) is not None:
            yield from _pooled(record, path)
    yield from _sharing(obj, path)
    if "edit" in rights and graphs_of(unit.catalog, obj.name):
        submitted = _operation("Submit for approval", CASE, body=SUBMIT, status=201, errors=WRITE)
        yield path("approvals", post=submitted)
    yield path("actions", get=_operation("What may be done now", ANY_OBJECT))
    for action in actions.allowed(unit, obj.name):
        done = _operation(f"Do: {action.name}", OUTCOME, [IF_MATCH], ACT, errors=WRITE)
        yield path(f"actions/{action.name}", post=done)
    if "comments" in obj.tracks:
        said = _operation("Comment", ANY_OBJECT, body=COMMENT, status=201, errors=WRITE)
        yield path("comments", post=said)
    if "files" in obj.tracks:
        listed_files = _operation("Attached files", _ref("Files"))
        if "edit" in rights:
            sent = _operation("Attach files", _ref("Files"), body=UPLOAD, status=201, errors=WRITE)
            sent["requestBody"]["content"] = {"multipart/form-data": {"schema": UPLOAD}}
            yield path("files", get=listed_files, post=sent)
        else:
            yield path("files", get=listed_files)
        yield _one_file(f"{base}/files/{{file}}", tag, "edit" in rights)
    if "tags" in obj.tracks:
        changed = _operation("Change the tags", ANY_OBJECT, body=TAGS, errors=WRITE)
        yield path("tags", get=_operation("Tags", ANY_OBJECT), post=changed)
    for relation in unit.catalog.reverses[obj.name].values():
        if "read" in unit.actor.rights.on(relation.object):
            listed = _list_of(_ref(f"{relation.object}.record"))
            read = _operation(f"Related {relation.name}", listed, LIST_PARAMETERS)
            yield path(f"related/{relation.name}", get=read)


def _pooled(
    record: Document, path: Callable[..., tuple[str, Document]]
) -> Iterator[tuple[str, Document]]:
    yield path("claim", post=_operation("Claim from the pool", record, errors=WRITE))
    yield path("assign", post=_operation("Assign", record, body=ASSIGN, errors=WRITE))
    yield path("release", post=_operation("Into the pool", record, body=RELEASE, errors=WRITE))


def _sharing(
    obj: Object, path: Callable[..., tuple[str, Document]]
) -> Iterator[tuple[str, Document]]:
    yield path("access", get=_operation("Why may I", ACCESS, [WHOM]))
    if not can_be_shared(obj):
        return
    yield path(
        "share",
        get=_operation("To whom it is shared", SHARES),
        post=_operation("Share", SHARES, body=SHARE, errors=WRITE),
        delete=ended(_operation("Take a share back", {}, [FROM], errors=WRITE)),
    )
    yield path(
        "team",
        get=_operation("The team", TEAM),
        post=_operation("Take into the team", TEAM, body=MEMBER, errors=WRITE),
        delete=ended(_operation("Out of the team", {}, [LEAVING], errors=WRITE)),
    )


def _one_file(path: str, tag: Document, may_edit: bool) -> tuple[str, Document]:
    fetched = _operation("Download a file", ANY_OBJECT)
    fetched["responses"]["200"]["content"] = {"*/*": {"schema": BYTES}}
    told: Document = {"parameters": [ID, FILE], "get": tag | fetched}
    if may_edit:
        removed = _operation("Remove a file", ANY_OBJECT, status=204, errors=WRITE)
        removed["responses"]["204"] = {"description": "Removed"}
        told["delete"] = tag | removed
    return path, told


def _process_paths() -> Iterator[tuple[str, Document]]:
    """For whoever looks after jobs and automations."""
    yield "/api/v1/jobs", {"get": _operation("Jobs", ANY_OBJECT, JOBS)}
    replayed = _operation("Try dead jobs again", ANY_OBJECT, body=REPLAY, errors=WRITE)
    yield "/api/v1/jobs/replay", {"post": replayed}
    for path, methods in {**openapi_approvals.PATHS, **openapi_messages.PATHS}.items():
        yield path, {name: _operation(**told) for name, told in methods.items()}
    again = _operation("Do a failed run again", ANY_OBJECT, errors=WRITE)
    yield "/api/v1/automations/runs/{id}/replay", {"parameters": [ID], "post": again}
    yield "/api/v1/automations", {"get": _operation("Automations", ANY_OBJECT)}


def _approval_paths() -> Iterator[tuple[str, Document]]:
    """Cases by their id, and what waits for the caller."""
    yield "/api/v1/approvals", {"get": _operation("What waits for me", TASKS, TASK_STATE)}
    yield (
        "/api/v1/absences",
        {
            "get": _operation("When somebody is away", ABSENCES, WHOSE),
            "post": _operation("Be away", ABSENCE, body=AWAY, status=201, errors=WRITE),
        },
    )
    taken = ended(_operation("Take an absence away", {}, WHOSE, errors=WRITE))
    yield "/api/v1/absences/{id}", {"parameters": [ID], "delete": taken}
    case = "/api/v1/approvals/{id}"
    yield case, {"parameters": [ID], "get": _operation("A case", CASE)}
    for name, summary, body, told in (
        ("decisions", "Decide, delegate, add a signer, comment", DECISION, CASE),
        ("withdraw", "Withdraw what I submitted", WITHDRAW, CASE),
        ("take_back", "Take my decision back", TAKE_BACK, CASE),
        ("remind", "Remind those who are asked", NOTHING, REMINDED),
    ):
        done = _operation(summary, told, body=body, errors=WRITE)
        yield f"{case}/{name}", {"parameters": [ID], "post": done}


def _fixed_paths() -> Iterator[tuple[str, Document]]:
    yield "/api/v1/me", {"get": _operation("Who am I", ANY_OBJECT)}
    yield "/api/v1/objects", {"get": _operation("The objects", ANY_OBJECT)}
    yield "/api/v1/queues", {"get": _operation("My queues", QUEUES)}
    yield from _approval_paths()
    yield "/api/v1/search", {"get": _operation("Search everything", ANY_OBJECT, SEARCH)}
    yield "/api/v1/bin", {"get": _operation("The recycle bin", ANY_OBJECT)}
    yield "/api/v1/openapi.json", {"get": _operation("This description", ANY_OBJECT)}
    yield "/api/v1/health", {"get": _operation("Alive", ANY_OBJECT, open_to_all=True)}
    yield "/api/v1/ready", {"get": _operation("Able to work", ANY_OBJECT, open_to_all=True)}
    given = _operation("A token for a password", ANY_OBJECT, body=LOGIN, open_to_all=True)
    given["responses"]["429"] = {"description": ERRORS[429], "content": _json(_ref("Error"))}
    yield "/api/v1/auth/login", {"post": given}
    ended: Document = {"summary": "End this token", "responses": _responses({}, 200, READ)}
    ended["responses"]["204"] = {"description": "Ended"}
    del ended["responses"]["200"]
    yield "/api/v1/auth/logout", {"post": ended}


def _operation(
    summary: str,
    result: Document,
    parameters: list[Document] | None = None,
    body: Document | None = None,
    status: int = 200,
    errors: tuple[int, ...] = READ,
    open_to_all: bool = False,
) -> Document:
    operation: Document = {"summary": summary, "responses": _responses(result, status, errors)}
    if parameters:
        operation["parameters"] = parameters
    if body is not None:
        content = {"application/json": {"schema": body}}
        operation["requestBody"] = {"required": True, "content": content}
    if open_to_all:
        operation["security"] = []
    return operation


def _responses(result: Document, status: int, errors: tuple[int, ...]) -> Document:
    found: Document = {str(status): {"description": "Done", "content": _json(result)}}
    for each in errors:
        found[str(each)] = {"description": ERRORS[each], "content": _json(_ref("Error"))}
    return found


def _json(schema: Document) -> Document:
    return {"application/json": {"schema": schema}}


def _ref(name: str) -> Document:
    return {"$ref": f"#/components/schemas/{name}"}


def _list_of(record: Document) -> Document:
    return {
        "type": "object",
        "required": ["records", "next"],
        "properties": {
            "records": {"type": "array", "items": record},
            "next": {"type": ["string", "null"]},
            "count": {"type": "integer"},
            "count_is_capped": {"type": "boolean"},
        },
    }
