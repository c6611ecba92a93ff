"""Layouts and views: nothing stands twice, and a view has what its form needs."""

from __future__ import annotations

from collections import Counter

from ...errors import UnknownName
from ..definitions import Object
from ..expressions.scopes import RecordScope
from ..expressions.types import Kind
from ..layers import Layered, Path
from ..layouts import Page, View
from .checking import Checking


def check_layouts(checking: Checking) -> None:
    for document in checking.stack.of("layout"):
        labels: dict[tuple[str, str], str] = {}
        for page in checking.catalog.layouts[document.name].pages:
            _check_repeated(checking, document, page)
            _check_labels(checking, document, page, labels)


def _check_repeated(checking: Checking, document: Layered, page: Page) -> None:
    fields = Counter(p.field for t in page.tabs for s in t.sections for p in s.fields)
    panes = Counter(pane.related for tab in page.tabs for pane in tab.panes)
    at = ("pages", page.name)
    for name in (name for name, count in fields.items() if count > 1):
        checking.at(document, at, "The field {name} stands twice on the page.", name=name)
    for name in (name for name, count in panes.items() if count > 1):
        checking.at(document, at, "The relation {name} stands twice on the page.", name=name)


def _check_labels(
    checking: Checking, document: Layered, page: Page, labels: dict[tuple[str, str], str]
) -> None:
    """A tab or section of one name has one label on all pages: it is translated once."""
    for tab in page.tabs:
        path = ("pages", page.name, "tabs", tab.name)
        found: list[tuple[str, str, str, Path]] = [("tabs", tab.name, tab.label, path)]
        found += [("sections", s.name, s.label, (*path, "sections", s.name)) for s in tab.sections]
        for kind, name, label, at in found:
            first = labels.setdefault((kind, name), label)
            if first != label:
                message = "{name} is called {first} on another page; one name, one label."
                checking.at(document, at, message, name=name, first=first)


NEEDS = {"board": ("by",), "calendar": ("start",), "gantt": ("rows",), "map": ("location",)}


def check_views(checking: Checking) -> None:
    for document in checking.stack.of("views"):
        of = checking.catalog.objects[document.name]
        views = [v for v in checking.catalog.views[document.name] if _is_written(document, v)]
        defaults = [view.name for view in views if view.default]
        for extra in defaults[1:]:
            message = "{name}: {first} is the default already."
            at = ("views", extra, "default")
            checking.at(document, at, message, name=extra, first=defaults[0])
        for view in views:
            _check_view(checking, document, of, view)


def _is_written(document: Layered, view: View) -> bool:
    return any(each["name"] == view.name for each in document.content["views"])


def _check_view(checking: Checking, document: Layered, of: Object, view: View) -> None:
    at = ("views", view.name)
    written = {**view.settings, "by": view.by}
    for key in NEEDS.get(view.as_, ()):
        if not written.get(key):
            checking.at(document, at, "A {form} needs {key}.", form=view.as_, key=key)
    if view.as_ == "pivot" and not (view.settings.get("rows") or view.settings.get("across")):
        checking.at(document, at, "A {form} needs {key}.", form="pivot", key="rows")
    board = _kind(checking, of, view.by) if view.as_ == "board" and view.by else None
    if board not in (None, Kind.OPTION):
        message = "The columns of a board are the options of a picklist; {name} is none."
        checking.at(document, (*at, "by"), message, name=view.by)
    for name in view.totals:
        if _kind(checking, of, name) not in (None, Kind.NUMBER, Kind.DURATION):
            message = "{name} is no number and cannot be summed up."
            checking.at(document, (*at, "totals", name), message, name=name)


def _kind(checking: Checking, of: Object, path: str) -> Kind | None:
    """The kind of value at a path; None where it leads nowhere, which is told already."""
    try:
        return RecordScope(checking.catalog, of.name).type_of(tuple(path.split("."))).kind
    except UnknownName:
        return None
