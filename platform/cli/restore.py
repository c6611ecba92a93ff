"""``typecase restore``: a backup into an empty place, wholly or not at all."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from ..runtime.backup_archive import ArchiveReader
from ..runtime.restore import restore
from .arguments import Parser, add_place, settings_from
from .console import DONE, Console
from .installation import opened


def configure(parser: Parser) -> None:
    parser.add_argument("archive", type=Path, help="what typecase backup wrote")
    parser.add_argument(
        "--verify-only", action="store_true", help="read the archive through and write nothing"
    )
    add_place(parser)


def run(arguments: Namespace, console: Console) -> int:
    if arguments.verify_only:
        return _verify(arguments.archive, console)
    with opened(settings_from(arguments)) as platform:
        report = restore(arguments.archive, platform.main, console.progress)
    told = {"made_at": report.manifest.made_at, "rows": report.rows, "files": report.files}
    console.answer({**told, "migrated": list(report.migrated)})
    console.say(
        "Restored as of {made_at}: {rows} {rows:row|rows} and {files} {files:file|files},"
        " all counted.",
        **told,
    )
    return DONE


def _verify(path: Path, console: Console) -> int:
    reader = ArchiveReader(path)
    reader.verify(console.progress)
    manifest = reader.manifest
    told = {"made_at": manifest.made_at, "rows": sum(manifest.tables.values())}
    console.answer({**told, "files": len(manifest.files), "database": manifest.database})
    console.say("The archive of {made_at} is whole.", **told)
    return DONE
