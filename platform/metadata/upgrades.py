"""Documents of older formats, brought up to the present one while they are read.

A new format adds one function here, from the format before it; there is none yet.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

UPGRADES: tuple[Callable[[str, Any], Any], ...] = ()
"""``UPGRADES[0]`` takes (kind, document) from format 1 to 2, and so on."""


def upgraded(kind: str, document: Any, written_in: int) -> Any:
    """The document in the present format."""
    for upgrade in UPGRADES[written_in - 1 :]:
        document = upgrade(kind, document)
    return document
