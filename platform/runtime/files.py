"""Files beside records, and the values of file fields: opened with the rights of their record.

stored = file_store.store(settings.files, stream, name)         # before the transaction
workspace.run(who, lambda unit: files.attach(unit, "account", id_, stored))
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ..errors import AccessDenied, NotFound
from . import access, file_store, parents, scopes
from .file_store import Stored
from .media_types import is_picture
from .storage import collaboration, history_rows, people
from .storage.unit_of_work import Unit


@dataclass(frozen=True, slots=True)
class File:
    """A file beside a record, as a page lists it."""

    id: str
    name: str
    size: int
    media_type: str
    is_picture: bool
    created_at: datetime
    created_by: str
    created_by_name: str
    may_remove: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """A file to be sent: ``path`` is ours, ``name`` the sender's. Send it as an attachment with
    ``nosniff``, and in place only when ``is_picture``."""

    name: str
    size: int
    media_type: str
    is_picture: bool
    digest: str
    path: Path


def attach(unit: Unit, object_name: str, record_id: str, stored: Stored) -> str:
    """Puts stored bytes beside a record the actor may edit; returns the file's id.

    Raises AccessDenied, NotFound, BadRequest when such records keep no files.
    """
    scopes.require_write(unit.actor)
    parent = parents.editable(unit, object_name, record_id, "files")
    place = {"object": parent.object.id, "record": record_id, "field": None}
    id_ = collaboration.insert_file(unit, _row(stored) | place)
    history_rows.write(unit, parent.object, [(record_id, "update", {"files": [None, stored.name]})])
    return id_


def require_place(unit: Unit, object_name: str, record_id: str) -> None:
    """Raises AccessDenied, NotFound, BadRequest where ``attach`` would, before bytes are kept."""
    scopes.require_write(unit.actor)
    parents.editable(unit, object_name, record_id, "files")


def of_record(unit: Unit, object_name: str, record_id: str) -> tuple[File, ...]:
    """The files beside a record, latest first. Raises AccessDenied, NotFound."""
    parent = parents.visible(unit, object_name, record_id, "files")
    rows = collaboration.files_of(unit, record_id)
    names = people.names(unit, [row["created_by"] for row in rows])
    return tuple(
        File(
            row["id"],
            row["name"],
            row["size"],
            row["media_type"],
            is_picture(row["media_type"]),
            row["created_at"],
            row["created_by"],
            names.get(row["created_by"], "?"),
            may_remove=parent.may_edit and scopes.may_write(unit.actor),
        )
        for row in rows
    )


def open_file(unit: Unit, file_id: str) -> Opened:
    """A file to send, if the actor may see its record (and the field it is the value of).

    Whether it is missing or not theirs is not told apart. Raises NotFound.
    """
    row = collaboration.file_row(unit, file_id)
    if row is None or not may_open(unit, row):
        raise NotFound()
    path = file_store.path_of(unit.settings.files, row["digest"])
    if not path.is_file():
        raise NotFound("The bytes of this file are gone. Ask your administrator for a backup.")
    type_ = row["media_type"]
    return Opened(row["name"], row["size"], type_, is_picture(type_), row["digest"], path)


def open_of(unit: Unit, object_name: str, record_id: str, file_id: str) -> Opened:
    """The same for a file of this very record. Raises AccessDenied, NotFound."""
    parents.visible(unit, object_name, record_id)
    _require_of(unit, object_name, record_id, file_id)
    return open_file(unit, file_id)


def remove_of(unit: Unit, object_name: str, record_id: str, file_id: str) -> None:
    """Takes a file off this very record. Raises AccessDenied, NotFound."""
    parents.visible(unit, object_name, record_id)
    _require_of(unit, object_name, record_id, file_id)
    remove(unit, file_id)


def _require_of(unit: Unit, object_name: str, record_id: str, file_id: str) -> None:
    row = collaboration.file_row(unit, file_id)
    obj = unit.catalog.object(object_name)
    if row is None or (row["object"], row["record"]) != (obj.id, record_id):
        raise NotFound()


def remove(unit: Unit, file_id: str) -> None:
    """Takes a file off a record the actor may edit. Raises NotFound, AccessDenied."""
    scopes.require_write(unit.actor)
    row = collaboration.file_row(unit, file_id)
    if row is None or row["record"] is None or row["field"] is not None:
        raise NotFound()
    if not may_open(unit, row):
        raise NotFound()
    obj = parents.by_object_id(unit, row["object"])
    parents.editable(unit, obj.name, row["record"])
    collaboration.delete_file(unit, file_id)
    told = {"files": [row["name"], None]}
    history_rows.write(unit, obj, [(row["record"], "update", told)])


def may_open(unit: Unit, row: Mapping[str, Any]) -> bool:
    """Whether the actor may read the record, and the field, that a file belongs to."""
    if row["record"] is None:
        return bool(row["created_by"] == unit.actor.id)
    try:
        obj = parents.by_object_id(unit, row["object"])
        parents.visible(unit, obj.name, row["record"])
    except (AccessDenied, NotFound):
        return False
    if row["field"] is None:
        return True
    field = next((f for f in obj.fields if f.id == row["field"]), None)
    return field is not None and access.may_read_field(unit.actor, obj, field)


# Values of file fields ----------------------------------------------------------------------


def upload(unit: Unit, stored: Stored) -> str:
    """Keeps bytes for a form that is being filled in; returns the id a file field takes.

    Until the record is saved only the uploader may open it, for a day.
    """
    scopes.require_write(unit.actor)
    place = {"object": None, "record": None, "field": None}
    return collaboration.insert_file(unit, _row(stored) | place)


def names(unit: Unit, ids: Sequence[str]) -> dict[str, str]:
    """What files are called, for values of file fields the actor has just read."""
    return collaboration.names_of_files(unit, ids) if ids else {}


# Inside -------------------------------------------------------------------------------------


def _row(stored: Stored) -> dict[str, Any]:
    return {
        "digest": stored.digest,
        "name": stored.name,
        "size": stored.size,
        "media_type": stored.media_type,
    }
