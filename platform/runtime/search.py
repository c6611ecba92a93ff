"""Finding records by what people type: written with each save, read within rights."""

from __future__ import annotations

from collections.abc import Sequence

from .changes import Change
from .storage.tables import ObjectTable
from .storage.unit_of_work import Unit


def index(unit: Unit, of: ObjectTable, changes: Sequence[Change]) -> None:
    """Writes the tokens of each change's searchable fields."""


def remove(unit: Unit, of: ObjectTable, ids: Sequence[str]) -> None:
    """Takes records out of the index: they went to the bin."""


def put_back(unit: Unit, of: ObjectTable, ids: Sequence[str]) -> None:
    """Indexes restored records anew."""
