"""What steps read of records: values behind paths, children in their order, records found.

Expressions are the author's, so they see the truth; which records a step finds is cut to what
the actor may read.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from ...metadata.catalog import Reverse
from ...metadata.expressions import Checked, Surroundings
from ...runtime.storage.lookups import select_from
from ...runtime.storage.row_rights import parameters
from ...runtime.storage.sql_expressions import compile_sql
from ...runtime.storage.unit_of_work import Unit

Path = tuple[str, ...]


def values_of(
    unit: Unit, object_name: str, paths: Collection[Path], id_: str, around: Surroundings
) -> dict[Path, Any]:
    """The values of ``paths`` on one record, in one statement; all null when it is not there."""
    selection = select_from(unit, object_name, around)
    ordered = sorted(paths)
    columns = [selection.value(p).column.label(f"v{i}") for i, p in enumerate(ordered)]
    statement = sa.select(*columns).select_from(selection.source)
    found = unit.execute(
        statement.where(selection.root.column("id") == id_), parameters(unit)
    ).one_or_none()
    return {path: found[i] if found else None for i, path in enumerate(ordered)}


def child_ids(
    unit: Unit,
    reverse: Reverse,
    parent: str,
    around: Surroundings,
    only: Checked | None = None,
    known: Mapping[str, Any] | None = None,
) -> list[str]:
    """The living children of ``parent``, as they were made; ``only`` those that meet it."""
    selection = select_from(unit, reverse.object, around)
    root = selection.root
    conditions = [root.column(reverse.field) == parent, root.column("deleted_at").is_(None)]
    if only is not None:
        conditions.append(compile_sql(only, selection, around, selection.dialect, known or {}))
    statement = sa.select(root.column("id")).select_from(selection.source).where(*conditions)
    ids = unit.execute(statement.order_by(root.column("id")), parameters(unit)).scalars()
    return [str(each) for each in ids]


def found_ids(
    unit: Unit,
    object_name: str,
    checked: Checked,
    known: Mapping[str, Any],
    around: Surroundings,
    sort: str | None,
    limit: int | None,
    after: str | None = None,
) -> list[str]:
    """Records that meet ``checked`` and that the actor may read, by ``sort``, then as made.

    ``known``: values by dotted path of what the expression reads beside the records. ``after``:
    go on behind this id (without ``sort``).
    """
    selection = select_from(unit, object_name, around)
    root = selection.root
    meets = compile_sql(checked, selection, around, selection.dialect, known)
    conditions: list[sa.ColumnElement[bool]] = [root.column("deleted_at").is_(None), meets]
    visible = _visible(unit, object_name, around)
    if visible is not None:
        conditions.append(root.column("id").in_(visible))
    if after is not None:
        conditions.append(root.column("id") > after)
    order = [*selection.order(sort), root.column("id")]
    statement = sa.select(root.column("id")).select_from(selection.source)
    statement = statement.where(*conditions).order_by(*order)
    if limit is not None:
        statement = statement.limit(limit)
    return [str(each) for each in unit.execute(statement, parameters(unit)).scalars()]


def _visible(unit: Unit, object_name: str, around: Surroundings) -> sa.Select[Any] | None:
    """The records the actor may read; None: all."""
    selection = select_from(unit, object_name, around, unit.actor)
    limit = selection.row_limit(selection.root, "read")
    if limit is None:
        return None
    return sa.select(selection.root.column("id")).where(limit).correlate(None)


def lock(unit: Unit, object_name: str, ids: Collection[str]) -> None:
    """Lets nobody else change these records until the transaction ends; they may still be pointed
    to meanwhile. On SQLite the one writer holds the lock already."""
    of = unit.model.table(object_name)
    if unit.is_postgres:
        statement = sa.select(of["id"]).where(of["id"].in_(sorted(ids))).order_by(of["id"])
        unit.execute(statement.with_for_update(key_share=True))


def hold(unit: Unit, records: Collection[tuple[str, str]]) -> None:
    """Locks records of several objects, as (object, id), and what they are rolled up into: whoever
    writes the ones writes the others.

    In the order of (object, id), as rollups lock parents, so that nobody waits in a circle.
    """
    if not unit.is_postgres:
        return
    held = _with_parents(unit, records)
    for object_name in sorted({name for name, _ in held}):
        lock(unit, object_name, [id_ for name, id_ in held if name == object_name])


def _with_parents(unit: Unit, records: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
    """The records with those that keep rollups over them, and over these."""
    held, fresh = set(records), set(records)
    while fresh:
        found: set[tuple[str, str]] = set()
        for object_name in sorted({name for name, _ in fresh}):
            ids = [id_ for name, id_ in fresh if name == object_name]
            found |= _parents(unit, object_name, ids)
        fresh = found - held
        held |= fresh
    return held


def _parents(unit: Unit, object_name: str, ids: Sequence[str]) -> set[tuple[str, str]]:
    links = sorted({(r.link, r.parent) for r in unit.catalog.rollups_over(object_name)})
    if not links:
        return set()
    of = unit.model.table(object_name)
    columns = [of[link].label(f"l{i}") for i, (link, _) in enumerate(links)]
    rows = unit.execute(sa.select(*columns).where(of["id"].in_(ids))).all()
    return {(links[i][1], str(id_)) for row in rows for i, id_ in enumerate(row) if id_}


def dated(
    unit: Unit, object_name: str, field: str, after: str | None, limit: int
) -> list[tuple[str, Any]]:
    """Living records with a value in ``field``, in the order of their ids, behind ``after``."""
    of = unit.model.table(object_name)
    statement = sa.select(of["id"].label("id"), of[field].label("value")).where(
        of["deleted_at"].is_(None), of[field].is_not(None)
    )
    if after is not None:
        statement = statement.where(of["id"] > after)
    rows = unit.execute(statement.order_by(of["id"]).limit(limit))
    return [(row["id"], row["value"]) for row in rows.mappings()]
