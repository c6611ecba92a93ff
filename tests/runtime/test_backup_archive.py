"""An archive is whole or it is refused."""

from __future__ import annotations

import json
import stat
import zipfile
from pathlib import Path

import pytest

from typecase.errors import Conflict, Damaged
from typecase.runtime.backup_archive import MANIFEST, ArchiveReader, ArchiveWriter

FACTS = {
    "database": "sqlite",
    "made_at": "2026-11-21T08:00:00+00:00",
    "made_by": "typecase 0.1.0",
    "migration": 1,
    "catalog": 3,
    "tables": {"tc_user": 2},
    "columns": {},
    "missing_files": [],
}


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "a.typecase"
    writer = ArchiveWriter(path)
    with writer.member("tables/tc_user") as write:
        write(b"1\tada\n")
        write(b"2\tgrace\n")
    writer.finish(FACTS)
    return path


def changed(path: Path, **members: bytes | None) -> Path:
    """A copy of the archive with other members; ``None`` leaves one out."""
    other = path.with_name("changed.typecase")
    told = {name.replace("__", "/").replace("_json", ".json"): v for name, v in members.items()}
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(other, "w") as target:
        for name in source.namelist():
            content = told.get(name, source.read(name))
            if content is not None:
                target.writestr(name, content)
    return other


def test_what_is_written_is_read(archive: Path) -> None:
    reader = ArchiveReader(archive)
    reader.verify()
    assert b"".join(reader.read("tables/tc_user")) == b"1\tada\n2\tgrace\n"
    assert (reader.manifest.catalog, reader.manifest.tables) == (3, {"tc_user": 2})


def test_only_its_owner_reads_it(archive: Path) -> None:
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600


def test_an_archive_never_finished_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.typecase"
    writer = ArchiveWriter(path)
    with writer.member("tables/tc_user") as write:
        write(b"1\tada\n")
    writer.close()
    with pytest.raises(Damaged):
        ArchiveReader(path)


def test_a_truncated_archive_is_refused(archive: Path) -> None:
    archive.write_bytes(archive.read_bytes()[:-40])
    with pytest.raises(Damaged):
        ArchiveReader(archive)


def test_no_flipped_bit_changes_what_is_read(archive: Path) -> None:
    """Wherever it happens: it is found, or it stands where nothing is read from."""
    sound = archive.read_bytes()
    found = 0
    for place in range(len(sound)):
        archive.write_bytes(sound[:place] + bytes([sound[place] ^ 4]) + sound[place + 1 :])
        try:
            reader = ArchiveReader(archive)
            content = b"".join(reader.read("tables/tc_user"))
        except Damaged:
            found += 1
        else:
            assert content == b"1\tada\n2\tgrace\n"
    assert found > len(sound) / 2


def test_a_member_replaced_with_a_valid_one_is_found(archive: Path) -> None:
    other = changed(archive, tables__tc_user=b"1\tada\n2\tmallory\n")
    with pytest.raises(Damaged, match="tables/tc_user"):
        ArchiveReader(other).verify()


def test_a_missing_member_is_found(archive: Path) -> None:
    with pytest.raises(Damaged, match="tables/tc_user"):
        ArchiveReader(changed(archive, tables__tc_user=None)).verify()


def test_a_member_that_swells_is_not_read_to_its_end(archive: Path) -> None:
    other = changed(archive, tables__tc_user=b"0" * 50_000_000)
    taken = 0
    with pytest.raises(Damaged):
        for chunk in ArchiveReader(other).read("tables/tc_user"):
            taken += len(chunk)
    assert taken == 0


def test_an_archive_of_a_newer_release_is_refused(archive: Path) -> None:
    with zipfile.ZipFile(archive) as source:
        manifest = json.loads(source.read(MANIFEST)) | {"format": 2}
    with pytest.raises(Conflict):
        ArchiveReader(changed(archive, manifest_json=json.dumps(manifest).encode()))


def test_a_name_in_the_manifest_cannot_leave_the_folder(archive: Path, tmp_path: Path) -> None:
    reader = ArchiveReader(archive)
    target = tmp_path / "out"
    reader.extract("tables/tc_user", target)
    assert target.read_bytes().startswith(b"1\tada")
    with pytest.raises(FileExistsError):
        reader.extract("tables/tc_user", target)
