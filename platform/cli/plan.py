"""``typecase plan``: what installing packages would change, without changing anything."""

from __future__ import annotations

from argparse import Namespace

from ..runtime import installing
from .arguments import Parser, add_place
from .console import DONE, Console
from .installation import existing
from .packages import read


def configure(parser: Parser) -> None:
    parser.add_argument(
        "packages", nargs="+", metavar="PACKAGE", help="folder, .zip, or name of a package"
    )
    add_place(parser)


def run(arguments: Namespace, console: Console) -> int:
    with existing(arguments) as platform:
        proposal = installing.propose(platform.main, read(arguments.packages))
    steps = installing.words(proposal)
    console.answer({"base": proposal.base, "operations": steps})
    for step in steps:
        console.show(f"{step['phase']:9} {step['does']}")
    console.say("{count} operations on version {base}.", count=len(steps), base=proposal.base)
    return DONE
