"""Lists as files to take away. Each is written down once the list has been read."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request

from ...runtime.storage.unit_of_work import Unit
from .. import exporting
from ..account_pages import credential
from ..answers import Answer
from ..list_pages import Asked
from ..visits import reads, visit

pages = Blueprint("exports", __name__)


@pages.get("/o/<name>/export.csv")
def as_csv(name: str) -> Any:
    return _noted(_csv(name=name), name, "csv")


@pages.get("/o/<name>/export.xlsx")
def as_excel(name: str) -> Any:
    return _noted(_excel(name=name), name, "xlsx")


@reads
def _csv(unit: Unit, name: str) -> Answer:
    return exporting.csv_file(unit, Asked.of(unit, name, request.args), visit().labels)


@reads
def _excel(unit: Unit, name: str) -> Answer:
    return exporting.excel_file(unit, Asked.of(unit, name, request.args), visit().labels)


def _noted(file: Any, name: str, kind: str) -> Any:
    """Nothing leaves before it is written down that it does."""
    here = visit()
    here.workspace.run(credential(here), lambda unit: exporting.note(unit, name, kind))
    return file
