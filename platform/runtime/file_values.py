"""The values of file fields: an upload becomes its record's when the record is saved.

A file belongs to one field of one record, so that its rights are clear. Whoever gives another
record a file they may open (by copying it, say) gives it a copy, which costs a row and no bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..metadata.definitions import Field, Object
from . import files
from .changes import Change
from .media_types import is_picture
from .storage import collaboration
from .storage.tables import ObjectTable
from .storage.unit_of_work import Unit

TYPES = ("file", "image")
MEGABYTE = 1024 * 1024


def settle(unit: Unit, of: ObjectTable, changes: Sequence[Change]) -> None:
    """Makes the new files of these records theirs; notes a problem for each that cannot be."""
    for field in of.object.fields:
        if field.type in TYPES:
            for change in changes:
                value = change.values.get(field.name)
                if value is not None and value != change.before.get(field.name):
                    _settle(unit, of.object, field, change, value)


def _settle(unit: Unit, obj: Object, field: Field, change: Change, value: str) -> None:
    row = collaboration.file_row(unit, value)
    if row is None or not files.may_open(unit, row):
        message = "This file is not yours to use here. Upload it again."
        change.refuse(field.name, "file", message)
        return
    wrong = _unfit(field, row)
    if wrong is not None:
        change.refuse(field.name, "file", wrong[0], **wrong[1])
        return
    place = {"object": obj.id, "record": change.id, "field": field.id}
    if row["record"] is None:
        collaboration.place_file(unit, value, place)
    elif (row["record"], row["field"]) != (change.id, field.id):
        copied = {name: row[name] for name in ("digest", "name", "size", "media_type")}
        change.values[field.name] = collaboration.insert_file(unit, copied | place)


def _unfit(field: Field, row: Mapping[str, Any]) -> tuple[str, dict[str, Any]] | None:
    """Why the field does not take the file, as a template and its data."""
    most = field.settings.get("max_mb")
    if most is not None and row["size"] > most * MEGABYTE:
        return "The file has more than {most} MB.", {"most": most}
    endings = field.settings.get("accept")
    if endings and not row["name"].lower().endswith(tuple(endings)):
        return "Only these files are taken here: {endings}.", {"endings": ", ".join(endings)}
    if field.type == "image" and not is_picture(row["media_type"]):
        return "This is not a picture a browser can show (PNG, JPEG, GIF, WebP).", {}
    return None
