"""``typecase backup``: database and attached files, as of one moment, in one verified archive."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from ..clock import SystemClock
from ..runtime.backup import back_up
from .arguments import Parser, add_place
from .console import DONE, PROBLEMS, Console
from .installation import existing


def configure(parser: Parser) -> None:
    parser.add_argument("to", nargs="?", type=Path, help="the archive (typecase-<time>.backup)")
    add_place(parser)


def run(arguments: Namespace, console: Console) -> int:
    clock = SystemClock()
    to = arguments.to or Path(f"typecase-{clock.now():%Y%m%d-%H%M%S}.backup")
    with existing(arguments) as platform:
        database, files = platform.main.database, platform.settings.files
        report = back_up(database, files, to, clock, console.progress)
    told = {"path": str(report.path), "bytes": report.bytes, "rows": report.rows}
    console.answer({**told, "files": report.files, "missing_files": list(report.missing_files)})
    console.say(
        "{path}: {rows} {rows:row|rows} and {files} {files:file|files} in {bytes} bytes,"
        " read back and found whole.",
        **told,
        files=report.files,
    )
    for digest in report.missing_files:
        console.say("Not in the files folder: {digest}", digest=digest)
    return PROBLEMS if report.missing_files else DONE
