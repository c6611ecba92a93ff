"""Rows from one database into another, of whichever kind: read and bound by the same types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from .system_tables import column, metadata, object_, session, state
from .tables import ObjectTable
from .unit_of_work import Unit

CHUNK = 1_000
NOT_MOVED = (object_, column, session, state)
"""Made anew by the publication in the new place; people sign in again."""

VERSIONS = ("catalog", "rights")


def move_system_rows(source: Unit, target: Unit) -> int:
    """Copies our own tables, those that others refer to first; returns how many rows."""
    tables = [table for table in metadata.sorted_tables if table not in NOT_MOVED]
    return sum(_copy(source, target, table, table) for table in tables)


def move_records(source: Unit, target: Unit, before: ObjectTable, after: ObjectTable) -> int:
    """Copies the records of one object with their lists; returns how many records."""
    names = {before[value].name: after[value].name for value in before.columns}
    names |= {before.sort_keys[f].name: after.sort_keys[f].name for f in before.sort_keys}
    count = _copy(source, target, before.table, after.table, names)
    for name in before.sets:
        _copy(source, target, before.sets[name], after.sets[name])
    return count


def set_versions(source: Unit, target: Unit) -> None:
    """Makes what was moved effective: catalog and rights are at the versions they had."""
    kept = sa.select(state.c.key, state.c.value).where(state.c.key.in_(VERSIONS))
    for row in source.execute(kept).all():
        target.execute(sa.update(state).where(state.c.key == row.key).values(value=row.value))


def _copy(
    source: Unit,
    target: Unit,
    before: sa.Table,
    after: sa.Table,
    names: Mapping[str, str] | None = None,
) -> int:
    renamed = names or {each.name: each.name for each in before.columns}
    count = 0
    for rows in _chunks(source, before, renamed):
        target.execute(sa.insert(after), rows)
        count += len(rows)
    return count


def _chunks(
    source: Unit, table: sa.Table, names: Mapping[str, str]
) -> Iterator[list[dict[str, Any]]]:
    columns = [table.c[old].label(new) for old, new in names.items()]
    found = source.execute(sa.select(*columns)).mappings()
    while rows := found.fetchmany(CHUNK):
        yield [{str(name): value for name, value in row.items()} for row in rows]
