"""How an object is laid out on pages: pages, views, menus. Knows no HTML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from .definitions import EMPTY, Condition


@dataclass(frozen=True, slots=True)
class Placement:
    """A field on a section; the layout may tighten what the field itself says."""

    field: str
    visible: Condition = True
    required: Condition = False
    read_only: Condition = False
    edit: bool = True
    """False: shown on the view, not offered on the form."""
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    name: str
    label: str
    fields: tuple[Placement, ...]
    columns: int = 2
    visible: Condition = True
    collapsed: bool = False
    id: str = ""


@dataclass(frozen=True, slots=True)
class Pane:
    """A related list on a record page: the children by relation ``related``."""

    related: str
    label: str | None = None
    columns: tuple[str, ...] = ()
    filter: str | None = None
    sort: str | None = None
    stage: tuple[str, ...] = ()
    actions: tuple[str, ...] = ("new",)
    limit: int = 5
    visible: Condition = True
    lines: bool = False
    """True: an editable table of line items inside the parent's form."""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Tab:
    name: str
    label: str
    sections: tuple[Section, ...] = ()
    panes: tuple[Pane, ...] = ()
    timeline: bool = False
    visible: Condition = True
    id: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    name: str
    highlights: tuple[str, ...] = ()
    tabs: tuple[Tab, ...] = ()
    actions: tuple[str, ...] = ()
    mode: Literal["both", "view", "edit"] = "both"


@dataclass(frozen=True, slots=True)
class Assignment:
    """The first assignment whose ``when`` holds picks the page."""

    page: str
    when: str = "true"


@dataclass(frozen=True, slots=True)
class Layout:
    object: str
    pages: tuple[Page, ...]
    assign: tuple[Assignment, ...] = ()


@dataclass(frozen=True, slots=True)
class View:
    """A saved list: table, board, … ``sort`` is ``"-close_date,name"``."""

    id: str
    name: str
    object: str
    label: str
    as_: Literal["table", "board", "calendar", "gantt", "map", "pivot"] = "table"
    columns: tuple[str, ...] = ()
    filter: str | None = None
    sort: str | None = None
    by: str | None = None
    totals: tuple[str, ...] = ()
    default: bool = False
    feature: str | None = None
    settings: Mapping[str, Any] = EMPTY


@dataclass(frozen=True, slots=True)
class MenuItem:
    """An entry of the menu: an object (with an optional view), a dashboard, a report, a built-in
    page, or a group of entries."""

    name: str
    label: str
    object: str | None = None
    view: str | None = None
    icon: str | None = None
    items: tuple[MenuItem, ...] = ()
    feature: str | None = None
    id: str = ""
    dashboard: str | None = None
    report: str | None = None
    page: str | None = None
    """``home inbox approvals calendar pools archive``"""


@dataclass(frozen=True, slots=True)
class App:
    """An entry of the app switcher: a named menu."""

    name: str
    label: str
    icon: str | None = None
    items: tuple[MenuItem, ...] = ()
    id: str = ""
