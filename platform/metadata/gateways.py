"""Gateways for text messages, as ``plugins.json`` describes them: how they are asked and what their
answers mean. No program: places in a structure.

A place stands for a whole value or a whole piece of one, and is written down by whoever knows the
format. So nothing that is filled in can become structure, whatever characters it holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from .catalog import Catalog
from .definitions import EMPTY
from .layers import Path
from .spelling import nearest

ACCOUNT = "account."
OF_MESSAGE = ("number", "number.digits", "text", "sender", "id")
"""Places of every message; ``account.<setting>`` are what the administrator has entered.
``number`` begins with a plus, ``number.digits`` is without."""
ONE_LINE = ("number", "number.digits", "id")
"""What may stand in a path or a header beside what the administrator has entered."""
DEEPEST = 8

Report = Callable[[Path, str, Mapping[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Place:
    name: str


@dataclass(frozen=True, slots=True)
class Text:
    """Literals and places, one after the other. ``basic``: user and password as HTTP writes them
    in ``Authorization``."""

    pieces: tuple[str | Place, ...]
    basic: bool = False


Value = Any
"""Of a body: ``Text``, a number, truth or null, a tuple of values, a dict of values."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing the administrator enters."""

    id: str
    name: str
    label: str
    is_secret: bool


@dataclass(frozen=True, slots=True)
class Accepted:
    """The value at ``at`` of the answer: yes if it is one of ``yes``, not now if of ``later``."""

    at: tuple[str, ...]
    yes: tuple[str, ...]
    later: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gateway:
    """``address`` and ``path`` make the web address; ``reference`` is where the answer has the
    gateway's own number of the message, ``reason`` why it was not taken."""

    id: str
    name: str
    label: str
    help: str | None
    settings: tuple[Setting, ...]
    address: Text
    path: tuple[Text, ...]
    format: Literal["json", "form"]
    headers: Mapping[str, Text]
    fields: Mapping[str, Value]
    accepted: Accepted | None
    reference: tuple[str, ...]
    reason: tuple[str, ...]
    seconds: int


def gateways_of(catalog: Catalog) -> tuple[Gateway, ...]:
    """Those an account may be at, in the order of the packages."""
    found = (gateway_of(catalog, name) for name in catalog.documents.get("plugins", EMPTY))
    return tuple(each for each in found if each is not None)


def gateway_of(catalog: Catalog, name: str) -> Gateway | None:
    """None: no package describes it any more."""
    document = catalog.documents.get("plugins", EMPTY).get(name)
    if document is None or not _is_gateway(document):
        return None
    id_ = next((found for package in catalog.packages
                if (found := f"{package.name}:plugins/{name}") in catalog.texts), name)  # fmt: skip
    return catalog.kept(("gateway", name), lambda: read_gateway(document, id_))


def _is_gateway(document: Mapping[str, Any]) -> bool:
    return document.get("kind") == "message" and "message" in document


def read_gateway(
    document: Mapping[str, Any], id_: str = "", report: Report = lambda *_: None
) -> Gateway:
    """``report`` is told of everything that leads nowhere; a catalog's gateways were checked."""
    told = document["message"]
    names = [each["name"] for each in document.get("settings", ())]
    everywhere = (*OF_MESSAGE, *(ACCOUNT + name for name in names))
    entered = everywhere[len(OF_MESSAGE) :]
    reading = _Reading(everywhere, report)
    narrow = _Reading((*ONE_LINE, *entered), report)
    accepted = told.get("accepted")
    return Gateway(
        id=id_,
        name=document["name"],
        label=document["label"],
        help=document.get("help"),
        settings=tuple(
            Setting(f"{id_}/{each['name']}", each["name"], each["label"],
                    each.get("secret", False))
            for each in document.get("settings", ())
        ),
        address=_Reading(entered, report).text(told["address"], ("message", "address")),
        path=tuple(narrow.text(each, ("message", "path", index))
                   for index, each in enumerate(told.get("path", ()))),
        format=told.get("format", "json"),
        headers={name: narrow.text(each, ("message", "headers", name))
                 for name, each in told.get("headers", EMPTY).items()},
        fields={name: reading.value(each, ("message", "fields", name), 0)
                for name, each in told["fields"].items()},
        accepted=None if accepted is None else Accepted(
            _way(accepted["at"]), _words(accepted["is"]), _words(accepted.get("later", ()))),
        reference=_way(told.get("id")),
        reason=_way(told.get("reason")),
        seconds=document.get("timeout_seconds", 10),
    )  # fmt: skip


def places_in(value: Value) -> Iterator[str]:
    """Every place of a value or of several."""
    match value:
        case Text():
            yield from (each.name for each in value.pieces if isinstance(each, Place))
        case Mapping():
            yield from (name for each in value.values() for name in places_in(each))
        case tuple():
            yield from (name for each in value for name in places_in(each))


def as_word(value: Any) -> str:
    """A value of an answer as it is compared: 0 and "0" are the same, true is ``true``."""
    return str(value).lower() if isinstance(value, bool) else str(value)


class _Reading:
    """Parts of a description, where only ``known`` places may stand."""

    def __init__(self, known: Sequence[str], report: Report) -> None:
        self.known, self.report = known, report

    def value(self, told: Any, at: Path, depth: int) -> Value:
        if depth > DEEPEST:
            self.report(at, "It is nested too deep.", {})
        elif isinstance(told, str) or _is_part(told):
            return self.text(told, at)
        elif isinstance(told, Mapping):
            return {k: self.value(each, (*at, k), depth + 1) for k, each in told.items()}
        elif isinstance(told, Sequence):
            return tuple(self.value(e, (*at, i), depth + 1) for i, e in enumerate(told))
        return told

    def text(self, told: Any, at: Path) -> Text:
        if isinstance(told, str):
            return Text((told,))
        if not _is_part(told):
            message = "It is a text, or one of place, join and basic."
            self.report(at, message, {})
            return Text(())
        ((word, inner),) = told.items()
        if word == "place":
            return Text(tuple(self._pieces([told], at)))
        if word == "basic" and len(inner) != 2:
            self.report((*at, word), "Basic authentication is two parts: user and password.", {})
        return Text(tuple(self._pieces(inner, (*at, word))), word == "basic")

    def _pieces(self, told: Iterable[Any], at: Path) -> Iterator[str | Place]:
        for each in told:
            if isinstance(each, str):
                yield each
            elif isinstance(each, Mapping) and [*each] == ["place"]:
                yield self._place(str(each["place"]), at)
            else:
                self.report(at, "Parts put together are texts and places.", {})

    def _place(self, name: str, at: Path) -> Place:
        if name not in self.known:
            hint = nearest(name, self.known)
            self.report(at, "There is no place {name} here.{hint}", {"name": name, "hint": hint})
        return Place(name)


def _is_part(told: Any) -> bool:
    if not isinstance(told, Mapping) or len(told) != 1:
        return False
    ((word, inner),) = told.items()
    if word == "place":
        return isinstance(inner, str)
    return word in ("join", "basic") and not isinstance(inner, str) and isinstance(inner, Sequence)


def _way(told: str | None) -> tuple[str, ...]:
    return tuple(told.split(".")) if told else ()


def _words(values: Iterable[Any]) -> tuple[str, ...]:
    return tuple(as_word(each) for each in values)
