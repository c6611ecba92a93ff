"""Which statements are run meanwhile, on whatever connection."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa


@contextmanager
def heard() -> Iterator[list[str]]:
    told: list[str] = []

    def note(*about: Any) -> None:
        told.append(about[2])

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        yield told
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
