"""Lists as files to take away."""

from __future__ import annotations

from flask import Blueprint, request

from ...runtime.storage.unit_of_work import Unit
from .. import exporting
from ..answers import Answer
from ..list_pages import Asked
from ..visits import reads, visit

pages = Blueprint("exports", __name__)


@pages.get("/o/<name>/export.csv")
@reads
def as_csv(unit: Unit, name: str) -> Answer:
    return exporting.csv_file(unit, Asked.of(unit, name, request.args), visit().labels)


@pages.get("/o/<name>/export.xlsx")
@reads
def as_excel(unit: Unit, name: str) -> Answer:
    return exporting.excel_file(unit, Asked.of(unit, name, request.args), visit().labels)
