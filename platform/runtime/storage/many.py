"""Many rows by one statement, handed over column by column.

SQLAlchemy makes a dictionary for each row and asks the type of each of its values how to hand it
over, which takes longer than the database takes to write it. Here types are asked once for a
column. SQLite prepares the statement once and runs it for each row; PostgreSQL takes a text for
each column, an array as it spells them, and writes all rows by one statement. A single row goes
to either as the statement that was compiled for the first of its kind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from .columns import Id, Json
from .unit_of_work import Unit

Columns = Mapping[str, Sequence[Any]]
"""Name of a column → its value in each row."""
Convert = Callable[[Any], Any]
Making = Callable[[Any], sa.Insert]

NOTHING_YET = object()


@dataclass(frozen=True, slots=True)
class Prepared:
    """A statement as text, and what its places take, in their order."""

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
    if count > 1 and unit.is_postgres:
        _insert_arrays(unit, table, columns)
    else:
        run(unit, "insert", table, sa.insert, columns)


def insert_rows(unit: Unit, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """The same for rows of the same columns."""
    if rows:
        insert(unit, table, by_column(rows))


def by_column(rows: Sequence[Mapping[str, Any]]) -> Columns:
    return {name: [row[name] for row in rows] for name in rows[0]}


def run(unit: Unit, name: str, table: sa.TableClause, making: Making, columns: Columns) -> None:
    """Runs a statement for each row. ``name`` tells it from others on its table; ``making``
    makes it, once."""
    key = ("many", name, table, tuple(columns))
    prepared: Prepared | None = unit.model.prepared.get(key)
    if prepared is None:
        prepared = _prepare(unit, making(table), columns)
        unit.model.keep(key, prepared)
    unit.execute_prepared(prepared.text, prepared.rows(columns))


def _prepare(unit: Unit, statement: sa.Insert, columns: Columns) -> Prepared:
    dialect, compiled = unit.connection.dialect, _compiled(unit, statement, list(columns))
    types = {name: statement.table.c[name].type.dialect_impl(dialect) for name in columns}
    converts = {name: type_.bind_processor(dialect) for name, type_ in types.items()}
    return Prepared(str(compiled), tuple((name, converts[name]) for name in compiled.positiontup))


def _compiled(unit: Unit, statement: sa.Insert, names: list[str] | None = None) -> Any:
    within: dict[str, Any] = {}
    if unit.schema is not None:
        within = {"schema_translate_map": {None: unit.schema}, "render_schema_translate": True}
    return statement.compile(dialect=unit.connection.dialect, column_keys=names, **within)


# PostgreSQL ---------------------------------------------------------------------------------


def _insert_arrays(unit: Unit, table: sa.Table, columns: Columns) -> None:
    """By the same statement however many rows there are."""
    key = ("arrays", table, tuple(columns))
    prepared: Prepared | None = unit.model.prepared.get(key)
    if prepared is None:
        compiled = _compiled(unit, _from_arrays(table, tuple(columns)))
        prepared = Prepared(str(compiled), tuple((name, None) for name in compiled.positiontup))
        unit.model.keep(key, prepared)
    arrays = {name: [spelled(table.c[name].type, values)] for name, values in columns.items()}
    unit.execute_prepared(prepared.text, prepared.rows(arrays))


def _from_arrays(table: sa.Table, names: tuple[str, ...]) -> sa.Insert:
    arrays = (
        sa.cast(
            sa.bindparam(name, type_=sa.Text), postgresql.ARRAY(table.c[name].type, dimensions=1)
        )
        for name in names
    )
    given = sa.func.unnest(*arrays).table_valued(*names, name="given").render_derived()
    source = sa.select(*(given.c[name] for name in names))
    return sa.insert(table).from_select(list(names), source, include_defaults=False)


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
