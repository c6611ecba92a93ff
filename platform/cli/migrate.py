"""``typecase migrate``: brings a database to this release, after a backup."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from ..bootstrap import initialise, is_initialised, migrations_pending
from ..clock import SystemClock
from ..errors import Conflict
from ..runtime.backup import back_up
from .arguments import Parser, add_place, settings_from
from .console import DONE, Console
from .installation import opened


def configure(parser: Parser) -> None:
    add_place(parser)
    parser.add_argument(
        "--no-backup", action="store_true", help="somebody else has made a backup just now"
    )


def run(arguments: Namespace, console: Console) -> int:
    """Raises Conflict when there is no workspace, or one of a newer release."""
    with opened(settings_from(arguments)) as platform:
        workspace, clock = platform.main, SystemClock()
        if not is_initialised(workspace):
            raise Conflict("There is no workspace here yet. Make one with: typecase init")
        archive: Path | None = None
        if migrations_pending(workspace) and not arguments.no_backup:
            name = f"before-migration-{clock.now():%Y%m%d-%H%M%S}.backup"
            archive = platform.settings.folder / name
            back_up(workspace.database, platform.settings.files, archive, clock, console.progress)
        before, after = initialise(workspace)
    path = str(archive) if archive else None
    console.answer({"before": before, "after": after, "backup": path})
    if before == after:
        console.say("The database is up to date.")
    else:
        console.say("Migrated from {before} to {after}.", before=before, after=after)
    if path:
        console.say("The backup of before is {path}.", path=path)
    return DONE
