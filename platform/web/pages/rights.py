"""Rights for those who look after them: matrix, sharing rules, queues and branches, exposure."""

from __future__ import annotations

from flask import Blueprint, request, url_for

from ...errors import BadRequest
from ...metadata.field_types.values import UUID
from ...runtime import access, branches, search, users
from ...runtime.storage.unit_of_work import Unit
from .. import exposure_pages, rights_pages, rule_pages
from ..answers import Answer, Go, Page
from ..visits import reads, visit, writes

pages = Blueprint("administration_rights", __name__, url_prefix="/admin")


@pages.get("/rights")
@reads
def matrix(unit: Unit) -> Answer:
    model = rights_pages.matrix(unit, request.args, visit().labels)
    return Page("administration/rights.html", {"model": model})


@pages.post("/rights/grant")
@writes
def grant(unit: Unit) -> Answer:
    """One permission set for many people at once."""
    name = request.form.get("set", "")
    given = rights_pages.grant(unit, name, _ids(request.form.getlist("person")))
    said = visit().labels.text("{count} {count:person has|people have} it now.", count=given)
    return Go(url_for("administration_rights.matrix", set=name), said)


@pages.post("/rights/take")
@writes
def take(unit: Unit) -> Answer:
    name = request.form.get("set", "")
    rights_pages.take(unit, name, _ids([request.form.get("person", "")])[0])
    back = url_for("administration_rights.matrix", set=name)
    return Go(back, visit().labels.text("Saved."))


@pages.post("/roles/move")
@writes
def move(unit: Unit) -> Answer:
    """Somebody into another role."""
    person = _ids([request.form.get("person", "")])[0]
    users.update(unit, person, {"role": request.form.get("role") or None})
    return Go(url_for("administration.roles"), visit().labels.text("Saved."))


@pages.get("/sharing")
@reads
def rules(unit: Unit) -> Answer:
    model = rule_pages.rules(unit, request.args, visit().labels)
    return Page("administration/sharing.html", {"model": model})


@pages.get("/groups")
@reads
def groups(unit: Unit) -> Answer:
    model = rights_pages.groups(unit, visit().labels, request.args.get("tree"))
    return Page("administration/groups.html", {"model": model})


@pages.get("/groups/branches")
@reads
def branch_choices(unit: Unit) -> Answer:
    """Branches of every tree, found by typing."""
    access.require_system(unit.actor, "manage_rights")
    labels, found = visit().labels, []
    for tree in unit.catalog.trees:
        if "read" in unit.actor.rights.on(tree):
            for hit in search.lookup(unit, tree, request.args.get("q", "")[:100], 10):
                second = labels.object(unit.catalog.object(tree))
                found.append({"value": f"{tree}:{hit.id}", "text": hit.title, "second": second})
    return {"results": found}


@pages.post("/groups")
@writes
def belong(unit: Unit) -> Answer:
    """Somebody joins a branch, or leaves it."""
    access.require_system(unit.actor, "manage_rights")
    person = _ids([request.form.get("person", "")])[0]
    users.get(unit, person)
    tree, _, branch = request.form.get("branch", "").rpartition(":")
    chosen = dict(branches.of_person(unit, person))
    if request.form.get("leave"):
        chosen.pop(request.form["leave"], None)
    else:
        chosen[_ids([branch])[0]] = tree
    branches.set_of_person(unit, person, chosen)
    if request.form.get("back") == "person":
        back = url_for("administration.person", id_=person)
    else:
        back = url_for("administration_rights.groups")
    return Go(back, visit().labels.text("Saved."))


@pages.get("/exposure")
@reads
def exposure(unit: Unit) -> Answer:
    model = exposure_pages.exposure(unit, request.args, visit().labels)
    return Page("administration/exposure.html", {"model": model})


@pages.post("/exposure.csv")
@writes
def exposure_csv(unit: Unit) -> Answer:
    return exposure_pages.exposure_csv(unit, visit().labels)


def _ids(texts: list[str]) -> list[str]:
    """Raises BadRequest unless each can be an id, or where there is none."""
    if not texts or not all(UUID.fullmatch(text) for text in texts):
        raise BadRequest("Choose somebody.")
    return texts
