"""Keeps the garbage collector from looking through the catalog with every full collection.

A catalog with its tables is some hundred thousand objects that live until the next publication; a
collection that looks at all of them holds everybody up for a tenth of a second, and a save of many
records brings one about. What is there after the first collection under a new catalog is set aside,
until another takes its place: then all is looked at once more, and the former one goes.
"""

from __future__ import annotations

import gc
from dataclasses import dataclass
from typing import Any


@dataclass
class _Aside:
    """``wanted``: with the next full collection; ``there``: something is, from an earlier one."""

    wanted: bool = False
    there: bool = False

    def collected(self, phase: str, told: dict[str, Any]) -> None:
        if self.wanted and phase == "stop" and told["generation"] == 2:
            gc.freeze()
            self.wanted, self.there = False, True


_aside = _Aside()
gc.callbacks.append(_aside.collected)


def replaced() -> None:
    """A process has another catalog than before, or its first."""
    if _aside.there:
        gc.unfreeze()
        _aside.there = False
    _aside.wanted = True
