"""The structure of a PostgreSQL schema as data: read for a backup, made again by a restore.

PostgreSQL itself spells every definition; with the search path on the workspace's schema they
carry no schema's name, so that a workspace can be restored into another one. Like a dump of
``pg_dump``, a structure is SQL: an archive is restored by people who trust where it comes from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from .postgres_copy import schema_of

Structure = Mapping[str, Any]

COLUMNS = """
SELECT c.relname AS "table", a.attname AS name, a.attnotnull AS required,
       format_type(a.atttypid, a.atttypmod) AS type,
       CASE WHEN a.attcollation <> t.typcollation THEN quote_ident(l.collname) END AS collation,
       a.attgenerated = 's' AS computed, pg_get_expr(d.adbin, d.adrelid, true) AS value
FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_collation l ON l.oid = a.attcollation
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relnamespace = %s::regnamespace AND c.relkind = 'r'
ORDER BY c.relname, a.attnum
"""

CONSTRAINTS = """
SELECT r.relname AS "table", c.conname AS name, pg_get_constraintdef(c.oid, true) AS definition
FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid
WHERE c.connamespace = %s::regnamespace AND c.contype IN ('p', 'u', 'c', 'x', 'f')
ORDER BY c.contype = 'f', r.relname, c.conname
"""

INDEXES = """
SELECT pg_get_indexdef(i.indexrelid, 0, true) AS definition
FROM pg_index i JOIN pg_class r ON r.oid = i.indrelid
WHERE r.relnamespace = %s::regnamespace
  AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
ORDER BY i.indexrelid
"""

VIEWS = """
SELECT c.relname AS name, pg_get_viewdef(c.oid, true) AS definition
FROM pg_class c WHERE c.relnamespace = %s::regnamespace AND c.relkind = 'v' ORDER BY c.oid
"""

EXTENSIONS = "SELECT extname AS name FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY extname"


def structure_of(connection: Connection) -> Structure:
    """Tables, constraints, indexes, views and extensions of the workspace's schema."""
    schema = _enter(connection)
    return {
        "columns": _rows(connection, COLUMNS, schema),
        "constraints": _rows(connection, CONSTRAINTS, schema),
        "indexes": [row["definition"] for row in _rows(connection, INDEXES, schema)],
        "views": _rows(connection, VIEWS, schema),
        "extensions": [row["name"] for row in _rows(connection, EXTENSIONS)],
    }


def create_tables(connection: Connection, structure: Structure) -> None:
    """The bare tables, for rows to be copied into."""
    schema = schema_of(connection)
    if schema:
        connection.execute(sa.schema.CreateSchema(schema, if_not_exists=True))
    _enter(connection)
    quote = connection.dialect.identifier_preparer.quote
    for name in structure["extensions"]:
        _do(connection, f"CREATE EXTENSION IF NOT EXISTS {quote(name)}")
    tables: dict[str, list[str]] = {}
    for column in structure["columns"]:
        tables.setdefault(column["table"], []).append(_column(column, quote))
    for table, columns in tables.items():
        _do(connection, f"CREATE TABLE {quote(table)} ({', '.join(columns)})")


def create_rest(connection: Connection, structure: Structure) -> None:
    """Constraints, indexes and views: after the rows, which makes both checks and rows fast."""
    _enter(connection)
    quote = connection.dialect.identifier_preparer.quote
    for each in structure["constraints"]:
        named = f"ALTER TABLE {quote(each['table'])} ADD CONSTRAINT {quote(each['name'])}"
        _do(connection, f"{named} {each['definition']}")
    for definition in structure["indexes"]:
        _do(connection, definition)
    for each in structure["views"]:
        _do(connection, f"CREATE VIEW {quote(each['name'])} AS {each['definition']}")
    _do(connection, "ANALYZE")


def is_empty(connection: Connection) -> bool:
    """Whether the workspace's schema holds no table (or is not there)."""
    return not sa.inspect(connection).get_table_names(schema=schema_of(connection))


def _column(column: Mapping[str, Any], quote: Any) -> str:
    words = [quote(column["name"]), column["type"]]
    if column["collation"]:
        words.append(f"COLLATE {column['collation']}")
    if column["computed"]:
        words.append(f"GENERATED ALWAYS AS ({column['value']}) STORED")
    elif column["value"]:
        words.append(f"DEFAULT {column['value']}")
    return " ".join([*words, "NOT NULL"] if column["required"] else words)


def _enter(connection: Connection) -> str:
    """Puts the search path on the workspace's schema until the transaction ends."""
    schema = schema_of(connection) or "public"
    quoted = connection.dialect.identifier_preparer.quote(schema)
    path = sa.func.set_config("search_path", quoted, True)
    connection.execute(sa.select(path))
    return quoted


def _rows(connection: Connection, query: str, *schema: str) -> Sequence[dict[str, Any]]:
    found = connection.exec_driver_sql(query, schema or None)
    return [dict(row) for row in found.mappings()]


def _do(connection: Connection, command: str) -> None:
    """Runs DDL as it is: a ``%`` in a definition is no parameter."""
    driver: Any = connection.connection.driver_connection
    driver.execute(command)
