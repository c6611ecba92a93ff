"""People and roles, for those who look after them."""

from __future__ import annotations

from flask import Blueprint, request, url_for

from ...errors import TypecaseError
from ...runtime import access, users
from ...runtime.storage.unit_of_work import Unit
from .. import people_pages
from ..answers import Answer, Go, Page
from ..errors import status_of
from ..visits import reads, visit, writes, writes_or

pages = Blueprint("administration", __name__, url_prefix="/admin")


@pages.get("/users", endpoint="users")
@reads
def users_page(unit: Unit) -> Answer:
    model = people_pages.people(unit, request.args, visit().labels)
    return Page("administration/users.html", {"model": model})


@pages.get("/people")
@reads
def choices(unit: Unit) -> Answer:
    """What the manager lookup offers."""
    found = users.choices(unit, request.args.get("q", ""))
    return {"results": [{"value": u.id, "text": u.name, "second": u.login} for u in found]}


@pages.get("/users/<id_>")
@reads
def person(unit: Unit, id_: str) -> Answer:
    model = people_pages.person(unit, None if id_ == "new" else id_, visit().labels)
    return Page("administration/person.html", {"model": model})


def person_again(unit: Unit, error: TypecaseError, id_: str | None = None) -> Answer:
    model = people_pages.person(unit, id_, visit().labels, request.form, error)
    return Page("administration/person.html", {"model": model}, status_of(error))


@pages.post("/users/new")
@writes_or(person_again)
def create(unit: Unit) -> Answer:
    """A person with a password for the first time, shown once."""
    text, hashed = people_pages.fresh_password()
    id_ = users.create(unit, people_pages.posted(unit, request.form, new=True), hashed)
    model = people_pages.person(unit, id_, visit().labels, secret=text)
    return Page("administration/person.html", {"model": model})


@pages.post("/users/<id_>")
@writes_or(person_again)
def change(unit: Unit, id_: str) -> Answer:
    version = request.form.get("version", "")
    values = people_pages.posted(unit, request.form)
    users.update(unit, id_, values, int(version) if version.isdecimal() else None)
    return Go(url_for("administration.person", id_=id_), visit().labels.text("Saved."))


@pages.post("/users/<id_>/password")
@writes
def reset(unit: Unit, id_: str) -> Answer:
    text, hashed = people_pages.fresh_password()
    users.set_password(unit, id_, hashed)
    model = people_pages.person(unit, id_, visit().labels, secret=text)
    return Page("administration/person.html", {"model": model})


@pages.post("/users/<id_>/active")
@writes
def active(unit: Unit, id_: str) -> Answer:
    labels = visit().labels
    if request.form.get("active") == "1":
        users.enable(unit, id_)
        said = labels.text("They can sign in again.")
    else:
        users.disable(unit, id_)
        said = labels.text("They can no longer sign in.")
    return Go(url_for("administration.person", id_=id_), said)


@pages.get("/roles")
@reads
def roles(unit: Unit) -> Answer:
    access.require_system(unit.actor, "manage_rights")
    return Page("administration/roles.html", {"model": people_pages.roles(unit, visit().labels)})
