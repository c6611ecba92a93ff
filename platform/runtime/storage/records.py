"""Rows of objects: load within the actor's rows, insert, compare-and-set, move to the bin and back.

Values come and go under their names (``amount``, ``amount_currency``); nobody above sees a column.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from ...metadata.approvals_parser import graphs_of
from ...metadata.rights import ObjectRight
from .. import access
from . import many
from .approval_tables import case
from .by_ids import ByIds
from .row_rights import parameters
from .selection import Selection, Side
from .set_values import all_values
from .tables import ObjectTable
from .text_keys import sort_key
from .unit_of_work import Unit

MAY: tuple[tuple[str, ObjectRight], ...] = (("__may_edit", "edit"), ("__may_delete", "delete"))
IN_FULL = "__in_full"
CASE, GRAPH = "__case", "__graph"
"""The approval that runs for a record, where its object has any."""
SET_COLUMNS = ("record", "value", "position")


def load(
    unit: Unit,
    of: ObjectTable,
    ids: Sequence[str],
    right: ObjectRight = "read",
    binned: bool = False,
) -> dict[str, dict[str, Any]]:
    """The stored values of the records among ``ids`` that the actor may ``right``, by id.

    ``__may_edit``, ``__may_delete`` and ``__in_full`` tell what else the actor may do with each;
    ``__case`` and ``__graph`` which approval it is in.
    """
    key = ("load", of.object.name, right, binned, unit.actor.key)
    statement: ByIds | None = unit.model.prepared.get(key)
    if statement is None:
        statement = ByIds(of["id"], _load(unit, of, right, binned).where)
        unit.model.keep(key, statement)
    found = statement.execute(unit, ids, **parameters(unit))
    return {row["id"]: dict(row) for row in found.mappings()}


def _load(unit: Unit, of: ObjectTable, right: ObjectRight, binned: bool) -> sa.Select[Any]:
    bin_state = of["deleted_at"].is_not(None) if binned else of["deleted_at"].is_(None)
    statement = _stored(unit, of).add_columns(*_told(unit, of)).where(bin_state)
    if graphs_of(unit.catalog, of.object.name):
        # Not by its state: SQLite would plan the statement anew for every value bound there.
        runs = sa.and_(case.c.record == of["id"], case.c.ended_at.is_(None))
        statement = statement.select_from(of.table.outerjoin(case, runs))
        statement = statement.add_columns(case.c.id.label(CASE), case.c.graph.label(GRAPH))
    limit = _selection(unit, of).row_limit(Side(of, of.table), right)
    return statement if limit is None else statement.where(limit)


def load_all(
    unit: Unit, of: ObjectTable, ids: Sequence[str], binned: bool = False
) -> dict[str, dict[str, Any]]:
    """The stored values of living (``binned``: of deleted) records by id, whoever may see them:
    for what the system does on the way."""
    deleted = of["deleted_at"]
    state = deleted.is_not(None) if binned else deleted.is_(None)
    statement = _stored(unit, of).where(of["id"].in_(list(ids)), state)
    return {row["id"]: dict(row) for row in unit.execute(statement).mappings()}


def _stored(unit: Unit, of: ObjectTable) -> sa.Select[Any]:
    columns: list[sa.ColumnElement[Any]] = [c.label(name) for name, c in of.columns.items()]
    for name, table in of.sets.items():
        columns.append(all_values(table, of["id"], of.table, unit.is_postgres).label(name))
    return sa.select(*columns)


def _told(unit: Unit, of: ObjectTable) -> Iterator[sa.ColumnElement[Any]]:
    """What the actor may do with each row."""
    selection = _selection(unit, of)
    limits = {label: selection.row_limit(selection.root, right) for label, right in MAY}
    limits[IN_FULL] = selection.limited(access.in_full(unit.actor, of.object, unit.catalog))
    for label, limit in limits.items():
        yield (sa.true() if limit is None else limit).label(label)


def _selection(unit: Unit, of: ObjectTable) -> Selection:
    name, dialect = of.object.name, unit.connection.dialect.name
    return Selection(unit.model, unit.actor, name, dialect, unit.surroundings)


def insert(unit: Unit, of: ObjectTable, rows: Sequence[Mapping[str, Any]]) -> None:
    """Writes new records; all rows hold the same names."""
    columns = {
        column.name: [row[name] for row in rows]
        for name, column in of.columns.items()
        if name in rows[0]
    }
    for name, column in of.sort_keys.items():
        if name in rows[0]:
            columns[column.name] = [sort_key(row[name]) for row in rows]
    many.insert(unit, of.table, columns)
    for name in of.sets:
        _write_set(unit, of, name, [(row["id"], row.get(name) or ()) for row in rows], fresh=True)


def update(unit: Unit, of: ObjectTable, id_: str, version: int, values: Mapping[str, Any]) -> bool:
    """Compare-and-set: False when the record is no longer at ``version``."""
    key = ("update", of.object.name)
    statement = unit.model.prepared.get(key)
    if statement is None:
        statement = (
            sa.update(of.table)
            .where(of["id"] == sa.bindparam("_id"), of["version"] == sa.bindparam("_version"))
            .where(of["deleted_at"].is_(None))
        )
        unit.model.keep(key, statement)
    written = {**to_columns(of, values), "_id": id_, "_version": version}
    if unit.execute(statement, written).rowcount != 1:
        return False
    for name in of.sets:
        if name in values:
            _write_set(unit, of, name, [(id_, values[name] or ())], fresh=False)
    return True


def outdate(unit: Unit, of: ObjectTable, id_: str) -> None:
    """A version further though nothing of it changed: whoever read it before saves it no more."""
    newer = sa.update(of.table).where(of["id"] == id_).values(version=of["version"] + 1)
    unit.execute(newer)


def set_binned(unit: Unit, of: ObjectTable, ids: Iterable[str], deletion: str | None) -> int:
    """Into the bin with ``deletion``, or out of it with None. Returns how many rows changed."""
    gone = deletion is not None
    state = of["deleted_at"].is_(None) if gone else of["deleted_at"].is_not(None)
    statement = (
        sa.update(of.table)
        .where(of["id"].in_(list(ids)), state)
        .values(
            deleted_at=unit.now if gone else None,
            tc_deletion=deletion,
            version=of["version"] + 1,
            updated_at=unit.now,
            updated_by=unit.actor.id,
        )
    )
    return unit.execute(statement).rowcount


def _write_set(
    unit: Unit,
    of: ObjectTable,
    name: str,
    rows: Sequence[tuple[str, Sequence[Any]]],
    fresh: bool,
) -> None:
    table = of.sets[name]
    if not fresh:
        unit.execute(sa.delete(table).where(table.c.record.in_([id_ for id_, _ in rows])))
    values = [(id_, value, place) for id_, several in rows for place, value in enumerate(several)]
    if values:
        many.insert(unit, table, dict(zip(SET_COLUMNS, zip(*values, strict=True), strict=True)))


def to_columns(of: ObjectTable, row: Mapping[str, Any]) -> dict[str, Any]:
    """Value names → column names, with the sort keys of texts."""
    columns: dict[str, Any] = {}
    for name, value in row.items():
        if name in of.columns:
            columns[of.columns[name].name] = value
            if name in of.sort_keys:
                columns[of.sort_keys[name].name] = sort_key(value)
    return columns
