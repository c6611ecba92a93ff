"""Backup: the database as of one moment and every attached file, in one verified archive."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ..clock import Clock
from ..errors import Conflict, Damaged
from .backup_archive import ArchiveReader, ArchiveWriter, Progress, silent
from .storage import postgres_copy, sqlite_copy
from .storage.backup_facts import Facts, facts_of
from .storage.database import Database
from .storage.postgres_structure import structure_of

DATABASE_FILE = "database.sqlite"
STRUCTURE = "structure.json"
DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class BackupReport:
    path: Path
    bytes: int
    rows: int
    files: int
    missing_files: tuple[str, ...]
    """Digests that records refer to and that were not in the files folder."""


def back_up(
    database: Database, files: Path, to: Path, clock: Clock, progress: Progress = silent
) -> BackupReport:
    """Writes the archive ``to`` (mode 0600), reads it back whole, and only then gives it its name.

    Raises Conflict when ``to`` exists, Damaged when the database or an attached file is.
    """
    if to.exists():
        raise Conflict("{path} is there already.", path=str(to))
    draft = to.with_name(f".{to.name}.part")
    draft.unlink(missing_ok=True)
    try:
        with _writing(draft) as archive:
            facts = _add_database(archive, database, progress)
            missing = _add_files(archive, files, facts, progress)
            archive.finish(_manifest(database, facts, missing, clock))
        reader = ArchiveReader(draft)
        reader.verify(progress)
        reader.close()
        _sync(draft)
        os.link(draft, to)  # unlike a rename it refuses to overwrite
    except FileExistsError as error:
        raise Conflict("{path} is there already.", path=str(to)) from error
    finally:
        draft.unlink(missing_ok=True)
    manifest = reader.manifest
    return BackupReport(
        to, to.stat().st_size, sum(facts.rows.values()), len(manifest.files), tuple(missing)
    )


@contextmanager
def _writing(path: Path) -> Iterator[ArchiveWriter]:
    path.parent.mkdir(parents=True, exist_ok=True)
    archive = ArchiveWriter(path)
    try:
        yield archive
    finally:
        archive.close()


def _add_database(archive: ArchiveWriter, database: Database, progress: Progress) -> Facts:
    if database.is_sqlite:
        return _add_sqlite(archive, database, progress)
    return _add_postgres(archive, database, progress)


def _add_sqlite(archive: ArchiveWriter, database: Database, progress: Progress) -> Facts:
    with tempfile.TemporaryDirectory(prefix="typecase-") as folder:
        copy = Path(folder) / DATABASE_FILE
        sqlite_copy.copy_database(
            database.engine, copy, lambda done, total: progress("Copying the database", done, total)
        )
        archive.add_file(DATABASE_FILE, copy)
        snapshot = Database(f"sqlite:///{copy}")
        try:
            with snapshot.reading() as connection:
                return facts_of(connection, None)
        finally:
            snapshot.close()


def _add_postgres(archive: ArchiveWriter, database: Database, progress: Progress) -> Facts:
    """All tables in one repeatable-read transaction: the state of one moment."""
    with database.reading() as connection:
        facts = facts_of(connection, database.schema)
        archive.add_document(STRUCTURE, structure_of(connection))
        tables = postgres_copy.tables_of(connection)
        for number, (table, columns) in enumerate(tables.items(), 1):
            with archive.member(f"tables/{table}") as write:
                postgres_copy.read_rows(connection, table, columns, write)
            progress("Copying the tables", number, len(tables))
        return facts.with_columns(tables)


def _add_files(archive: ArchiveWriter, folder: Path, facts: Facts, progress: Progress) -> list[str]:
    """Adds the attached files; returns the digests that are referred to and missing."""
    paths = sorted(p for p in folder.rglob("*") if p.is_file()) if folder.is_dir() else []
    found: set[str] = set()
    for number, path in enumerate(paths, 1):
        member = archive.add_file(f"files/{path.relative_to(folder).as_posix()}", path)
        if DIGEST.fullmatch(path.name):
            if member.sha256 != path.name:
                raise Damaged("{path} is not what was once written.", path=str(path))
            found.add(path.name)
        progress("Copying the files", number, len(paths))
    return sorted(facts.digests - found)


def _manifest(database: Database, facts: Facts, missing: list[str], clock: Clock) -> dict[str, Any]:
    return {
        "database": "sqlite" if database.is_sqlite else "postgresql",
        "made_at": clock.now().isoformat(),
        "made_by": f"typecase {version('typecase')}",
        "migration": facts.migration,
        "catalog": facts.catalog,
        "tables": dict(facts.rows),
        "columns": {name: list(columns) for name, columns in facts.columns.items()},
        "missing_files": missing,
    }


def _sync(path: Path) -> None:
    """The archive is on the disk before it has its name."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
