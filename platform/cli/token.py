"""``typecase token``: API tokens for scripts and other programs."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable

from ..errors import BadRequest
from ..runtime import scopes, tokens, users
from ..runtime.actors import SYSTEM
from ..runtime.storage.unit_of_work import Unit
from ..runtime.tokens import Issued, Token
from ..runtime.workspaces import Workspace
from .arguments import Parser, add_place
from .console import DONE, Console
from .installation import existing

DAYS = 90


def configure(parser: Parser) -> None:
    parser.add_argument("do", choices=tuple(DOING), metavar="|".join(DOING), help="what to do")
    parser.add_argument("login", help="log-in name")
    parser.add_argument("--id", help="which token to revoke")
    parser.add_argument("--name", default="command line", help="what the token is for")
    parser.add_argument(
        "--scope",
        action="append",
        metavar="SCOPE",
        help="read, write, admin, or the name of an object; may be repeated (everything)",
    )
    parser.add_argument("--days", type=int, default=DAYS, help="days until it expires (90)")
    add_place(parser)


def run(arguments: Namespace, console: Console) -> int:
    with existing(arguments) as platform:
        DOING[arguments.do](platform.main, arguments, console)
    return DONE


def _create(workspace: Workspace, arguments: Namespace, console: Console) -> None:
    wanted = tuple(arguments.scope or scopes.EVERYTHING)

    def work(unit: Unit) -> Issued:
        user = users.by_login(unit, arguments.login)
        return tokens.create(unit, arguments.name, wanted, arguments.days, user.id)

    issued = workspace.run(SYSTEM, work, via="command")
    console.answer({"token": issued.secret, "id": issued.id})
    console.show(issued.secret)


def _list(workspace: Workspace, arguments: Namespace, console: Console) -> None:
    with workspace.read(SYSTEM, via="command") as unit:
        found = tokens.of_user(unit, users.by_login(unit, arguments.login).id)
    console.answer({"tokens": [_document(each) for each in found]})
    for each in found:
        until = each.expires_at.date().isoformat() if each.expires_at else "-"
        console.show(f"{each.id}  tc_{each.hint}_…  {until:10}  {each.name}")


def _revoke(workspace: Workspace, arguments: Namespace, console: Console) -> None:
    if not arguments.id:
        raise BadRequest("Say which: typecase token revoke LOGIN --id ID.")
    workspace.run(SYSTEM, lambda unit: tokens.revoke(unit, arguments.id), via="command")
    console.answer({"revoked": arguments.id})
    console.say("The token is withdrawn.")


DOING: dict[str, Callable[[Workspace, Namespace, Console], None]] = {
    "create": _create,
    "list": _list,
    "revoke": _revoke,
}


def _document(token: Token) -> dict[str, object]:
    return {
        "id": token.id,
        "name": token.name,
        "hint": token.hint,
        "scopes": list(token.scopes),
        "expires_at": token.expires_at,
        "used_at": token.used_at,
    }
