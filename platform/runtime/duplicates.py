"""Duplicate rules: who already has what is being saved."""

from __future__ import annotations

from collections.abc import Sequence

from .changes import Change
from .storage.tables import ObjectTable
from .storage.unit_of_work import Unit


def check(unit: Unit, of: ObjectTable, changes: Sequence[Change]) -> None:
    """Refuses what a rule with ``on_match: refuse`` finds twice."""
