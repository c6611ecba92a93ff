"""``typecase user``: people, by somebody with access to the server."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from typing import Any

from ..bootstrap import Platform
from ..errors import BadRequest
from ..runtime import password_links, user_access, users
from ..runtime.actors import SYSTEM
from ..runtime.storage.unit_of_work import Unit
from .arguments import Parser, add_place
from .console import DONE, Console
from .installation import existing
from .people import password_from


def configure(parser: Parser) -> None:
    parser.add_argument("do", choices=tuple(DOING), metavar="|".join(DOING), help="what to do")
    parser.add_argument("login", nargs="?", help="log-in name")
    parser.add_argument("--name", help="name people read")
    parser.add_argument("--email", help="e-mail address")
    parser.add_argument("--phone", help="telephone number for text messages")
    parser.add_argument("--role", help="name of the role")
    parser.add_argument("--manager", metavar="LOGIN", help="log-in name of the manager")
    parser.add_argument(
        "--permission", action="append", metavar="SET", help="permission set; may be repeated"
    )
    parser.add_argument(
        "--password-stdin", action="store_true", help="take the password from standard input"
    )
    add_place(parser)


def run(arguments: Namespace, console: Console) -> int:
    if arguments.do != "list" and not arguments.login:
        raise BadRequest("Say whom: typecase user {do} LOGIN.", do=arguments.do)
    with existing(arguments) as platform:
        DOING[arguments.do](platform, arguments, console)
    return DONE


def _list(platform: Platform, arguments: Namespace, console: Console) -> None:
    found: list[dict[str, Any]] = []
    after = None
    with platform.main.read(SYSTEM, via="command") as unit:
        while True:
            page = users.find(unit, arguments.login or "", limit=100, after=after)
            for each in page.users:
                told = {"login": each.login, "name": each.name, "role": each.role}
                found.append({**told, "active": each.is_active})
            after = page.next
            if after is None:
                break
    console.answer({"users": found})
    for row in found:
        off = "" if row["active"] else console.translated("(disabled)")
        console.show(f"{row['login']:24} {row['name']:24} {row['role'] or '-':24} {off}".rstrip())


def _add(platform: Platform, arguments: Namespace, console: Console) -> None:
    password, hashed = password_from(arguments)
    given = not arguments.password_stdin

    def work(unit: Unit) -> str:
        values = {"name": arguments.login.capitalize(), **_values(unit, arguments)}
        return users.create(unit, {"login": arguments.login, **values}, hashed, must_change=given)

    id_ = platform.main.run(SYSTEM, work, via="command")
    _tell_password(console, arguments.login, password if given else None, id=id_)


def _set(platform: Platform, arguments: Namespace, console: Console) -> None:
    def work(unit: Unit) -> None:
        user = users.by_login(unit, arguments.login)
        users.update(unit, user.id, _values(unit, arguments))

    platform.main.run(SYSTEM, work, via="command")
    console.answer({"user": arguments.login})
    console.say("{login} is changed.", login=arguments.login)


def _password(platform: Platform, arguments: Namespace, console: Console) -> None:
    password, hashed = password_from(arguments)
    given = not arguments.password_stdin

    def work(unit: Unit) -> None:
        user = users.by_login(unit, arguments.login)
        users.set_password(unit, user.id, hashed, must_change=given)

    platform.main.run(SYSTEM, work, via="command")
    _tell_password(console, arguments.login, password if given else None)


def _disable(platform: Platform, arguments: Namespace, console: Console) -> None:
    platform.main.run(
        SYSTEM,
        lambda unit: users.disable(unit, users.by_login(unit, arguments.login).id),
        via="command",
    )
    console.answer({"user": arguments.login, "active": False})
    console.say("{login} cannot sign in any more.", login=arguments.login)


def _enable(platform: Platform, arguments: Namespace, console: Console) -> None:
    platform.main.run(
        SYSTEM,
        lambda unit: users.enable(unit, users.by_login(unit, arguments.login).id),
        via="command",
    )
    console.answer({"user": arguments.login, "active": True})
    console.say("{login} can sign in again.", login=arguments.login)


def _invite(platform: Platform, arguments: Namespace, console: Console) -> None:
    """A link to choose a password: mailed when that is possible, else shown."""
    with platform.main.read(SYSTEM, via="command") as unit:
        user = users.by_login(unit, arguments.login)
    made = password_links.make(
        platform.main, platform.mailer, platform.settings.site, SYSTEM, user.id, "command"
    )
    link = None if made.sent_to else made.address
    console.answer({"user": arguments.login, "link": link, "sent_to": made.sent_to})
    if link is None:
        console.say("A link was sent to {address}.", address=made.sent_to)
    else:
        console.say("Hand this link over; it works once:")
        console.show(link)


def _reset_second_step(platform: Platform, arguments: Namespace, console: Console) -> None:
    platform.main.run(
        SYSTEM,
        lambda unit: user_access.reset_second_step(unit, users.by_login(unit, arguments.login).id),
        via="command",
    )
    console.answer({"user": arguments.login, "second_step": False})
    console.say("{login} signs in without a second step now.", login=arguments.login)


DOING: dict[str, Callable[[Platform, Namespace, Console], None]] = {
    "list": _list,
    "add": _add,
    "set": _set,
    "password": _password,
    "disable": _disable,
    "enable": _enable,
    "invite": _invite,
    "reset-second-step": _reset_second_step,
}


def _values(unit: Unit, arguments: Namespace) -> dict[str, Any]:
    """What was said of the person; what was not stays as it is."""
    said = {
        "name": arguments.name,
        "email": arguments.email,
        "phone": arguments.phone,
        "role": arguments.role,
        "permission_sets": arguments.permission,
        "manager": users.by_login(unit, arguments.manager).id if arguments.manager else None,
    }
    return {name: value for name, value in said.items() if value is not None}


def _tell_password(console: Console, login: str, password: str | None, **more: Any) -> None:
    console.answer({"user": login, "password": password, **more})
    if password is None:
        console.say("{login} is changed.", login=login)
    else:
        console.say(
            "Sign in as {login} with {password} and choose a password of your own.",
            login=login,
            password=password,
        )
