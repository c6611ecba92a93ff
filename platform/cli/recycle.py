"""``typecase recycle``: sends back to their pools what nobody followed up, or won, in time.

``serve`` and ``worker`` do the same by the clock, once an hour.
"""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict

from ..runtime import pool_recycling
from .arguments import Parser, add_place
from .console import DONE, Console
from .installation import existing


def configure(parser: Parser) -> None:
    add_place(parser)
    parser.add_argument("--object", metavar="NAME", help="only what is due of this object")


def run(arguments: Namespace, console: Console) -> int:
    with existing(arguments) as platform:
        workspace = platform.main
        if arguments.object:
            found = [pool_recycling.recycle(workspace, arguments.object)]
        else:
            found = list(pool_recycling.recycle_all(workspace))
    console.answer({"objects": [asdict(each) for each in found]})
    if not any(each.gone or each.warned or each.stuck for each in found):
        console.say("Nothing is due to go back.")
    for each in found:
        told = asdict(each)
        if each.gone or each.warned:
            console.say("{object}: {gone} back in the pool, {warned} warned of", **told)
        if each.stuck:
            console.say("{object}: {stuck} could not go", **told)
    return DONE
