"""Archives are hostile until shown otherwise; nothing of them ever reaches the disk by name."""

from __future__ import annotations

import io
import json
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from typecase.errors import DefinitionsInvalid
from typecase.metadata import package_files
from typecase.metadata.packages import read_package

from .packages_of import SHOP, content_of

Fill = Callable[[zipfile.ZipFile], None]


def archive(path: Path, fill: Fill, *, good: bool = True) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        if good:
            for name, content in SHOP.items():
                made.writestr(name, content_of(content))
        fill(made)
    return path


def refused(path: Path) -> list[str]:
    with pytest.raises(DefinitionsInvalid) as caught:
        read_package(path)
    return [str(each) for each in caught.value.problems]


def test_a_zipped_folder_reads_like_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    for name, content in SHOP.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content_of(content))
    plain = archive(tmp_path / "a.zip", lambda made: None)

    def wrapped(made: zipfile.ZipFile) -> None:
        for name, content in SHOP.items():
            made.writestr(f"shop-1.0/{name}", content_of(content))

    inside = archive(tmp_path / "b.zip", wrapped, good=False)
    assert read_package(folder) == read_package(plain) == read_package(inside)


NAMES = [
    ("../evil.json", "The name leads out of the package."),
    ("objects/../../evil.json", "The name leads out of the package."),
    ("/etc/evil.json", "The name leads out of the package."),
    ("objects//evil.json", "The name leads out of the package."),
    ("./roles.json", "The name leads out of the package."),
    ("C:/evil.json", "This is not a name for a file of a package."),
    ("objects\\evil.json", "This is not a name for a file of a package."),
    ("evil\x00.json", "This is not a name for a file of a package."),
    ("evil\n.json", "This is not a name for a file of a package."),
    ("a" * 300 + ".json", "This is not a name for a file of a package."),
]


@pytest.mark.parametrize(("name", "message"), NAMES, ids=[str(i) for i in range(len(NAMES))])
def test_names_that_lead_elsewhere(tmp_path: Path, name: str, message: str) -> None:
    def fill(made: zipfile.ZipFile) -> None:
        info = zipfile.ZipInfo("x" * len(name))
        made.writestr(info, b"{}")
        info.filename = info.orig_filename = name

    (found,) = refused(archive(tmp_path / "a.zip", fill))
    assert found.endswith(message)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.zip"]


def test_links_are_refused(tmp_path: Path) -> None:
    def fill(made: zipfile.ZipFile) -> None:
        info = zipfile.ZipInfo("roles.json")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        made.writestr(info, "/etc/passwd")

    (found,) = refused(archive(tmp_path / "a.zip", fill))
    assert found.endswith("Links and devices are not part of a package.")


def test_links_in_a_folder_are_refused(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_bytes(content_of(SHOP["package.json"]))
    (tmp_path / "roles.json").symlink_to("/etc/hostname")
    (found,) = refused(tmp_path)
    assert found == "roles.json /: Links and devices are not part of a package."


def test_two_files_of_one_name(tmp_path: Path) -> None:
    def fill(made: zipfile.ZipFile) -> None:
        made.writestr("Package.json", b"{}")

    found = refused(archive(tmp_path / "a.zip", fill))
    assert len(found) == 2
    assert found[0].endswith("This name stands in the archive twice.")


def test_a_bomb_is_refused_by_its_ratio(tmp_path: Path) -> None:
    def fill(made: zipfile.ZipFile) -> None:
        made.writestr("data/a.json", b" " * 10_000_000)

    (found,) = refused(archive(tmp_path / "a.zip", fill))
    assert found.endswith("The file inflates to more than a hundred times its size.")


def test_too_many_files(tmp_path: Path) -> None:
    def fill(made: zipfile.ZipFile) -> None:
        for index in range(package_files.MOST_FILES + 1):
            made.writestr(f"data/{index}.json", b"{}")

    (found,) = refused(archive(tmp_path / "a.zip", fill))
    assert found.endswith("A package has at most 2000 files, 50 MB packed, 100 MB inflated.")


def test_an_archive_too_large(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with path.open("wb") as stream:
        stream.truncate(package_files.LARGEST_ARCHIVE + 1)
    (found,) = refused(path)
    assert "at most 2000 files" in found


def test_a_head_that_lies_about_the_size(tmp_path: Path) -> None:
    """The file inflates to more than its head says: counted while inflating, refused."""
    path = archive(tmp_path / "a.zip", lambda made: made.writestr("data/a.json", b"[" * 5_000))
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = data.rfind(mark)
        data[at + offset : at + offset + 4] = struct.pack("<L", 10)
    path.write_bytes(data)
    assert len(refused(path)) == 1


@pytest.mark.parametrize("cut", [0, 1, 10, 50, 200, -1, -20, -60])
def test_damaged_archives(tmp_path: Path, cut: int) -> None:
    whole = archive(tmp_path / "whole.zip", lambda made: None).read_bytes()
    path = tmp_path / "a.zip"
    path.write_bytes(whole[:cut])
    (found,) = refused(path)
    assert found.endswith("The archive cannot be read; it is damaged or not a zip file.")


def test_a_damaged_file_inside(tmp_path: Path) -> None:
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w", zipfile.ZIP_STORED) as made:
        made.writestr("package.json", json.dumps(SHOP["package.json"]))
    path = tmp_path / "a.zip"
    path.write_bytes(stored.getvalue().replace(b'"Shop"', b'"Shap"'))
    (found,) = refused(path)
    assert found.endswith("The archive cannot be read; it is damaged or not a zip file.")


def test_encrypted_and_strangely_packed(tmp_path: Path) -> None:
    for mark, message in ((0x1, "The archive is encrypted."), (0, "use plain zip.")):
        path = archive(tmp_path / "a.zip", lambda made: made.writestr("roles.json", b"{}"))
        data = bytearray(path.read_bytes())
        at = data.rfind(b"PK\x01\x02")
        if mark:
            data[at + 8] |= mark
        else:
            data[at + 10 : at + 12] = struct.pack("<H", 14)
        path.write_bytes(data)
        (found,) = refused(path)
        assert found.endswith(message)


def test_nothing_at_all(tmp_path: Path) -> None:
    (found,) = refused(tmp_path / "missing.zip")
    assert found.endswith("There is no folder and no archive of this name.")
