"""What the search box, the search page and the command palette find."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from ..runtime import search
from ..runtime.storage.unit_of_work import Unit
from .labels import Labels
from .shell import Link, build_shell

MOST_SUGGESTED = 8
MOST_ON_PAGE = 50
MOST_PLACES = 12


@dataclass(frozen=True, slots=True)
class Found:
    title: str
    url: str
    icon: str
    second: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    label: str
    items: tuple[Found, ...]


def records(unit: Unit, text: str, labels: Labels, most: int) -> tuple[Group, ...]:
    """Records by object, the objects in the order of their latest hit."""
    if not text.strip():
        return ()
    groups: dict[str, list[Found]] = {}
    for hit in search.search(unit, text[:200], most).results:
        obj = unit.catalog.object(hit.object)
        second = f"{labels.name(obj, hit.field)}: {hit.snippet}" if hit.snippet else ""
        url = url_for("records.show", name=obj.name, id_=hit.id)
        found = Found(hit.title or labels.text("Untitled"), url, obj.icon, second)
        groups.setdefault(labels.plural(obj), []).append(found)
    return tuple(Group(label, tuple(items)) for label, items in groups.items())


def suggestions(unit: Unit, text: str, labels: Labels) -> tuple[Group, ...]:
    found = records(unit, text, labels, MOST_SUGGESTED)
    if not text.strip():
        return ()
    everything = Found(
        labels.text("Search everything for “{text}”", text=text),
        url_for("search.show", q=text),
        "search",
    )
    return (*found, Group("", (everything,)))


def commands(unit: Unit, text: str, labels: Labels) -> tuple[Group, ...]:
    """Places to go, things to create, then records: only what this actor may do."""
    shell = build_shell(unit.catalog, unit.actor, labels)
    links = [link for _, entries in shell.menu for link in entries]
    more = (
        Link(labels.text("Home"), url_for("home.show"), "home-2"),
        *links,
        *shell.administration,
        Link(labels.text("Recycle bin"), url_for("bin.show"), "trash"),
        Link(labels.text("My account"), url_for("account.show"), "user-circle"),
    )
    create = labels.text("New {object}", object="{object}")
    new = [Link(create.replace("{object}", c.label), c.url, c.icon) for c in shell.creatable]
    groups = (
        Group(labels.text("Go to"), _matching(more, text)),
        Group(labels.text("Create"), _matching(new, text)),
        *records(unit, text, labels, MOST_SUGGESTED),
    )
    return tuple(group for group in groups if group.items)


def _matching(links: Sequence[Link], text: str) -> tuple[Found, ...]:
    wanted = text.strip().casefold()
    found = [link for link in links if wanted in link.label.casefold()]
    unique = {link.url: Found(link.label, link.url, link.icon) for link in found}
    return tuple(unique.values())[:MOST_PLACES]
