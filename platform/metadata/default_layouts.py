"""A good layout for an object that brings none: everything, in an order people expect."""

from __future__ import annotations

from collections.abc import Iterable

from .definitions import Field, Object
from .layouts import Layout, Page, Pane, Placement, Section, Tab, View

WIDE = frozenset({"long_text", "rich_text", "json", "address", "multi_lookup"})
COMPUTED = frozenset({"formula", "rollup", "clock", "autonumber"})
NOT_IN_LISTS = WIDE | {"file", "image", "location", "multi_picklist", "multi_user"}
MOST_COLUMNS = 6
MOST_HIGHLIGHTS = 5


def default_layout(of: Object, children: Iterable[tuple[str, Object, str]]) -> Layout:
    """One page: what people fill in, what is computed, long texts; a tab of related lists.

    ``children`` are (relation, child object, the child's lookup), in the order they are shown.
    """
    lines: list[Pane] = []
    others: list[Pane] = []
    for relation, child, link in children:
        pane = _pane(of, relation, child, link)
        (lines if pane.lines else others).append(pane)
    details = Tab(
        "details", "Details", tuple(_sections(of)), tuple(lines), id=_id(of, "tabs/details")
    )
    related = Tab("related", "Related", (), tuple(others), id=_id(of, "tabs/related"))
    history = Tab("timeline", "Timeline", timeline=True, id=_id(of, "tabs/timeline"))
    tabs = [details, *([related] if others else []), *([history] if _has_timeline(of) else [])]
    return Layout(of.name, (Page("default", tuple(_highlights(of)), tuple(tabs), _actions(of)),))


def _id(of: Object, part: str) -> str:
    return f"{of.id}/{part}"


def _sections(of: Object) -> Iterable[Section]:
    groups = (
        ("main", of.label, [f for f in of.fields if f.type not in WIDE | COMPUTED]),
        ("figures", "Figures", [f for f in of.fields if f.type in COMPUTED]),
        ("texts", "More", [f for f in of.fields if f.type in WIDE]),
    )
    for name, label, fields in groups:
        if fields:
            placements = tuple(Placement(f.name, wide=f.type in WIDE) for f in fields)
            yield Section(name, label, placements, id=_id(of, f"sections/{name}"))


def _pane(of: Object, relation: str, child: Object, link: str) -> Pane:
    """Parts of a record (masters) are lines in its form; other children are a list."""
    parts = child.by_name[link].type == "master" and child.owner == "parent"
    columns = tuple(name for name in list_columns(child) if name != link)
    return Pane(relation, columns=columns, lines=parts, id=_id(of, f"panes/{relation}"))


def _has_timeline(of: Object) -> bool:
    return bool(of.tracks & {"activities", "comments", "history"})


def _highlights(of: Object) -> list[str]:
    stage = [of.path.field] if of.path else []
    others = [f.name for f in of.fields if f.name in list_columns(of) and f.name != of.title]
    return list(dict.fromkeys([*stage, *others]))[:MOST_HIGHLIGHTS]


def _actions(of: Object) -> tuple[str, ...]:
    owned = ("change_owner",) if of.owner == "user" else ()
    return ("edit", "clone", *owned, "delete")


def list_columns(of: Object) -> tuple[str, ...]:
    """The fields a list of these records shows when nobody has said: the title, the stage, what is
    required, then the first of the others."""
    wanted: list[Field] = [f for f in of.fields if f.type not in NOT_IN_LISTS and not f.sensitive]
    stage = of.path.field if of.path else None
    ranked = sorted(wanted, key=lambda f: (f.name != of.title, f.name != stage, not f.required))
    return tuple(f.name for f in ranked[:MOST_COLUMNS])


def default_view(of: Object) -> View:
    """The list of an object that brings no view."""
    by_number = next((f.name for f in of.fields if f.type == "autonumber"), None)
    return View(
        id=_id(of, "views/all"),
        name="all",
        object=of.name,
        label=of.plural,
        columns=list_columns(of),
        sort=f"-{by_number}" if by_number else of.title,
        default=True,
    )
