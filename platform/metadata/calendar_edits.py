"""A calendar as an administrator wants it, as documents: the calendars, and what its days are
called in a second language. Pure; whether it makes sense the checks of the whole catalog say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .customer import LAYER
from .layers import Stack
from .parser import first_name
from .rights_edits import Document, with_item
from .sources import PackageSource
from .translations import Texts

LISTS = ("holidays", "work_days")

Named = Mapping[str, str]
"""Day (empty: the calendar itself) → what it is called in the second language; empty: the same."""


def with_calendar(document: Mapping[str, Any], calendar: Mapping[str, Any]) -> Document:
    """The calendars with this one. Where it is the default no other one is."""
    changed = with_item(document, "calendars", calendar)
    if calendar.get("default"):
        for each in changed["calendars"]:
            if each["name"] != calendar["name"]:
                changed = with_item(changed, "calendars", {"name": each["name"], "default": None})
    return changed


def with_names(
    said: Named,
    packages: Sequence[PackageSource],
    below: Stack,
    calendar: Mapping[str, Any],
    named: Named,
    locale: str,
) -> dict[str, str]:
    """The layer's translations with what the calendar and its days are ``named`` in ``locale``.

    ``said``: what the layer translates now; ``below``: what stands without it. As everywhere, it
    says only what differs from the packages.
    """
    own_key = key_of(calendar)
    kept = {key: text for key, text in said.items() if not _is_of(key, own_key)}
    texts = Texts(packages, below)
    known = texts.translations().get(locale, {})
    for path, day, label in _labelled(calendar):
        key = f"{own_key}/{day}" if day else own_key
        owner = _owner(below, path)
        id_ = f"{owner}:{key}"
        usual = known.get(id_, label) if texts.own.get(id_) == label else label
        wanted = named.get(day) or label
        if wanted != usual:
            kept[key if owner == LAYER else id_] = wanted
    return kept


def key_of(calendar: Mapping[str, Any]) -> str:
    """What translations call it; its days come after a slash."""
    return f"calendars/{first_name(calendar['name'], calendar)}"


def _is_of(key: str, calendar: str) -> bool:
    own = key.partition(":")[2] or key
    return own == calendar or own.startswith(f"{calendar}/")


def _labelled(calendar: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Where each text stands, of which day it is, and what it says."""
    yield ("calendars", calendar["name"]), "", calendar["label"]
    for key in LISTS:
        for each in calendar.get(key, ()):
            if each.get("label"):
                path = ("calendars", calendar["name"], key, each["date"])
                yield path, each["date"], each["label"]


def _owner(below: Stack, path: tuple[str, ...]) -> str:
    """The package that brought the calendar or the day; else the customer did."""
    document = below.get("calendars")
    if document is None:
        return LAYER
    _, name, *rest = path
    known = (each for each in document.content["calendars"] if each["name"] == name)
    found: Mapping[str, Any] | None = next(known, None)
    if found is not None and rest:
        key, day = rest
        found = next((each for each in found.get(key, ()) if each["date"] == day), None)
    return LAYER if found is None else document.package_of(*path)
