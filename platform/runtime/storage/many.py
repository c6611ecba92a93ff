"""Many rows by one statement, handed over column by column.

SQLAlchemy makes a dictionary for each row and asks the type of each of its values how to hand it
over, which takes longer than the database takes to write it. Here types are asked once for a
column. SQLite prepares the statement once and runs it for each row; PostgreSQL takes a text for
each column, an array as it spells them, and writes all rows by one statement.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect

from .columns import Id, Json
from .unit_of_work import Unit

Columns = Mapping[str, Sequence[Any]]
"""Name of a column → its value in each row."""
Convert = Callable[[Any], Any]

NOTHING_YET = object()


@dataclass(frozen=True, slots=True)
class Prepared:
    """A statement of SQLite's as text, and what its places take, in their order."""

    text: str
    places: tuple[tuple[str, Convert | None], ...]

    def rows(self, columns: Columns) -> list[tuple[Any, ...]]:
        return list(zip(*(_converted(columns[name], to) for name, to in self.places), strict=True))


def insert(unit: Unit, table: sa.Table, columns: Columns) -> None:
    """Writes new rows; columns in which none of several has a value are left to be null."""
    count = max(map(len, columns.values()), default=0)
    if count == 0:
        return
    if count > 1:
        columns = {name: values for name, values in columns.items() if _has_value(values)}
    if not unit.is_postgres:
        run(unit, "insert", sa.insert(table), columns)
    elif count > 1:
        arrays = {name: spelled(table.c[name].type, values) for name, values in columns.items()}
        unit.execute(_from_arrays(unit, table, tuple(columns)), arrays)
    else:
        unit.execute(sa.insert(table), {name: value for name, (value,) in columns.items()})


def run(unit: Unit, name: str, statement: sa.Insert, columns: Columns) -> None:
    """Runs a statement of SQLite's for each row. ``name`` tells it from others on its table."""
    key = ("many", name, statement.table, tuple(columns))
    prepared: Prepared | None = unit.model.prepared.get(key)
    if prepared is None:
        prepared = _prepare(unit.connection.dialect, statement, columns)
        unit.model.keep(key, prepared)
    unit.execute_prepared(prepared.text, prepared.rows(columns))


# SQLite -------------------------------------------------------------------------------------


def _prepare(dialect: Dialect, statement: sa.Insert, columns: Columns) -> Prepared:
    compiled: Any = statement.compile(dialect=dialect, column_keys=list(columns))
    types = {name: statement.table.c[name].type.dialect_impl(dialect) for name in columns}
    converts = {name: type_.bind_processor(dialect) for name, type_ in types.items()}
    return Prepared(str(compiled), tuple((name, converts[name]) for name in compiled.positiontup))


# PostgreSQL ---------------------------------------------------------------------------------


def _from_arrays(unit: Unit, table: sa.Table, names: tuple[str, ...]) -> sa.Insert:
    """The same statement however many rows there are."""
    key = ("arrays", table, names)
    kept: sa.Insert | None = unit.model.prepared.get(key)
    if kept is not None:
        return kept
    arrays = (
        sa.cast(
            sa.bindparam(name, type_=sa.Text), postgresql.ARRAY(table.c[name].type, dimensions=1)
        )
        for name in names
    )
    given = sa.func.unnest(*arrays).table_valued(*names, name="given").render_derived()
    source = sa.select(*(given.c[name] for name in names))
    made = sa.insert(table).from_select(list(names), source, include_defaults=False)
    unit.model.keep(key, made)
    return made


def spelled(type_: sa.types.TypeEngine[Any], values: Sequence[Any]) -> str:
    """An array of them as PostgreSQL reads it."""
    convert: Convert = str
    if isinstance(type_, Json):
        convert = type_.inward
    elif isinstance(type_, Id):
        convert = Id.checked
    return "{" + ",".join(_converted(values, lambda value: _quoted(convert(value)), "NULL")) + "}"


def _quoted(text: str) -> str:
    if "\\" in text or '"' in text:
        text = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


# Both ---------------------------------------------------------------------------------------


def _converted(values: Sequence[Any], convert: Convert | None, null: Any = None) -> Sequence[Any]:
    """What stands in every row, a moment or an actor, is converted once."""
    if convert is None:
        return values
    found, last, made = [], NOTHING_YET, null
    for value in values:
        if value is not last:
            last, made = value, null if value is None else convert(value)
        found.append(made)
    return found


def _has_value(values: Sequence[Any]) -> bool:
    return any(value is not None for value in values)
