"""The folder of files: bytes under their SHA-256, written once, swept when nobody needs them.

Bytes are stored before the transaction that refers to them, so what is young is never swept.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

from ..errors import TooLarge
from .media_types import HEAD, sniff

LARGEST = 25 * 1024 * 1024
CHUNK = 256 * 1024
YOUNG_SECONDS = 24 * 3600
LONGEST_NAME = 180
INCOMING, GOING = "incoming", "going"


@dataclass(frozen=True, slots=True)
class Stored:
    """Bytes that lie in the folder, with what a file that holds them is called."""

    digest: str
    size: int
    name: str
    media_type: str


def store(folder: Path, stream: BinaryIO, name: str, largest: int = LARGEST) -> Stored:
    """Copies ``stream`` into the folder; at most ``largest`` bytes. Call it before a transaction.

    ``name`` is what the sender calls the file: only a label. Raises TooLarge.
    """
    incoming = folder / INCOMING
    incoming.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=incoming, delete=False) as file:
        path = Path(file.name)
        try:
            digest, size, head = _copy(stream, file, largest)
            file.flush()
            os.fsync(file.fileno())
            _place(folder, path, digest)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
    clean = clean_name(name)
    return Stored(digest, size, clean, sniff(clean, head))


def path_of(folder: Path, digest: str) -> Path:
    return folder / digest[:2] / digest[2:4] / digest


def clean_name(name: str) -> str:
    """A name without folders, control characters and signs that turn the text around."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    plain = "".join(c for c in last if c.isprintable() and unicodedata.category(c) != "Cf")
    plain = plain.strip(" .")
    if len(plain) > LONGEST_NAME:
        stem, dot, ending = plain.rpartition(".")
        kept = f"{dot}{ending}" if stem and len(ending) <= 10 else ""
        plain = plain[: LONGEST_NAME - len(kept)] + kept
    return plain or "file"


def old_digests(folder: Path, now: float | None = None) -> Iterator[list[str]]:
    """The digests in the folder that are old enough to be swept, some at a time."""
    limit = (now or time.time()) - YOUNG_SECONDS
    for part in sorted(folder.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]")):
        found = [p.name for p in part.iterdir() if p.stat().st_mtime < limit]
        if found:
            yield found


def sweep(folder: Path, digests: Sequence[str], now: float | None = None) -> int:
    """Removes bytes nobody refers to; returns how many.

    A file stored again meanwhile is young: it is moved out first, then looked at, and put back.
    """
    limit = (now or time.time()) - YOUNG_SECONDS
    (folder / GOING).mkdir(exist_ok=True)
    removed = 0
    for digest in digests:
        aside = folder / GOING / digest
        try:
            path_of(folder, digest).replace(aside)
        except FileNotFoundError:
            continue
        if aside.stat().st_mtime >= limit:
            _place(folder, aside, digest)
            continue
        aside.unlink()
        removed += 1
    return removed


def sweep_incoming(folder: Path, now: float | None = None) -> None:
    """Removes what broken uploads have left."""
    limit = (now or time.time()) - YOUNG_SECONDS
    for path in (folder / INCOMING).glob("*"):
        if path.stat().st_mtime < limit:
            path.unlink(missing_ok=True)


# Inside -------------------------------------------------------------------------------------


def _copy(stream: BinaryIO, to: IO[bytes], largest: int) -> tuple[str, int, bytes]:
    digest, size, head = hashlib.sha256(), 0, b""
    while chunk := stream.read(CHUNK):
        size += len(chunk)
        if size > largest:
            raise TooLarge("A file has at most {most} MB.", most=round(largest / 1024 / 1024, 1))
        if len(head) < HEAD:
            head += chunk[: HEAD - len(head)]
        digest.update(chunk)
        to.write(chunk)
    return digest.hexdigest(), size, head


def _place(folder: Path, path: Path, digest: str) -> None:
    """Moves the bytes to their place, also when the same bytes lie there: then they are young."""
    final = path_of(folder, digest)
    final.parent.mkdir(parents=True, exist_ok=True)
    path.chmod(0o640)
    path.replace(final)
    handle = os.open(final.parent, os.O_RDONLY) if os.name != "nt" else None
    if handle is not None:
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
