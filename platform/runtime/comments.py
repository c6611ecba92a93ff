"""Comments on records: whoever sees the record reads and writes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ..errors import AccessDenied, Conflict, FieldProblem, NotFound, RecordInvalid
from . import parents, scopes
from .storage import collaboration, people
from .storage.unit_of_work import Unit

LONGEST = 10_000
EDITABLE_FOR = timedelta(minutes=15)
"""After that others may have answered."""


@dataclass(frozen=True, slots=True)
class Comment:
    id: str
    author: str
    author_name: str
    at: datetime
    body: str
    """Plain text."""
    edited_at: datetime | None
    may_edit: bool
    may_delete: bool


def add(unit: Unit, object_name: str, record_id: str, body: object) -> str:
    """Writes a comment and returns its id. Raises AccessDenied, NotFound, RecordInvalid."""
    scopes.require_write(unit.actor)
    parent = parents.visible(unit, object_name, record_id, "comments")
    return collaboration.insert_comment(unit, parent.object.id, record_id, _clean(body))


def edit(unit: Unit, comment_id: str, body: object) -> None:
    """Changes one's own comment, for a quarter of an hour. Raises AccessDenied, Conflict."""
    scopes.require_write(unit.actor)
    row = _own(unit, comment_id)
    if unit.now - row["at"] > EDITABLE_FOR:
        raise Conflict("After 15 minutes a comment stays as it is. Write another one.")
    collaboration.change_comment(unit, comment_id, {"body": _clean(body), "edited_at": unit.now})


def delete(unit: Unit, comment_id: str) -> None:
    """Removes one's own comment with what it said. Raises AccessDenied, NotFound."""
    scopes.require_write(unit.actor)
    _own(unit, comment_id)
    collaboration.change_comment(unit, comment_id, {"body": "", "deleted_at": unit.now})


def of_record(
    unit: Unit,
    object_name: str,
    record_id: str,
    limit: int = 50,
    before: tuple[datetime, str] | None = None,
) -> tuple[Comment, ...]:
    """The comments of a record, latest first; ``before``: moment and id to go on from."""
    parents.visible(unit, object_name, record_id, "comments")
    return shown(unit, collaboration.comments(unit, record_id, limit, before))


def shown(unit: Unit, rows: Sequence[Any]) -> tuple[Comment, ...]:
    """Rows of comments as the actor sees them; the caller has asked for the record's rights."""
    names = people.names(unit, [row["author"] for row in rows])
    return tuple(_shown(unit, row, names.get(row["author"], "?")) for row in rows)


def _shown(unit: Unit, row: Any, author_name: str) -> Comment:
    is_own = row["author"] == unit.actor.id and scopes.may_write(unit.actor)
    return Comment(
        row["id"],
        row["author"],
        author_name,
        row["at"],
        row["body"],
        row["edited_at"],
        may_edit=is_own and unit.now - row["at"] <= EDITABLE_FOR,
        may_delete=is_own,
    )


def _own(unit: Unit, comment_id: str) -> Any:
    """The actor's comment on a record they still see."""
    row = collaboration.comment(unit, comment_id)
    if row is None:
        raise NotFound()
    obj = parents.by_object_id(unit, row["object"])
    parents.visible(unit, obj.name, row["record"], "comments")
    if row["author"] != unit.actor.id:
        raise AccessDenied("Only who wrote a comment may change it.")
    return row


def _clean(body: object) -> str:
    text = body.replace("\r\n", "\n").strip() if isinstance(body, str) else ""
    if not text:
        raise RecordInvalid([FieldProblem("body", "required", "Write something first.")])
    if len(text) > LONGEST:
        message = "A comment has at most {longest} characters."
        raise RecordInvalid([FieldProblem("body", "too_long", message, {"longest": LONGEST})])
    if any(c == "\x00" or "\ud800" <= c <= "\udfff" for c in text):
        raise RecordInvalid([FieldProblem("body", "invalid", "This text cannot be kept.")])
    return text
