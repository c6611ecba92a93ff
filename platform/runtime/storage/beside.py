"""Indexes on PostgreSQL made while people work, by one process at a time.

Each is a step of its own, outside any transaction. One that was broken off is there, and not whole:
it is dropped and made again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.schema import CreateIndex as CreateIndexStatement

from . import indexes
from .actual import indexes_of
from .database import Database
from .failures import translate
from .operations import CreateIndex
from .tables import StorageModel

LOCK_CLASS = 0x7469
"""First half of the advisory lock of whoever makes indexes; the second is the workspace."""


@contextmanager
def building(database: Database) -> Iterator[Connection | None]:
    """A connection to make indexes by; None: another process is at it. It is closed afterwards,
    and with it ends the lock, as it does when this process dies."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as alone:
        alone.detach()
        taken = sa.func.pg_try_advisory_lock(LOCK_CLASS, database.lock_key)
        if not alone.execute(sa.select(taken)).scalar_one():
            yield None
            return
        # it waits for the transactions that are open, however long
        alone.execute(sa.select(sa.func.set_config("lock_timeout", "0", False)))
        yield alone


def build(
    connection: Connection, schema: str | None, model: StorageModel, index: CreateIndex
) -> None:
    """Makes ``index`` unless it is there. Raises Conflict where values are not unique."""
    if index.name in indexes_of(connection, schema):
        return
    of = next(each for each in model if each.table.name == index.table)
    built = indexes.build(index, of, model.catalog, postgres=True)
    built.dialect_options["postgresql"]["concurrently"] = True
    drop(connection, index)
    try:
        connection.execute(CreateIndexStatement(built))
    except sa.exc.IntegrityError as error:
        drop(connection, index)
        raise indexes.not_unique(connection, index, of) from error
    except sa.exc.SQLAlchemyError as error:
        raise translate(error) from error


def drop(connection: Connection, index: CreateIndex) -> None:
    dropping = indexes.drop(index.name, index.table)
    dropping.element.dialect_options["postgresql"]["concurrently"] = True
    connection.execute(dropping)
