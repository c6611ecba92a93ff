"""Opening a database: the settings each of the two needs to be safe, and how a write begins."""

from __future__ import annotations

import sqlite3
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.engine import Connection, Engine

from ...errors import Unavailable
from .columns import to_json
from .search_tables import TERMS
from .sqlite_functions import register_functions

try:
    from pysqlite3 import dbapi2
except ImportError:  # Windows, or an interpreter that brings a new enough SQLite itself
    dbapi2 = sqlite3
sqlite_driver: Any = dbapi2

WAL_RESET_FIXED = (3, 51, 3)
"""Older builds may corrupt a WAL database when a checkpoint races a commit."""

WRITE_OPTION = "typecase_write"
WRITE_WAIT_SECONDS = 10.0


class Compiler(SQLiteCompiler):
    """Since 3.48 SQLite plans a statement anew whenever a limit is bound that stands alone, which
    takes longer than to read a record. A sum it does not look into."""

    def limit_clause(self, select: Any, **keywords: Any) -> str:
        if select._offset_clause is not None or select._limit_clause is None:
            return str(super().limit_clause(select, **keywords))  # type: ignore[no-untyped-call]
        return f"\n LIMIT 0 + {self.process(select._limit_clause, **keywords)}"


class WriteQueue:
    """Lets the writers of one process pass one by one, in the order they came."""

    def __init__(self) -> None:
        self._waiting: deque[threading.Event] = deque()
        self._guard = threading.Lock()
        self._busy = False

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Waits for its turn; Unavailable after WRITE_WAIT_SECONDS."""
        ticket = threading.Event()
        with self._guard:
            if self._busy or self._waiting:
                self._waiting.append(ticket)
            else:
                self._busy = True
                ticket.set()
        if not ticket.wait(WRITE_WAIT_SECONDS):
            with self._guard:
                if not ticket.is_set():
                    self._waiting.remove(ticket)
                    raise Unavailable("The database is busy. Please try again.")
        try:
            yield
        finally:
            with self._guard:
                self._busy = bool(self._waiting)
                if self._waiting:
                    self._waiting.popleft().set()


def open_engine(url: str, schema: str | None = None, pool_size: int = 10) -> Engine:
    """An engine for ``sqlite:///path`` or ``postgresql://…``; ``schema`` only for the latter."""
    parsed = sa.engine.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _open_sqlite(parsed, pool_size)
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    engine = _open_postgres(parsed, pool_size)
    return engine.execution_options(schema_translate_map={None: schema}) if schema else engine


def _open_postgres(url: sa.URL, pool_size: int) -> Engine:
    """Parameters are written as the server wants them (``$1``): psycopg looks through a text with
    ``%s`` anew for every execution when it is as long as that of a list."""
    engine = sa.create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=False,
        pool_timeout=WRITE_WAIT_SECONDS,
        json_serializer=to_json,
        paramstyle="numeric_dollar",
        connect_args={"options": "-c timezone=UTC -c lock_timeout=10s", "connect_timeout": 5},
    )

    @event.listens_for(engine, "connect")
    def settle(connection: Any, record: Any) -> None:
        connection.cursor_factory = engine.dialect.loaded_dbapi.RawCursor

    return engine


def _open_sqlite(url: sa.URL, pool_size: int) -> Engine:
    engine = sa.create_engine(
        url,
        module=sqlite_driver,
        poolclass=sa.pool.QueuePool,
        pool_size=pool_size,
        max_overflow=pool_size,
        connect_args={"check_same_thread": False, "cached_statements": 512},
    )
    engine.dialect.statement_compiler = Compiler
    safe_wal = sqlite_driver.sqlite_version_info >= WAL_RESET_FIXED

    @event.listens_for(engine, "connect")
    def settle(connection: Any, record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA journal_mode={'WAL' if safe_wal else 'DELETE'}")
        for pragma in ("synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.execute("PRAGMA cache_size=-16000")
        cursor.execute(TERMS)
        cursor.close()
        register_functions(connection)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        write = connection.get_execution_options().get(WRITE_OPTION)
        if write:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:  # locks nothing and touches no file, so there is no error to understand
            driver: Any = connection.connection.driver_connection
            driver.execute("BEGIN")

    return engine
