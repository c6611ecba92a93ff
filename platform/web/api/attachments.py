"""The files beside a record: listed, sent, fetched, removed with the rights of their record."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from ...errors import BadRequest
from ...runtime import files
from ...runtime.files import File
from ...runtime.storage.unit_of_work import Unit
from .. import downloads, uploads
from . import requests
from .answers import answer
from .values import plain


def record_files(unit: Unit, object_name: str, id_: str) -> Response:
    requests.parameters(request)
    return answer({"files": _listed(unit, object_name, id_)})


def require_place(unit: Unit, object_name: str, id_: str) -> None:
    """Raises unless the caller may put files beside the record, and has sent some."""
    requests.parameters(request)
    files.require_place(unit, _name(unit, object_name), id_)
    if request.mimetype != "multipart/form-data":
        raise BadRequest("Send files as “multipart/form-data”, each as “file”.")
    for name in (*request.files, *request.form):
        if name != "file":
            raise BadRequest("There is no part {name} here; send files as “file”.", name=name)
    if not any(each.filename for each in request.files.getlist("file")):
        raise BadRequest("Send files as “multipart/form-data”, each as “file”.")


def add_files(unit: Unit, object_name: str, id_: str) -> Response:
    """The files that were sent, as they are listed now."""
    name = _name(unit, object_name)
    made = {files.attach(unit, name, id_, stored) for stored in uploads.kept("file")}
    told = [each for each in _listed(unit, object_name, id_) if each["id"] in made]
    return answer({"files": told}, 201)


def record_file(unit: Unit, object_name: str, id_: str, file_id: str) -> Response:
    """The bytes, to be saved. The right is asked at each download."""
    requests.parameters(request)
    return downloads.send(files.open_of(unit, _name(unit, object_name), id_, file_id))


def remove_file(unit: Unit, object_name: str, id_: str, file_id: str) -> Response:
    requests.parameters(request)
    files.remove_of(unit, _name(unit, object_name), id_, file_id)
    return Response(status=204)


def _name(unit: Unit, object_name: str) -> str:
    return unit.catalog.object(object_name).name


def _listed(unit: Unit, object_name: str, id_: str) -> list[dict[str, Any]]:
    return [_file(each) for each in files.of_record(unit, _name(unit, object_name), id_)]


def _file(file: File) -> dict[str, Any]:
    return {
        "id": file.id,
        "name": file.name,
        "size": file.size,
        "media_type": file.media_type,
        "created_at": plain(file.created_at),
        "created_by": file.created_by,
    }
