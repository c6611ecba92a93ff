"""The audit trail, for those with the right ``view_audit``: to be read, nothing else."""

from __future__ import annotations

from flask import Blueprint, request

from ...runtime.storage.unit_of_work import Unit
from .. import audit_pages
from ..answers import Answer, Page
from ..visits import reads, visit

pages = Blueprint("administration_audit", __name__, url_prefix="/admin/audit")


@pages.get("")
@reads
def show(unit: Unit) -> Answer:
    model = audit_pages.build(unit, request.args, visit().labels)
    return Page("administration/audit.html", {"model": model})
