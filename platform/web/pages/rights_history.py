"""What was published, and the way back from it."""

from __future__ import annotations

from flask import Blueprint, request, url_for

from ...errors import TypecaseError
from ...runtime import customizing
from ...runtime.storage.unit_of_work import Unit
from .. import change_pages
from ..answers import Answer, Go, Page, Planned
from ..errors import status_of
from ..rights_edit import seen_in
from ..visits import publishes, reads, visit

pages = Blueprint("administration_changes", __name__, url_prefix="/admin/changes")


@pages.get("")
@reads
def show(unit: Unit) -> Answer:
    model = change_pages.changes(unit, visit().labels)
    return Page("administration/changes.html", {"model": model})


def again(unit: Unit, error: TypecaseError, version: int) -> Answer:
    model = change_pages.changes(unit, visit().labels, error)
    return Page("administration/changes.html", {"model": model}, status_of(error))


@pages.post("/<int:version>/undo")
@publishes(again)
def undo(unit: Unit, version: int) -> Answer | Planned:
    """Back to what the customer's layer said before that version."""
    labels = visit().labels
    reason = labels.text("Back to what was before version {version}", version=version)
    proposal = customizing.propose_before(unit, seen_in(request.form), version, reason)
    to = url_for("administration_changes.show")
    if proposal.unchanged:
        return Go(to, labels.text("There is nothing to change."))
    return Planned(proposal, Go(to, labels.text("Published. It holds from now on.")))
