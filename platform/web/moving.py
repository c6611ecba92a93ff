"""Moving a record along its path or to another column of a board."""

from __future__ import annotations

from typing import Any

from flask import jsonify, request, url_for

from ..errors import BadRequest, RecordInvalid, TypecaseError
from ..runtime import reading, saving
from ..runtime.storage.unit_of_work import Unit
from . import boarding, form_pages, list_pages
from .answers import Answer, Go, fragment, safe_path
from .labels import Labels
from .visits import visit


def move(unit: Unit, name: str, id_: str, labels: Labels) -> Answer:
    obj = unit.catalog.object(name)
    field, to, version = _asked(unit, name)
    saving.update(unit, obj.name, id_, {field: to}, version)
    if fragment() == "board":
        return jsonify(_columns(unit, name, id_, labels))
    said = labels.text("Saved.")
    return Go(_back(name, id_), said)


def again(unit: Unit, name: str, id_: str, error: TypecaseError) -> Answer:
    """What the stage asks for is asked in place: the form with the stage chosen already."""
    if not isinstance(error, RecordInvalid):
        raise error
    field, to, _ = _asked(unit, name)
    obj = unit.catalog.object(name)
    stage = obj.path.stage(to or "") if obj.path and obj.path.field == field else None
    guidance = visit().labels.guidance(obj, stage.name, stage.guidance) if stage else None
    return form_pages.again(unit, name, error, id_, {field: to}, guidance)


def _asked(unit: Unit, name: str) -> tuple[str, str | None, int | None]:
    obj, form = unit.catalog.object(name), request.form
    field = form.get("field") or (obj.path.field if obj.path else "")
    if field not in obj.by_name:
        raise BadRequest("There is no field {name} on {object}.{hint}", name=field,
                         object=obj.name, hint="")  # fmt: skip
    version = form.get("version", "")
    return field, form.get("to") or None, int(version) if version.isdecimal() else None


def _columns(unit: Unit, name: str, id_: str, labels: Labels) -> dict[str, Any]:
    """The card's new version, and the heads of all columns as they are now."""
    asked = list_pages.Asked.of(unit, name, _question())
    record = reading.get(unit, name, id_)
    heads = boarding.heads(unit, asked, labels)
    columns = {h.name: {"count": h.count, "totals": h.totals} for h in heads}
    return {"version": record.version, "columns": columns}


def _question() -> dict[str, str]:
    return {k.removeprefix("q."): v for k, v in request.form.items() if k.startswith("q.")}


def _back(name: str, id_: str) -> str:
    return safe_path(request.form.get("back"), url_for("records.show", name=name, id_=id_))
