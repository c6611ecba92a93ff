"""``typecase init``: a new workspace with its packages and its first administrator."""

from __future__ import annotations

from argparse import Namespace

from ..bootstrap import initialise, is_initialised
from ..errors import Conflict
from ..metadata.composing import compose
from ..runtime import installing, users
from ..runtime.actors import SYSTEM
from .arguments import Parser, add_place, settings_from
from .console import DONE, Console
from .installation import opened
from .packages import read
from .people import administrators_grants, password_from


def configure(parser: Parser) -> None:
    add_place(parser)
    parser.add_argument(
        "--package",
        action="append",
        metavar="PACKAGE",
        help="folder, .zip, or name of a package; may be repeated (standard_crm)",
    )
    parser.add_argument("--demo-data", action="store_true", help="add the demo data they bring")
    parser.add_argument("--admin", default="admin", help="log-in name of the administrator (admin)")
    parser.add_argument(
        "--password-stdin", action="store_true", help="take the password from standard input"
    )


def run(arguments: Namespace, console: Console) -> int:
    """Raises Conflict when the database holds a workspace already."""
    sources = read(arguments.package or ["standard_crm"])
    grants = administrators_grants(compose(sources, 1))
    password, hashed = password_from(arguments)
    with opened(settings_from(arguments)) as platform:
        workspace = platform.main
        if is_initialised(workspace) or initialise(workspace)[0] > 0:  # of two at once one wins
            raise Conflict("This database holds a workspace already.")
        installing.install(workspace, sources, arguments.demo_data, console.progress)
        values = {"login": arguments.admin, "name": arguments.admin.capitalize(), **grants}
        must_change = not arguments.password_stdin
        workspace.run(
            SYSTEM, lambda unit: users.create(unit, values, hashed, must_change), via="command"
        )
    shown = None if arguments.password_stdin else password
    console.answer({"user": arguments.admin, "password": shown})
    console.say("The workspace is made. Start it with: typecase serve")
    if shown:
        console.say(
            "Sign in as {login} with {password} and choose a password of your own.",
            login=arguments.admin,
            password=shown,
        )
    return DONE
