"""The files of a package, from a folder or an archive, into memory: names and bytes.

An archive is hostile until shown otherwise: its names, types, sizes, count and ratio are looked at
before anything is inflated, inflating is counted, and nothing is ever written to disk.
"""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from ..errors import DefinitionsInvalid, Problem

MOST_FILES = 2_000
LARGEST_ARCHIVE = 50_000_000
"""Bytes of the archive itself."""
LARGEST_INFLATED = 100_000_000
"""Bytes of all files together."""
LARGEST_FILE = 20_000_000
LARGEST_RATIO = 100
"""Inflated to packed, of one file; text rarely passes 20."""
RATIO_MATTERS_FROM = 100_000
LONGEST_NAME = 200

FORBIDDEN_CHARACTERS = frozenset('\\:*?"<>|') | {chr(code) for code in range(32)}


def files_of(path: Path) -> Mapping[str, bytes]:
    """Name (``objects/account/object.json``) → bytes. Raises DefinitionsInvalid."""
    if path.is_dir():
        return _from_folder(path)
    if not path.is_file():
        message = "There is no folder and no archive of this name."
        raise DefinitionsInvalid([Problem(path.name, "", message)])
    return _from_archive(path)


def _from_folder(folder: Path) -> Mapping[str, bytes]:
    problems: list[Problem] = []
    found: dict[str, bytes] = {}
    total = 0
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if _is_hidden(name) or (path.is_dir() and not path.is_symlink()):
            continue
        if path.is_symlink() or not path.is_file():
            problems.append(Problem(name, "", "Links and devices are not part of a package."))
            continue
        total += path.stat().st_size
        if len(found) >= MOST_FILES or total > LARGEST_INFLATED:
            problems.append(_too_much(folder.name))
            break
        found[name] = path.read_bytes()
    if problems:
        raise DefinitionsInvalid(problems)
    return found


def _from_archive(path: Path) -> Mapping[str, bytes]:
    try:
        if path.stat().st_size > LARGEST_ARCHIVE:
            raise DefinitionsInvalid([_too_much(path.name)])
        with zipfile.ZipFile(path) as archive:
            entries = [each for each in archive.infolist() if not each.is_dir()]
            problems = list(_problems_of(archive.infolist(), path.name))
            if problems:
                raise DefinitionsInvalid(problems)
            found = _inflated(archive, entries, path.name)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError):
        message = "The archive cannot be read; it is damaged or not a zip file."
        raise DefinitionsInvalid([Problem(path.name, "", message)]) from None
    return _without_wrapping({n: d for n, d in found.items() if not _is_hidden(n)})


def _problems_of(entries: list[zipfile.ZipInfo], archive: str) -> Iterator[Problem]:
    if len(entries) > MOST_FILES or sum(each.file_size for each in entries) > LARGEST_INFLATED:
        yield _too_much(archive)
        return
    names = Counter(each.filename.rstrip("/").casefold() for each in entries)
    for each in entries:
        name = each.filename
        if (complaint := _complaint(each)) is not None:
            yield Problem(f"{archive}/{name[:LONGEST_NAME]}", "", complaint)
        elif names[name.rstrip("/").casefold()] > 1:
            yield Problem(f"{archive}/{name}", "", "This name stands in the archive twice.")


def _complaint(entry: zipfile.ZipInfo) -> str | None:
    """What is wrong with an entry, by its head alone."""
    parts = entry.filename.rstrip("/").split("/")
    # orig_filename: zipfile itself cuts at NUL and swaps separators before we see the name
    if set(entry.orig_filename) & FORBIDDEN_CHARACTERS or len(entry.filename) > LONGEST_NAME:
        return "This is not a name for a file of a package."
    if any(part in ("", ".", "..") for part in parts):
        return "The name leads out of the package."
    mode = entry.external_attr >> 16
    if mode and not (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_IFMT(mode) == 0):
        return "Links and devices are not part of a package."
    if entry.flag_bits & 0x1:
        return "The archive is encrypted."
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "The archive is packed in a way that is not understood; use plain zip."
    if entry.file_size > LARGEST_FILE:
        return "The file is too large."
    if entry.file_size > RATIO_MATTERS_FROM and entry.file_size > LARGEST_RATIO * max(
        entry.compress_size, 1
    ):
        return "The file inflates to more than a hundred times its size."
    return None


def _inflated(
    archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], name: str
) -> dict[str, bytes]:
    """Reads at most one byte more than each entry promised: a head may lie."""
    found: dict[str, bytes] = {}
    total = 0
    for entry in entries:
        with archive.open(entry) as stream:
            data = stream.read(entry.file_size + 1)
        total += len(data)
        if len(data) != entry.file_size or total > LARGEST_INFLATED:
            raise DefinitionsInvalid([_too_much(name)])
        found[entry.filename] = data
    return found


def _without_wrapping(files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """A zipped folder holds that folder: ``my_package/package.json``."""
    tops = {name.partition("/")[0] for name in files}
    if "package.json" in files or len(tops) != 1:
        return files
    top = f"{tops.pop()}/"
    return {name.removeprefix(top): data for name, data in files.items()}


def _is_hidden(name: str) -> bool:
    return any(part.startswith((".", "__")) for part in name.split("/"))


def _too_much(name: str) -> Problem:
    message = "A package has at most {files} files, {packed} MB packed, {inflated} MB inflated."
    data = {
        "files": MOST_FILES,
        "packed": LARGEST_ARCHIVE // 1_000_000,
        "inflated": LARGEST_INFLATED // 1_000_000,
    }
    return Problem(name, "", message, data)
