"""``typecase explain access USER OBJECT ID``: why somebody may, or may not."""

from __future__ import annotations

from argparse import Namespace
from uuid import UUID

from ..errors import NotFound
from ..runtime import users
from ..runtime.actors import SYSTEM
from ..runtime.explaining import Explanation, Reason, explain
from ..runtime.storage.unit_of_work import Unit
from .arguments import Parser, add_place
from .console import DONE, Console
from .installation import existing

DOINGS = {"read": "see it", "edit": "change it", "delete": "delete it",
          "hand_over": "hand it over and share it"}  # fmt: skip


def configure(parser: Parser) -> None:
    parser.add_argument("what", choices=("access",), metavar="access", help="what to explain")
    parser.add_argument("user", help="log-in name of the person")
    parser.add_argument("object", help="name of the object")
    parser.add_argument("id", help="id of the record")
    add_place(parser)


def run(arguments: Namespace, console: Console) -> int:
    with existing(arguments) as platform, platform.main.read(SYSTEM, via="command") as unit:
        told = explained(unit, arguments)
    console.answer(told.document(console.locale))
    console.say("{name} and {record}:", name=told.person_name, record=told.record)
    for each in told.answers:
        doing = console.translated(DOINGS[each.doing])
        console.say("may {doing}" if each.allowed else "may not {doing}", doing=doing)
        for reason in each.reasons:
            _show(console, reason, 1)
    if told.hidden_fields:
        console.say("Hidden fields: {fields}", fields=", ".join(told.hidden_fields))
    return DONE


def explained(unit: Unit, arguments: Namespace) -> Explanation:
    """Raises NotFound where there is no such person or record."""
    person = users.by_login(unit, arguments.user)
    try:
        id_ = str(UUID(arguments.id))
    except ValueError:
        raise NotFound() from None
    return explain(unit, arguments.object, id_, person.id)


def _show(console: Console, reason: Reason, depth: int) -> None:
    console.show("  " * depth + "– " + reason.text(console.locale))
    for each in reason.because:
        _show(console, each, depth + 1)
