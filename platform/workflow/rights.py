"""With whose rights steps write: the person's, or the system's on their behalf."""

from __future__ import annotations

from dataclasses import replace

from ..runtime.actors import SYSTEM
from ..runtime.storage.unit_of_work import Unit
from .bounds import bounds_of


def acting(unit: Unit, as_system: bool) -> Unit:
    """The same transaction, as the system where ``as_system``; the history says for whom."""
    bounds_of(unit)  # both are to count together
    if not as_system or unit.actor.is_system:
        return unit
    return replace(unit, actor=replace(SYSTEM, on_behalf=unit.actor.id))
