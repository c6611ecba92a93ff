"""Rows of objects: load within the actor's rows, insert, compare-and-set, move to the bin and back.

Values come and go under their names (``amount``, ``amount_currency``); nobody above sees a column.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from ...metadata.rights import ObjectRight
from .row_rights import parameters
from .selection import Selection
from .set_values import all_values
from .tables import ObjectTable
from .text_keys import sort_key
from .unit_of_work import Unit

MAY = {"edit": "__may_edit", "delete": "__may_delete"}


def load(
    unit: Unit,
    of: ObjectTable,
    ids: Sequence[str],
    right: ObjectRight = "read",
    binned: bool = False,
) -> dict[str, dict[str, Any]]:
    """The stored values of the records among ``ids`` that the actor may ``right``, by id.

    ``__may_edit`` and ``__may_delete`` tell what else the actor may do with each.
    """
    bin_state = of["deleted_at"].is_not(None) if binned else of["deleted_at"].is_(None)
    statement = _stored(unit, of).where(
        of["id"].in_(sa.bindparam("ids", expanding=True)), bin_state
    )
    limit = _allowed(unit, of, right)
    if limit is not None:
        statement = statement.where(limit)
    found = unit.execute(statement, {"ids": list(ids), **parameters(unit)})
    return {row["id"]: dict(row) for row in found.mappings()}


def _stored(unit: Unit, of: ObjectTable) -> sa.Select[Any]:
    columns: list[sa.ColumnElement[Any]] = [c.label(name) for name, c in of.columns.items()]
    for name, table in of.sets.items():
        columns.append(all_values(table, of["id"], of.table, unit.is_postgres).label(name))
    for right, label in MAY.items():
        allowed = _allowed(unit, of, _right(right))
        columns.append((sa.true() if allowed is None else allowed).label(label))
    return sa.select(*columns)


def _allowed(unit: Unit, of: ObjectTable, right: ObjectRight) -> sa.ColumnElement[bool] | None:
    name, dialect = of.object.name, unit.connection.dialect.name
    selection = Selection(unit.model, unit.actor, name, dialect, unit.surroundings)
    return selection.row_limit(selection.root, right)


def _right(name: str) -> ObjectRight:
    return "delete" if name == "delete" else "edit"


def insert(unit: Unit, of: ObjectTable, rows: Sequence[Mapping[str, Any]]) -> None:
    """Writes new records; all rows hold the same names."""
    unit.execute(sa.insert(of.table), [to_columns(of, row) for row in rows])
    for name in of.sets:
        _write_set(unit, of, name, [(row["id"], row.get(name) or ()) for row in rows], fresh=True)


def update(unit: Unit, of: ObjectTable, id_: str, version: int, values: Mapping[str, Any]) -> bool:
    """Compare-and-set: False when the record is no longer at ``version``."""
    plain = {name: value for name, value in values.items() if name not in of.sets}
    statement = (
        sa.update(of.table)
        .where(of["id"] == sa.bindparam("_id"), of["version"] == sa.bindparam("_version"))
        .where(of["deleted_at"].is_(None))
        .values(to_columns(of, plain))
    )
    if unit.execute(statement, {"_id": id_, "_version": version}).rowcount != 1:
        return False
    for name in of.sets:
        if name in values:
            _write_set(unit, of, name, [(id_, values[name] or ())], fresh=False)
    return True


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
    values = [
        {"record": id_, "value": value, "position": place}
        for id_, several in rows
        for place, value in enumerate(several)
    ]
    if values:
        unit.execute(sa.insert(table), values)


def to_columns(of: ObjectTable, row: Mapping[str, Any]) -> dict[str, Any]:
    """Value names → column names, with the sort keys of texts."""
    columns: dict[str, Any] = {}
    for name, value in row.items():
        if name in of.columns:
            columns[of.columns[name].name] = value
            if name in of.sort_keys:
                columns[of.sort_keys[name].name] = sort_key(value)
    return columns
