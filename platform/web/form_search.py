"""Searching for what a lookup points to where no script runs: the form comes back with what was
typed and with the records found to choose from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..metadata.definitions import Object
from ..runtime.storage.unit_of_work import Unit
from . import lookups
from .form_input import Posted
from .labels import Labels

BUTTON = "search"
"""Names the input to search for; ``*`` is what Enter presses: whichever box holds a text."""

BOX = "find."


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    text: str


@dataclass(frozen=True, slots=True)
class Found:
    asked: str
    choices: tuple[Choice, ...]


def wanted(posted: Posted) -> tuple[str, ...]:
    """The names of the inputs to search for; empty when the form is to be saved."""
    button = posted.get(BUTTON)
    if not button:
        return ()
    if button != "*":
        return (button,)
    return tuple(n.removeprefix(BOX) for n, t in posted.items() if n.startswith(BOX) and t.strip())


def find(unit: Unit, obj: Object, posted: Posted, labels: Labels) -> dict[str, Found]:
    """Input name → what was found for the text in its box. Raises UnknownName."""
    return {name: _found(unit, obj, name, posted, labels) for name in wanted(posted)}


def _found(unit: Unit, obj: Object, name: str, posted: Posted, labels: Labels) -> Found:
    start, _, field_name = name.rpartition(".")
    owner = _owner(unit, obj, start)
    text = posted.get(f"{BOX}{name}", "").strip()
    asked = {"q": text, **_around(owner, field_name, start, posted)}
    found = lookups.find(unit, owner.name, field_name, asked, labels)
    return Found(text, tuple(Choice(each["value"], _line(each)) for each in found))


def _owner(unit: Unit, obj: Object, start: str) -> Object:
    """The object whose field it is: of the form itself, or of ``lines.<relation>.<n>``."""
    parts = start.split(".")
    reverse = unit.catalog.reverses[obj.name].get(parts[1]) if len(parts) == 3 else None
    return unit.catalog.object(reverse.object) if reverse else obj


def _around(owner: Object, field_name: str, start: str, posted: Posted) -> Mapping[str, str]:
    """What the lookup's filter asks of the record at hand, as the form holds it."""
    field = owner.by_name.get(field_name)
    names = lookups.names_needed(field) if field else ()
    at = f"{start}." if start else ""
    return {f"with.{name}": posted.get(f"{at}{name}", "") for name in names}


def _line(choice: Mapping[str, str]) -> str:
    second = choice.get("second")
    return f"{choice['text']} ({second})" if second else choice["text"]
