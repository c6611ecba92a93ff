"""Which page of an object's layout a record gets, and the page it gets where nobody made one."""

from __future__ import annotations

from ..metadata.catalog import Catalog
from ..metadata.definitions import Object
from ..metadata.field_types import type_of
from ..metadata.field_types.base import Widget
from ..metadata.layouts import Page, Pane, Placement, Section, Tab
from .changes import Change
from .facts import Facts

WIDE = frozenset({Widget.TEXTAREA, Widget.RICH_TEXT, Widget.JSON})
MOST_HIGHLIGHTS = 4


def page_for(facts: Facts, change: Change, mode: str) -> Page:
    """The first page whose assignment holds and that serves ``mode`` (``view`` or ``edit``)."""
    obj, catalog = facts.of.object, facts.unit.catalog
    layout = catalog.layouts.get(obj.name)
    if layout is None:
        return made_page(catalog, obj)
    pages = {page.name: page for page in layout.pages if page.mode in ("both", mode)}
    for assignment in layout.assign:
        if assignment.page in pages and facts.holds(assignment.when, change):
            return pages[assignment.page]
    return next(iter(pages.values()), None) or made_page(catalog, obj)


def first_page(catalog: Catalog, obj: Object) -> Page:
    """The page of records that no assignment asks for."""
    layout = catalog.layouts.get(obj.name)
    pages = layout.pages if layout else ()
    return next(iter(pages), None) or made_page(catalog, obj)


def made_page(catalog: Catalog, obj: Object) -> Page:
    """A good page for an object without a layout: facts first, then what belongs to it."""
    fields = [f for f in obj.fields if not catalog.is_off(f)]
    placements = tuple(Placement(f.name, wide=type_of(f).widget in WIDE) for f in fields)
    details = Tab("details", "Details", (Section("details", "Details", placements),))
    panes = tuple(Pane(name) for name in catalog.reverses.get(obj.name, ()))
    related = (Tab("related", "Related", panes=panes),) if panes else ()
    activity = (Tab("activity", "Activity", timeline=True),) if obj.tracks else ()
    shown = [f.name for f in fields if f.name != obj.title and not _is_long(f.type)]
    return Page("made", tuple(shown[:MOST_HIGHLIGHTS]), (details, *related, *activity))


def _is_long(type_name: str) -> bool:
    return type_name in ("long_text", "rich_text", "json", "address", "file", "image")
