"""Restore: an archive into an empty place, wholly or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ..errors import Conflict, Damaged
from .backup import DATABASE_FILE, STRUCTURE
from .backup_archive import ArchiveReader, Manifest, Progress, silent
from .moving import move
from .storage import postgres_copy, postgres_structure, sqlite_copy
from .storage.database import Database
from .storage.migrations import migrate
from .workspaces import Workspace


@dataclass(frozen=True, slots=True)
class RestoreReport:
    manifest: Manifest
    rows: int
    files: int
    migrated: tuple[int, int]
    """Numbers of the migrations before and after: an older archive is brought up to date."""


def restore(archive: Path, place: Workspace, progress: Progress = silent) -> RestoreReport:
    """Reads the whole archive once, then restores it and counts every table.

    An archive of SQLite may also be restored into PostgreSQL: see ``moving``.
    Raises Conflict when database or files folder are not empty, Damaged when the archive is.
    """
    reader = ArchiveReader(archive)
    manifest, database, files = reader.manifest, place.database, place.settings.files
    kind = "sqlite" if database.is_sqlite else "postgresql"
    if manifest.database != kind and kind == "sqlite":
        raise Conflict(
            "An archive of {theirs} cannot be restored into {ours}.",
            theirs=manifest.database,
            ours=kind,
        )
    if files.exists() and any(files.iterdir()):
        raise Conflict("{path} is not empty.", path=str(files))
    reader.verify(progress)
    with _files_in_place(reader, files, progress):
        if manifest.database != kind:
            migrated = _move(reader, place, progress)
        else:
            fill = _restore_sqlite if database.is_sqlite else _restore_postgres
            fill(reader, database, progress)
            migrated = _migrate(database)
    reader.close()
    return RestoreReport(manifest, sum(manifest.tables.values()), len(manifest.files), migrated)


@contextmanager
def _files_in_place(reader: ArchiveReader, folder: Path, progress: Progress) -> Iterator[None]:
    """The attached files: beside their folder first, in its place when all the rest went well."""
    draft = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    try:
        names = reader.manifest.files
        for number, name in enumerate(names, 1):
            target = draft / _inside(name)
            target.parent.mkdir(parents=True, exist_ok=True)
            reader.extract(f"files/{name}", target)
            progress("Restoring the files", number, len(names))
        yield
        if folder.exists():
            folder.rmdir()
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _inside(name: str) -> PurePosixPath:
    """``name`` as a path that stays below a folder. Raises Damaged."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or not path.parts:
        raise Damaged("{path} is not a name for a file in a backup.", path=name)
    return path


def _migrate(database: Database) -> tuple[int, int]:
    with database.writing() as connection:
        return migrate(connection, database.schema)


def _restore_sqlite(reader: ArchiveReader, database: Database, progress: Progress) -> None:
    place = Path(database.engine.url.database or "")
    if not sqlite_copy.is_empty(place):
        raise Conflict("{path} is not empty.", path=str(place))
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.with_name(f".{place.name}.part")
    draft.unlink(missing_ok=True)
    try:
        reader.extract(DATABASE_FILE, draft)
        sqlite_copy.check_file(draft)
        copy = Database(f"sqlite:///{draft}")
        try:
            with copy.reading() as connection:
                _compare(sqlite_copy.row_counts(connection), reader.manifest)
        finally:
            copy.close()
        database.close()
        draft.replace(place)
    finally:
        for leftover in place.parent.glob(f"{draft.name}*"):
            leftover.unlink()


def _restore_postgres(reader: ArchiveReader, database: Database, progress: Progress) -> None:
    """One transaction: tables, rows, then constraints, indexes and views."""
    manifest = reader.manifest
    structure = reader.document(STRUCTURE)
    with database.writing() as connection:
        if not postgres_structure.is_empty(connection):
            raise Conflict("The database is not empty.")
        postgres_structure.create_tables(connection, structure)
        for number, (table, columns) in enumerate(manifest.columns.items(), 1):
            rows = reader.read(f"tables/{table}")
            postgres_copy.write_rows(connection, table, columns, rows)
            progress("Restoring the tables", number, len(manifest.columns))
        postgres_structure.create_rest(connection, structure)
        _compare(sqlite_copy.row_counts(connection), manifest)


def _move(reader: ArchiveReader, place: Workspace, progress: Progress) -> tuple[int, int]:
    """The file of an SQLite archive, opened beside, and everything in it into PostgreSQL."""
    with place.database.reading() as connection:
        if not postgres_structure.is_empty(connection):
            raise Conflict("The database is not empty.")
    with tempfile.TemporaryDirectory(prefix="typecase-") as folder:
        file = Path(folder) / DATABASE_FILE
        reader.extract(DATABASE_FILE, file)
        copy = Database(f"sqlite:///{file}")
        try:
            migrated = _migrate(copy)
            _migrate(place.database)
            move(Workspace(place.settings, copy, place.clock), place, progress)
        finally:
            copy.close()
    return migrated


def _compare(counted: dict[str, int], manifest: Manifest) -> None:
    wrong = [name for name in manifest.tables if counted.get(name) != manifest.tables[name]]
    if wrong:
        raise Damaged("These tables are not as they were: {tables}.", tables=", ".join(wrong))
