"""``typecase plan``: what installing packages would change, without changing anything."""

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
    add_conflicts(parser)
    add_place(parser)


def run(arguments: Namespace, console: Console) -> int:
    with existing(arguments) as platform:
        sources = read(arguments.packages)
        proposal = installing.propose(platform.main, sources, decisions_from(arguments))
        unconverted = installing.preview(platform.main, proposal)
    steps = installing.words(proposal)
    lost = installing.lost_words(unconverted)
    conflicts = [installing.conflict_words(each) for each in proposal.conflicts]
    told = {"base": proposal.base, "changed": not proposal.unchanged, "conflicts": conflicts}
    console.answer({**told, "operations": steps, "unconverted": lost})
    for conflict in conflicts:
        console.say("You have changed this yourselves: {conflict}", conflict=conflict)
    for step in steps:
        console.show(f"{step['phase']:9} {step['does']}")
    say_unconverted(console, lost)
    if proposal.unchanged:
        console.say("Nothing to change: version {base} has all of this.", base=proposal.base)
    else:
        counted = {"count": len(steps), "base": proposal.base}
        console.say("{count} {count:operation|operations} on version {base}.", **counted)
    return DONE
