"""Who a record is open to: shares, its team, and why somebody may, or may not."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, request, url_for

from ...errors import NotFound, TypecaseError
from ...runtime import access, sharing, sharing_choices
from ...runtime.storage.unit_of_work import Unit
from .. import sharing_pages
from ..answers import Answer, Go, Page, fragment
from ..errors import status_of
from ..visits import reads, visit, writes, writes_or

pages = Blueprint("record_sharing", __name__)


@pages.get("/o/<name>/<uuid:id_>/sharing")
@reads
def show(unit: Unit, name: str, id_: UUID) -> Answer:
    model = sharing_pages.build(unit, name, str(id_), visit().labels, request.args)
    return Page(_template("sharing"), {"model": model})


def again(unit: Unit, name: str, id_: UUID, error: TypecaseError) -> Answer:
    model = sharing_pages.build(unit, name, str(id_), visit().labels, request.form, error)
    return Page(_template("sharing"), {"model": model}, status_of(error))


@pages.post("/o/<name>/<uuid:id_>/sharing")
@writes_or(again)
def share(unit: Unit, name: str, id_: UUID) -> Answer:
    """Adds somebody, or changes what they have already."""
    sharing_pages.save(unit, name, str(id_), request.form)
    return _back(name, id_, "Shared.")


@pages.post("/o/<name>/<uuid:id_>/sharing/remove")
@writes
def unshare(unit: Unit, name: str, id_: UUID) -> Answer:
    to = sharing_choices.parse(request.form.get("to"))
    sharing.unshare(unit, name, str(id_), to)
    return _back(name, id_, "No longer shared.")


@pages.get("/o/<name>/<uuid:id_>/access")
@reads
def why(unit: Unit, name: str, id_: UUID) -> Answer:
    model = sharing_pages.reasons(unit, name, str(id_), _person(), visit().labels)
    return Page(_template("access"), {"model": model})


@pages.get("/o/<name>/sharing/choices")
@reads
def choices(unit: Unit, name: str) -> Answer:
    """What the choice of people, roles, queues and branches offers."""
    access.require(unit.actor, "read", unit.catalog.object(name))
    return {"results": sharing_pages.choices(unit, request.args.get("q", ""), visit().labels)}


def _person() -> str | None:
    """Whom is asked about; what can be no id is nobody."""
    text = request.args.get("person")
    try:
        return str(UUID(text)) if text else None
    except ValueError:
        raise NotFound() from None


def _template(name: str) -> str:
    """A dialog needs only the middle of the page."""
    return f"records/{name}_body.html" if fragment() else f"records/{name}.html"


def _back(name: str, id_: UUID, said: str) -> Answer:
    to = url_for("records.show", name=name, id_=id_)
    return Go(to, visit().labels.text(said), id=str(id_))
