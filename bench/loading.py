"""Fills a database quickly, without asking anybody's rules: COPY, or one prepared insert."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bench.handwritten.app import open_engine
from typecase.runtime.storage import sqlite_statistics

Row = dict[str, Any]
STEP = 5_000


def insert(connection: Connection, table: sa.Table, rows: Iterable[Row]) -> int:
    """Inserts ``rows`` (column name → value; missing ones are null) and returns their number."""
    columns = list(table.columns)
    binders = [
        column.type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
        for column in columns
    ]
    names = [column.name for column in columns]

    def bound() -> Iterator[list[Any]]:
        for row in rows:
            values = (row.get(name) for name in names)
            yield [
                binder(value) if binder and value is not None else value
                for binder, value in zip(binders, values, strict=True)
            ]

    count = 0
    for some in batches(bound(), STEP):
        write = _copy if connection.dialect.name == "postgresql" else _execute
        write(connection, table.name, names, some)
        count += len(some)
    return count


def repeat(
    connection: Connection, table: sa.Table, blocks: Iterable[list[tuple[str, str]]]
) -> None:
    """Copies rows of ``table``; ``blocks`` hold pairs of an id that is there and its copy's."""
    kind = table.c.id.type
    ids = sa.Table("bench_ids", sa.MetaData(), sa.Column("old", kind), sa.Column("new", kind))
    values = [ids.c.new if column.name == "id" else column for column in table.columns]
    copies = sa.select(*values).join_from(ids, table, table.c.id == ids.c.old)
    names = [column.name for column in table.columns]
    for pairs in blocks:
        ids.create(connection)
        insert(connection, ids, ({"old": old, "new": new} for old, new in pairs))
        connection.execute(sa.insert(table).from_select(names, copies))
        ids.drop(connection)


def _copy(connection: Connection, table: str, names: list[str], rows: list[list[Any]]) -> None:
    quoted = ", ".join(f'"{name}"' for name in names)
    with (
        connection.connection.cursor() as cursor,
        cursor.copy(f'COPY "{table}" ({quoted}) FROM STDIN') as copy,
    ):
        for row in rows:
            copy.write_row(row)


def _execute(connection: Connection, table: str, names: list[str], rows: list[list[Any]]) -> None:
    quoted = ", ".join(f'"{name}"' for name in names)
    holes = ", ".join("?" * len(names))
    connection.connection.executemany(f'INSERT INTO "{table}" ({quoted}) VALUES ({holes})', rows)


def batches(rows: Iterable[Any], size: int) -> Iterator[list[Any]]:
    walking = iter(rows)
    while some := list(islice(walking, size)):
        yield some


def settle(url: str) -> None:
    """Lets the database look at what was loaded, as it would within the day."""
    engine = open_engine(url)
    if engine.dialect.name == "sqlite":
        with engine.connect().execution_options(write=True) as connection, connection.begin():
            sqlite_statistics.learn(connection)
    else:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
    engine.dispose()
