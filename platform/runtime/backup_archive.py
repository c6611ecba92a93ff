"""The file a backup is: a zip with a manifest, a checksum for every member, nothing executable.

``manifest.json`` is written last; an archive without it was never finished. Members are read back
by name from the manifest, so that no name inside an archive ever chooses where a file is written.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from ..errors import Conflict, Damaged, NotFound

FORMAT = 1
MANIFEST = "manifest.json"
CHUNK = 1 << 20

Progress = Callable[[str, int, int], None]
"""Called with a template of what is going on, how much is done, and how much there is."""


def silent(what: str, done: int, total: int) -> None:
    """The Progress of those who do not want to know."""


@dataclass(frozen=True, slots=True)
class Member:
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive holds. ``tables``: name → number of rows."""

    database: str
    """``sqlite`` or ``postgresql``."""
    made_at: str
    made_by: str
    migration: int
    catalog: int
    tables: Mapping[str, int]
    columns: Mapping[str, list[str]]
    missing_files: list[str]
    """Digests that records refer to and that were not in the files folder."""
    members: Mapping[str, Member] = field(default_factory=dict)
    format: int = FORMAT

    @property
    def files(self) -> list[str]:
        """Paths of attached files below the files folder."""
        return [name.removeprefix("files/") for name in self.members if name.startswith("files/")]


UNREADABLE = (zipfile.BadZipFile, zlib.error, KeyError, EOFError, OSError, ValueError, RuntimeError)
"""What reading a damaged zip may raise: checksums, sizes, encryption flags, unknown methods."""


class ArchiveWriter:
    """Writes members one after the other; ``finish`` makes it an archive."""

    def __init__(self, path: Path) -> None:
        path.touch(mode=0o600, exist_ok=False)
        self._zip = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=4)
        self.members: dict[str, Member] = {}

    @contextmanager
    def member(self, name: str) -> Iterator[Callable[[bytes], None]]:
        """Gives a function that appends bytes to the member ``name``."""
        digest, size = hashlib.sha256(), 0
        with self._zip.open(name, "w", force_zip64=True) as file:

            def write(chunk: bytes) -> None:
                nonlocal size
                file.write(chunk)
                digest.update(chunk)
                size += len(chunk)

            yield write
        self.members[name] = Member(size, digest.hexdigest())

    def add_file(self, name: str, path: Path) -> Member:
        with self.member(name) as write, path.open("rb") as source:
            for chunk in chunks(source):
                write(chunk)
        return self.members[name]

    def add_document(self, name: str, document: Any) -> None:
        with self.member(name) as write:
            write(json.dumps(document, ensure_ascii=False).encode())

    def finish(self, manifest: dict[str, Any]) -> None:
        members = {name: asdict(member) for name, member in self.members.items()}
        document = {"format": FORMAT, **manifest, "members": members}
        self._zip.writestr(MANIFEST, json.dumps(document, indent=1, ensure_ascii=False))
        self.close()

    def close(self) -> None:
        self._zip.close()


class ArchiveReader:
    """An archive whose manifest was read. Raises Damaged for what is not an archive of ours,
    Conflict for one of a newer release."""

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.is_file():
            raise NotFound("There is no file {path}.", path=str(path))
        try:
            self._zip = zipfile.ZipFile(path)
            document = json.loads(self._zip.read(MANIFEST))
        except UNREADABLE as error:
            raise Damaged("{path} is not a complete backup.", path=str(path)) from error
        self.manifest = manifest_from(document, path)

    def close(self) -> None:
        self._zip.close()

    def read(self, name: str) -> Iterator[bytes]:
        """The bytes of a member in chunks; Damaged at the end when the checksum is another."""
        expected = self.manifest.members.get(name)
        digest, size = hashlib.sha256(), 0
        try:
            with self._zip.open(name) as source:
                for chunk in chunks(source):
                    digest.update(chunk)
                    size += len(chunk)
                    if expected is None or size > expected.bytes:
                        raise self._damaged(name)
                    yield chunk
        except UNREADABLE as error:
            raise self._damaged(name) from error
        if expected is None or (size, digest.hexdigest()) != (expected.bytes, expected.sha256):
            raise self._damaged(name)

    def document(self, name: str) -> Any:
        return json.loads(b"".join(self.read(name)))

    def extract(self, name: str, to: Path) -> None:
        with to.open("xb") as target:
            for chunk in self.read(name):
                target.write(chunk)

    def verify(self, progress: Progress = silent) -> None:
        """Reads everything once. Raises Damaged at the first member that is not as written."""
        names = list(self.manifest.members)
        for number, name in enumerate(names, 1):
            for _ in self.read(name):
                pass
            progress("Verifying", number, len(names))

    def _damaged(self, name: str) -> Damaged:
        return Damaged("{path} is damaged at {member}.", path=str(self.path), member=name)


def manifest_from(document: Any, path: Path) -> Manifest:
    try:
        if document["format"] > FORMAT:
            raise Conflict("{path} was made by a newer release.", path=str(path))
        members = {name: Member(**member) for name, member in document["members"].items()}
        return Manifest(**{**document, "members": members})
    except (KeyError, TypeError) as error:
        raise Damaged("{path} is not a complete backup.", path=str(path)) from error


def chunks(source: BinaryIO | Any) -> Iterator[bytes]:
    while chunk := source.read(CHUNK):
        yield chunk
