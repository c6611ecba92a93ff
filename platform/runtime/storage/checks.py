"""Questions that have the answer "none" while a database is sound."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from ...metadata.catalog import RollupOver
from ...metadata.definitions import Field
from ...metadata.expressions.types import Surroundings
from ...metadata.field_types.base import StorageKind
from ..actors import SYSTEM
from . import system_tables
from .aggregates import as_stored
from .lookups import select_from
from .row_rights import ACTOR
from .search_tables import tokens
from .tables import ObjectTable, StorageModel
from .unit_of_work import Unit


@dataclass(frozen=True, slots=True)
class Dangling:
    """``count`` values of ``field`` point to records of ``target`` that are not there."""

    field: str
    target: str
    count: int


def soundness(unit: Unit) -> list[str]:
    """What SQLite's own check complains of; PostgreSQL has none to ask."""
    if unit.is_postgres:
        return []
    look = sa.select(tokens.c.rowid).where(tokens.c.tc_search_tokens.match("a")).limit(1)
    try:
        # FTS5 judges by what this connection remembers of the index, and looks for what others
        # wrote since only when it is searched: without that, their work would look like damage.
        unit.connection.execute(look).all()
        found = unit.connection.exec_driver_sql("PRAGMA integrity_check(20)").scalars().all()
    except sa.exc.DatabaseError as error:  # too damaged to be looked through
        return [str(error.orig)]
    return [] if found == ["ok"] else [str(line) for line in found]


def missing(unit: Unit) -> list[str]:
    """Tables and ``table.column`` that the definitions say and the database does not have."""
    inspector = sa.inspect(unit.connection)
    schema = unit.schema
    there = set(inspector.get_table_names(schema=schema))
    found = []
    for table in _wanted(unit.model):
        if table.name not in there:
            found.append(table.name)
            continue
        columns = {each["name"] for each in inspector.get_columns(table.name, schema=schema)}
        found += [f"{table.name}.{c.name}" for c in table.columns if c.name not in columns]
    return found


def _wanted(model: StorageModel) -> Iterator[sa.Table]:
    yield from system_tables.metadata.sorted_tables
    for of in model:
        yield of.table
        yield from of.sets.values()


def wrong_rollups(unit: Unit, rollup: RollupOver, around: Surroundings, limit: int) -> list[str]:
    """Ids of parents whose stored rollup is not what their children come to, at most ``limit``."""
    of = unit.model.table(rollup.parent)
    column = of[rollup.field.name]
    selection = select_from(unit, rollup.parent, around)
    counted = as_stored(selection.rollup(rollup.field), column, unit.connection.dialect.name)
    statement = (
        sa.select(of["id"])
        .where(column.is_distinct_from(counted), of["deleted_at"].is_(None))
        .order_by(of["id"])
        .limit(limit)
    )
    return [str(id_) for id_ in unit.execute(statement, {ACTOR: SYSTEM.id}).scalars()]


def dangling(unit: Unit, of: ObjectTable, field: Field) -> Iterator[Dangling]:
    """The values of a pointing field that lead nowhere, by target."""
    storage = of.storages.get(field.name)
    targets: Sequence[str] = field.targets or ("user",)
    if storage is None or storage.kind is StorageKind.NONE:
        return
    for target in targets:
        other = unit.model.table(target).table.alias()
        held, conditions = _pointers(of, field, storage.kind, target)
        there = sa.exists().where(other.c.id == held)
        statement = sa.select(sa.func.count()).where(held.is_not(None), *conditions, ~there)
        count = int(unit.execute(statement).scalar_one())
        if count:
            yield Dangling(f"{of.object.name}.{field.name}", target, count)


def _pointers(
    of: ObjectTable, field: Field, kind: StorageKind, target: str
) -> tuple[sa.ColumnElement[str], list[sa.ColumnElement[bool]]]:
    """The column of pointers, and what says that they point to ``target``."""
    if kind is StorageKind.SET:
        return of.sets[field.name].c.value, []
    if kind is StorageKind.LINK:
        return of[field.name], [of[f"{field.name}_object"] == target]
    return of[field.name], []


def lost_set_values(unit: Unit, of: ObjectTable) -> list[str]:
    """Child tables that hold values of records that are not there."""
    found = []
    for table in of.sets.values():
        there = sa.exists().where(of.table.c.id == table.c.record)
        if unit.execute(sa.select(table.c.record).where(~there).limit(1)).first():
            found.append(table.name)
    return found


def file_digests(unit: Unit) -> set[str]:
    """Digests of all attached files."""
    return set(unit.execute(sa.select(system_tables.file.c.digest).distinct()).scalars())
