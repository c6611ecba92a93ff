"""``typecase purge``: deletes for good what removed definitions have left, after a backup."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from ..bootstrap import Platform
from ..errors import Conflict
from ..runtime import purging
from ..runtime.actors import SYSTEM
from ..runtime.backup import back_up
from ..runtime.storage.hidden import Hidden
from .arguments import Parser, add_place
from .console import DONE, Console
from .installation import existing

COUNTED = {
    True: "{name}: {count} {count:record|records}",
    False: "{name}: {count} {count:value|values}",
}
"""Whether it is an object → how its size is told."""


def configure(parser: Parser) -> None:
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="what to delete; without, what there is is listed"
    )
    parser.add_argument("--yes", action="store_true", help="do not ask: delete them for good")
    parser.add_argument(
        "--no-backup", action="store_true", help="somebody else has made a backup just now"
    )
    add_place(parser)


def run(arguments: Namespace, console: Console) -> int:
    """Raises Conflict unless somebody has agreed."""
    with existing(arguments) as platform:
        with platform.main.read(SYSTEM, via="command") as unit:
            found = purging.listed(unit)
        if not arguments.names:
            _list(console, found)
            return DONE
        chosen = purging.chosen(found, arguments.names)
        _show(console, chosen)
        if not (arguments.yes or console.agrees("Delete this for good?")):
            raise Conflict("Nothing was deleted. Say --yes to delete without being asked.")
        archive = None if arguments.no_backup else _backed_up(platform, console)
        gone = purging.purge(platform.main, arguments.names)
    path = str(archive) if archive else None
    console.answer({"deleted": _documents(gone), "backup": path})
    console.say("Deleted for good.")
    if path:
        console.say("The backup of before is {path}.", path=path)
    return DONE


def _list(console: Console, found: Sequence[Hidden]) -> None:
    console.answer({"hidden": _documents(found)})
    _show(console, found)
    if not found:
        console.say("Nothing is hidden.")


def _show(console: Console, found: Sequence[Hidden]) -> None:
    for each in found:
        console.say(COUNTED[each.column is None], name=each.name, count=each.count)


def _documents(found: Sequence[Hidden]) -> list[dict[str, object]]:
    return [
        {"name": e.name, "kind": "object" if e.column is None else "field", "count": e.count}
        for e in found
    ]


def _backed_up(platform: Platform, console: Console) -> Path:
    name = f"before-purge-{platform.clock.now():%Y%m%d-%H%M%S}.backup"
    archive = platform.settings.folder / name
    back_up(
        platform.main.database, platform.settings.files, archive, platform.clock, console.progress
    )
    return archive
