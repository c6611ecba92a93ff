"""Many records at once: chosen on a list, changed, handed over, deleted, exported."""

from __future__ import annotations

from flask import Blueprint, request

from ...errors import TypecaseError
from ...runtime.storage.unit_of_work import Unit
from .. import bulk
from ..answers import Answer
from ..visits import visit, writes_or

pages = Blueprint("bulk", __name__)


def again(unit: Unit, name: str, error: TypecaseError) -> Answer:
    return bulk.ask(unit, name, request.form, visit().labels, error)


@pages.post("/o/<name>/bulk")
@writes_or(again)
def act(unit: Unit, name: str) -> Answer:
    """Asks what is still to be said (which field, which owner), then does it: all or nothing,
    but for changes of owner, where each record stands for itself."""
    return bulk.act(unit, name, request.form, visit().labels)
