"""``typecase install``: packages into a workspace, wholly or not at all."""

from __future__ import annotations

from argparse import Namespace

from ..runtime import installing
from .arguments import Parser, add_place
from .console import DONE, Console
from .deciding import add_conflicts, decisions_from
from .installation import existing, say_unconverted
from .packages import read


def configure(parser: Parser) -> None:
    parser.add_argument(
        "packages", nargs="+", metavar="PACKAGE", help="folder, .zip, or name of a package"
    )
    parser.add_argument("--demo-data", action="store_true", help="add the demo data they bring")
    add_conflicts(parser)
    add_place(parser)


def run(arguments: Namespace, console: Console) -> int:
    sources = read(arguments.packages)
    with existing(arguments) as platform:
        done = installing.install(
            platform.main,
            sources,
            arguments.demo_data,
            console.progress,
            decisions_from(arguments),
        )
    lost = installing.lost_words(done.unconverted)
    told = {
        "version": done.version,
        "operations": len(done.operations),
        "created": done.loaded.created,
        "replaced": done.loaded.replaced,
        "kept": done.loaded.kept,
    }
    names = [source.name for source in sources]
    console.answer({"packages": names, "changed": done.changed, **told, "unconverted": lost})
    say_unconverted(console, lost)
    if not done.changed:
        console.say("Nothing to do: version {version} has all of this.", version=done.version)
        return DONE
    console.say(
        "Version {version}: {operations} {operations:operation|operations},"
        " {created} {created:row|rows} added, {replaced} replaced, {kept} kept.",
        **told,
    )
    return DONE
