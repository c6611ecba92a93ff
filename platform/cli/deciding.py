"""Whose word counts where an upgrade changes what the customer changed, too."""

from __future__ import annotations

from argparse import Namespace

from ..runtime.installing import Decided, Decisions
from .arguments import Parser


def add_conflicts(parser: Parser) -> None:
    for word, help_ in (
        ("mine", "there, keep yours (a place as it is listed; may be repeated)"),
        ("theirs", "there, take the package's (a place as it is listed; may be repeated)"),
    ):
        parser.add_argument(f"--{word}", action="append", default=[], metavar="PLACE", help=help_)
    parser.add_argument(
        "--conflicts",
        choices=("mine", "theirs"),
        help="everywhere else the upgrade changes what you changed: keep yours, or the package's",
    )


def decisions_from(arguments: Namespace) -> Decisions:
    mine: dict[str, Decided] = dict.fromkeys(arguments.mine, "mine")
    return Decisions(arguments.conflicts, {**mine, **dict.fromkeys(arguments.theirs, "theirs")})
