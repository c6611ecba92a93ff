"""A new column for a table of SQLite, at once however many records there are.

SQLite's own ADD COLUMN reads the whole of a STRICT table, to see whether every row fits it still;
writers would wait for that. A column at the end of a table changes nothing that is stored, so its
line is written into the schema in the way SQLite documents for such changes:
https://www.sqlite.org/lang_altertable.html#making_other_kinds_of_table_schema_changes
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.schema import CreateColumn

_schema = sa.table("sqlite_schema", sa.column("type"), sa.column("name"), sa.column("sql"))


def add_column(connection: Connection, table: str, column: sa.Column[Any]) -> None:
    """Adds ``column``, which may be null or has a default, within the transaction under way."""
    assert column.nullable or column.server_default is not None
    sa.Table(table, sa.MetaData(), column)
    line = str(CreateColumn(column).compile(dialect=connection.dialect))
    here = (_schema.c.type == "table", _schema.c.name == table)
    written = connection.execute(sa.select(_schema.c.sql).where(*here)).scalar_one()
    columns, key, rest = written.rpartition("PRIMARY KEY")  # constraints come after all columns
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema=ON")
    try:
        longer = f"{columns}{line}, {key}{rest}"
        connection.execute(sa.update(_schema).where(*here).values(sql=longer))
        connection.exec_driver_sql(f"PRAGMA schema_version={version + 1}")  # others look again
    finally:
        connection.exec_driver_sql("PRAGMA writable_schema=RESET")
    # read once: what SQLite does not understand is undone with the transaction
    connection.execute(sa.select(sa.column(column.name)).select_from(sa.table(table)).limit(0))
