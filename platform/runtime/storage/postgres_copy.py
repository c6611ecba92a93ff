"""A PostgreSQL schema as streams of rows, by COPY: the tables of one moment, and back.

Names come from the database's own catalog and are quoted by SQLAlchemy; rows stay in the text
format of COPY, which every release reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from .failures import translate


def tables_of(connection: Connection) -> dict[str, list[str]]:
    """Table → its columns, computed ones left out, as they stand in the workspace's schema."""
    inspector, schema = sa.inspect(connection), schema_of(connection)
    return {
        name: [
            column["name"]
            for column in inspector.get_columns(name, schema=schema)
            if not column.get("computed")
        ]
        for name in sorted(inspector.get_table_names(schema=schema))
    }


def schema_of(connection: Connection) -> str | None:
    mapped = connection.get_execution_options().get("schema_translate_map") or {}
    return mapped.get(None)


def read_rows(
    connection: Connection, table: str, columns: Sequence[str], write: Callable[[bytes], None]
) -> None:
    """Hands the rows of ``table`` to ``write``, as COPY spells them."""
    command = f"COPY {_named(connection, table, columns)} TO STDOUT"
    with _cursor(connection) as cursor, cursor.copy(command) as rows:
        for chunk in rows:
            write(bytes(chunk))


def write_rows(
    connection: Connection, table: str, columns: Sequence[str], chunks: Iterable[bytes]
) -> int:
    """Adds rows as ``read_rows`` gave them; returns how many. Database errors come out as ours."""
    with _cursor(connection) as cursor:
        try:
            with cursor.copy(f"COPY {_named(connection, table, columns)} FROM STDIN") as rows:
                for chunk in chunks:
                    rows.write(chunk)
        except connection.dialect.loaded_dbapi.Error as error:
            wrapped = sa.exc.DBAPIError.instance(
                None, None, error, connection.dialect.loaded_dbapi.Error
            )
            raise translate(wrapped) from error
        return int(cursor.rowcount)


def _cursor(connection: Connection) -> Any:
    driver: Any = connection.connection.driver_connection
    return driver.cursor()


def _named(connection: Connection, table: str, columns: Sequence[str]) -> str:
    quote = connection.dialect.identifier_preparer.quote
    schema = schema_of(connection)
    where = f"{quote(schema)}.{quote(table)}" if schema else quote(table)
    return f"{where} ({', '.join(map(quote, columns))})"
