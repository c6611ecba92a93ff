"""What may be written about a person, and what is wrong with what was."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ..errors import FieldProblem, RecordInvalid, UnknownName
from ..metadata.catalog import nearest
from ..metadata.definitions import Field
from ..metadata.field_types import type_of
from ..metadata.field_types.base import NOWHERE, ValueProblem
from .storage import people, user_rows
from .storage.unit_of_work import Unit

OWN = frozenset(("language", "zone", "preferences", "phone"))
"""What everybody may change of themselves."""
PERSON = frozenset(("name", "email", "manager"))
RIGHTS = frozenset(("role", "permission_sets"))

PHONE = Field("typecase:user.phone", "phone", "phone", "Phone")
LOGIN = re.compile(r"\w[\w.@+-]{0,63}")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
LONGEST_NAME, LONGEST_EMAIL, LARGEST_PREFERENCES = 120, 254, 8_000


class _Wrong(ValueError):
    """One value that cannot be kept, as a template."""


def parse(
    unit: Unit, values: Mapping[str, Any], new: bool = False, user_id: str | None = None
) -> dict[str, Any]:
    """Clean values by name. A new person gets the workspace's language and zone.

    Raises UnknownName, and RecordInvalid with everything that is wrong.
    """
    known = OWN | PERSON | RIGHTS | ({"login"} if new else frozenset())
    for name in values:
        if name not in known:
            raise UnknownName(
                "There is no field {name} on {object}.{hint}",
                name=name,
                object="user",
                hint=nearest(str(name), known),
            )
    wanted = dict(values)
    if new:
        wanted = _defaults(unit) | {k: v for k, v in wanted.items() if v is not None}
    clean, problems = {}, []
    for name, value in wanted.items():
        try:
            clean[name] = PARSERS[name](unit, value)
            if name == "manager" and user_id is not None:
                _refuse_a_circle(unit, user_id, clean[name])
        except _Wrong as wrong:
            problems.append(FieldProblem(name, "invalid", str(wrong)))
    if problems:
        raise RecordInvalid(problems)
    return clean


def _defaults(unit: Unit) -> dict[str, Any]:
    return {
        "login": "",
        "name": "",
        "language": unit.settings.languages[0],
        "zone": unit.settings.zone,
    }


def _login(unit: Unit, value: Any) -> str:
    login = people.login_key(value) if isinstance(value, str) else ""
    if not LOGIN.fullmatch(login):
        raise _Wrong("A log-in name is made of letters, digits and . _ - + @, at most 64.")
    return login


def _name(unit: Unit, value: Any) -> str:
    name = " ".join(value.split()) if isinstance(value, str) else ""
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise _Wrong("A name has between 1 and 120 characters.")
    return name


def _email(unit: Unit, value: Any) -> str | None:
    if value in (None, ""):
        return None
    text = value.strip() if isinstance(value, str) else ""
    if len(text) > LONGEST_EMAIL or not EMAIL.fullmatch(text) or not text.isprintable():
        raise _Wrong("This is not an e-mail address.")
    return text


def _phone(unit: Unit, value: Any) -> str | None:
    try:
        return None if value is None else type_of(PHONE).parse(PHONE, value, NOWHERE)
    except ValueProblem as problem:
        raise _Wrong(problem.message) from problem


def _language(unit: Unit, value: Any) -> str:
    if value not in unit.settings.languages:
        raise _Wrong("This language is not offered here.")
    return str(value)


def _zone(unit: Unit, value: Any) -> str:
    try:
        return ZoneInfo(value if isinstance(value, str) else "").key
    except (ValueError, OSError, ZoneInfoNotFoundError) as error:
        raise _Wrong("There is no such time zone.") from error


def _preferences(unit: Unit, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        raise _Wrong("Preferences are a list of names and values.")
    if len(json.dumps(value)) > LARGEST_PREFERENCES:
        raise _Wrong("These preferences are too long to keep.")
    return value


def _role(unit: Unit, value: Any) -> str | None:
    if value in (None, ""):
        return None
    if value not in unit.catalog.roles:
        raise _Wrong("There is no such role.")
    return str(value)


def _sets(unit: Unit, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple | set | frozenset):
        raise _Wrong("Permission sets are a list of names.")
    if not all(isinstance(v, str) and v in unit.catalog.permission_sets for v in value):
        raise _Wrong("There is no such permission set.")
    return tuple(sorted(set(value)))


def _manager(unit: Unit, value: Any) -> str | None:
    if value in (None, ""):
        return None
    if not isinstance(value, str) or value not in user_rows.managers(unit):
        raise _Wrong("Choose an active person.")
    return value


def _refuse_a_circle(unit: Unit, user_id: str, manager: str | None) -> None:
    above = user_rows.managers(unit)
    seen: set[str] = set()
    while manager is not None and manager not in seen:
        if manager == user_id:
            raise _Wrong("Nobody can be above themselves. Choose another manager.")
        seen.add(manager)
        manager = above.get(manager)


PARSERS: Mapping[str, Callable[[Unit, Any], Any]] = {
    "login": _login,
    "name": _name,
    "email": _email,
    "phone": _phone,
    "language": _language,
    "zone": _zone,
    "preferences": _preferences,
    "role": _role,
    "permission_sets": _sets,
    "manager": _manager,
}
