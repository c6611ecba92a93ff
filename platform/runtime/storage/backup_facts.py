"""What a backup says of the database it holds, read in the same transaction as the rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from ...errors import Conflict
from ...metadata.definitions import EMPTY
from .migrations import current
from .sqlite_copy import row_counts
from .system_tables import file, state


@dataclass(frozen=True, slots=True)
class Facts:
    """``rows``: table → how many. ``digests``: the attached files that records refer to."""

    migration: int
    catalog: int
    rows: Mapping[str, int]
    digests: frozenset[str]
    columns: Mapping[str, Sequence[str]] = EMPTY

    def with_columns(self, columns: Mapping[str, Sequence[str]]) -> Facts:
        return replace(self, columns=columns)


def facts_of(connection: Connection, schema: str | None) -> Facts:
    """Raises Conflict when this is not a database of ours."""
    migration = current(connection, schema)
    if not migration:
        raise Conflict("This database holds no workspace.")
    catalog = connection.scalar(sa.select(state.c.value).where(state.c.key == "catalog"))
    digests = frozenset(connection.scalars(sa.select(file.c.digest).distinct()))
    return Facts(migration, catalog or 0, row_counts(connection), digests)
