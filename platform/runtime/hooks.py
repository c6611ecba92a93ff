"""Sockets of the save path that upper floors plug into; ``bootstrap`` fills them, once.

A hook is called with the unit, the object's table and the changes. ``before`` may set values of
the records being saved, ``guards`` may refuse, ``after`` may save other records in the same
transaction. (Typed loosely: the unit of work carries the sockets, so they cannot name it.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Hook = Callable[[Any, Any, Any], None]


@dataclass(frozen=True, slots=True)
class Hooks:
    before: tuple[Hook, ...] = ()
    guards: tuple[Hook, ...] = ()
    after: tuple[Hook, ...] = ()
    binned: tuple[Hook, ...] = ()
    """Called with ``("delete" or "restore", ids)`` instead of changes."""
    left: tuple[Callable[[Any, str, str | None], int], ...] = ()
    """Somebody works here no more: (unit, person, who takes over or None) → what it came to."""
    told: tuple[Callable[..., Iterable[tuple[datetime, str, str, Any]]], ...] = ()
    """What else belongs on the timeline of a record: (unit, object, record, limit, place to go on
    from or None) → moment, id, who, what; the latest first."""
    submit: Callable[..., str] | None = None
    """Puts a record into an approval: (unit, object, record, approval or None) → id of the case."""
    work_waits: Callable[[], None] | None = None
    """Called after a commit that left work which is due already."""


def run(hooks: tuple[Hook, ...], unit: Any, of: Any, changes: Any) -> None:
    for hook in hooks:
        hook(unit, of, changes)
