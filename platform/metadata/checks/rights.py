"""Roles, permission sets, menus, numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import networkx as nx

from ..layers import Layered
from ..layout_parser import entry_name
from .checking import Checking

PLACE = re.compile(r"\{([^{}]*)\}")
SEQUENCE = re.compile(r"seq(:(1[0-2]|[1-9]))?", re.ASCII)
PERIODS = ("year", "yy", "month", "day")
NEEDED_FOR = {"never": (), "year": ("year", "yy"), "month": ("month",), "day": ("day",)}
"""What a pattern must show so that numbers stay unique although they begin again."""


def check_roles(checking: Checking) -> None:
    document = checking.stack.get("roles")
    roles = checking.catalog.roles
    if document is None:
        return
    graph: nx.DiGraph[str] = nx.DiGraph(
        (role.name, role.above) for role in roles.values() if role.above in roles
    )
    for circle in sorted(nx.simple_cycles(graph), key=min):
        start = circle.index(min(circle))
        names = [*circle[start:], *circle[:start]]
        message = "These roles stand above each other in a circle: {circle}."
        at = ("roles", names[0], "above")
        checking.at(document, at, message, circle=" → ".join([*names, names[0]]))


def check_permissions(checking: Checking) -> None:
    """A right to a field is only needed, and only asked for, where the field is sensitive."""
    document = checking.stack.get("permissions")
    if document is None:
        return
    for each in checking.catalog.permission_sets.values():
        for name in each.fields:
            object_name, _, field_name = name.partition(".")
            of = checking.catalog.objects.get(object_name)
            field = of.by_name.get(field_name) if of else None
            if of is None or field is None:
                continue
            if not field.sensitive and field.name not in of.access.sensitive:
                message = "{name} is not sensitive: whoever reads the object reads it anyway."
                at = ("permission_sets", each.name, "fields", name)
                checking.at(document, at, message, name=name)


def check_menus(checking: Checking) -> None:
    document = checking.stack.get("menus")
    if document is None:
        return
    for app in document.content["apps"]:
        at = ("apps", app["name"])
        names: set[str] = set()
        for path, item in _entries(app, at):
            name = entry_name(item)
            if name in names:
                message = "{name} stands twice in the menu; give one of them a name of its own."
                checking.at(document, path, message, name=name)
            names.add(name)
            _check_entry(checking, document, path, item)


def _entries(
    above: Mapping[str, Any], at: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], Any]]:
    for item in above.get("items", ()):
        path = (*at, "items", entry_name(item))
        yield path, item
        yield from _entries(item, path)


def _check_entry(
    checking: Checking, document: Layered, path: tuple[str, ...], item: Mapping[str, Any]
) -> None:
    opens = [k for k in ("object", "dashboard", "report", "page", "items") if k in item]
    if len(opens) != 1:
        message = (
            "An entry opens one thing: an object, dashboard, report or page, or it is a group."
        )
        checking.at(document, path, message)
    elif opens != ["object"] and "label" not in item and "items" in item:
        checking.at(document, path, "A group needs a label.")
    if "view" in item and "object" not in item:
        checking.at(document, path, "A view needs its object beside it.")


def check_numbering(checking: Checking) -> None:
    document = checking.stack.get("numbering")
    if document is None:
        return
    for each in checking.catalog.numbering.values():
        at = ("numbers", each.name, "pattern")
        places = PLACE.findall(each.pattern)
        sequences = [place for place in places if SEQUENCE.fullmatch(place)]
        if len(sequences) != 1:
            message = "A pattern holds the sequence exactly once: {seq:5}."
            checking.at(document, at, message)
        for place in places:
            if place not in (*PERIODS, *each.by) and place not in sequences:
                message = "{place} is unknown; use year, yy, month, day, seq:5 or a field of by."
                checking.at(document, at, message, place=f"{{{place}}}")
        needed = NEEDED_FOR[each.restart]
        if needed and not set(places) & set(needed):
            message = "It begins again every {period}, so the pattern must show it."
            checking.at(document, at, message, period=each.restart)
        for name in each.by:
            if name not in places:
                message = "Numbers count by {name}, so the pattern must show it."
                checking.at(document, at, message, name=name)
