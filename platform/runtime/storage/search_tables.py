"""The search index: one row per record with its tokens; each database by its own means."""

from __future__ import annotations

from sqlalchemy.engine import Connection


def create(connection: Connection) -> None:
    """Makes the index on an empty database."""
