"""A SQLite database as one file: a consistent copy of a living one, and back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from ...errors import Damaged
from .engine import sqlite_driver

OURS = ("tc_", "o_")
INSIDE_FTS = "tc_search_tokens"
"""Tables SQLite keeps its full-text index in."""

PAGES = 2_000
"""Pages copied between two reports of progress."""


def copy_database(engine: Engine, to: Path, progress: Callable[[int, int], None]) -> None:
    """Copies what was committed when it began; writers go on meanwhile (with WAL).

    The open read transaction keeps the backup from starting anew at every write.
    Raises Damaged when the copy does not pass SQLite's own checks.
    """
    source = engine.raw_connection()
    target = sqlite_driver.connect(str(to), isolation_level=None)
    try:
        driver: Any = source.driver_connection
        driver.execute("BEGIN")
        driver.execute("SELECT count(*) FROM sqlite_master").fetchone()

        def report(status: int, remaining: int, total: int) -> None:
            progress(total - remaining, total)

        driver.backup(target, pages=PAGES, progress=report)
        driver.execute("ROLLBACK")
        target.execute("PRAGMA journal_mode=DELETE")
        check_integrity(target, to)
    finally:
        target.close()
        source.close()


def check_file(path: Path) -> None:
    """Raises Damaged when ``path`` is not a sound SQLite database."""
    connection = sqlite_driver.connect(str(path))
    try:
        check_integrity(connection, path)
    except sqlite_driver.DatabaseError as error:
        raise Damaged(
            "{path} is not a sound database: {reason}", path=path, reason=error
        ) from error
    finally:
        connection.close()


def check_integrity(connection: Any, path: Path) -> None:
    found = [row[0] for row in connection.execute("PRAGMA integrity_check(5)")]
    found = [] if found == ["ok"] else found
    found += [f"{row[0]} → {row[2]}" for row in connection.execute("PRAGMA foreign_key_check")][:5]
    if found:
        reason = "; ".join(map(str, found))
        raise Damaged("{path} is not a sound database: {reason}", path=path, reason=reason)


def is_empty(path: Path) -> bool:
    """Whether ``path`` may be written: not there, or a file without a byte."""
    return not path.exists() or path.stat().st_size == 0


def row_counts(connection: Connection) -> dict[str, int]:
    """Rows of our own tables and those of objects, on either database."""
    schema = connection.get_execution_options().get("schema_translate_map", {}).get(None)
    names = sa.inspect(connection).get_table_names(schema=schema)
    return {
        name: connection.scalar(
            sa.select(sa.func.count()).select_from(sa.table(name, schema=schema))
        )
        or 0
        for name in sorted(names)
        if name.startswith(OURS) and not name.startswith(INSIDE_FTS)
    }
