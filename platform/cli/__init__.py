"""The command line. Each command is one module with ``configure(parser)`` and ``run(…)``.

Only the module of the command that was asked for is loaded: ``typecase --help`` opens no database
library, and the process that watches over the web workers stays small.

Exit codes: 0 done; 1 problems were found (in definitions, data, records); 2 used wrongly; 3 refused
by the state of things or by rights; 4 the database or the port is not available; 70 our own fault.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

from .arguments import Parser, add_common
from .console import Console, language_of
from .loading import load


@dataclass(frozen=True, slots=True)
class Command:
    name: str
    summary: str

    @property
    def module(self) -> str:
        return f"typecase.cli.{self.name.replace('-', '_')}"


COMMANDS = (
    Command("demo", "make a CRM with a demo company and serve it on this machine"),
    Command("init", "make a new database: packages, settings, the first administrator"),
    Command("serve", "answer browsers and API clients"),
    Command("worker", "do the jobs that wait: timers, messages, what is tidied up"),
    Command("validate", "check a package folder and list every problem"),
    Command("plan", "show what installing a package would change"),
    Command("install", "install a package, or bring it to a newer version"),
    Command("purge", "list what removed definitions have left, and delete it for good"),
    Command("migrate", "bring the database to this release, after a backup"),
    Command("user", "list, add and change users, set passwords"),
    Command("token", "make and withdraw API tokens"),
    Command("explain", "say why somebody may see and change a record, or may not"),
    Command("recycle", "send back to their pools what nobody followed up in time"),
    Command("check", "compare definitions, tables, rollups and files"),
    Command("backup", "write database and files into one verified archive"),
    Command("restore", "bring a backup into an empty place"),
    Command("new-package", "make the folder of a new package"),
)


def main(words: Sequence[str] | None = None) -> int:
    """Runs one command; returns its exit code."""
    given = list(sys.argv[1:] if words is None else words)
    locale = language_of()
    command = next((c for c in COMMANDS if given and c.name == given[0]), None)
    if command is None:
        return _overview(given, locale)
    module = load(command.module)
    parser = Parser(locale, prog=f"typecase {command.name}", description=command.summary)
    module.configure(parser)
    add_common(parser)
    arguments = parser.parse_args(given[1:])
    console = Console(arguments.json, locale)
    with console.reporting() as outcome:
        outcome.code = module.run(arguments, console)
    return outcome.code


def _overview(given: list[str], locale: str) -> int:
    """``typecase``, ``typecase --help``, ``typecase --version`` and misspelt commands."""
    parser = Parser(
        locale,
        prog="typecase",
        description="A platform on which a CRM is composed, not programmed.",
    )
    parser.add_version()
    commands = parser.add_subparsers(metavar="COMMAND", title="commands")
    for command in COMMANDS:
        commands.add_parser(command.name, help=parser.translated(command.summary), add_help=False)
    parser.epilog = __doc__.rpartition("\n\n")[2] if __doc__ else None
    if not given:
        parser.print_help()
        return 2
    parser.parse_args(given)
    return 0
