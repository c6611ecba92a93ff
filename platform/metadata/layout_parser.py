"""Folded documents → layouts, views and menus."""

from __future__ import annotations

from typing import Any

from .definitions import Object
from .layers import Layered
from .layouts import App, Assignment, Layout, MenuItem, Page, Pane, Placement, Section, Tab, View
from .parser import Document, first_name, frozen, identifier

VIEW_KEYS = frozenset(
    {
        *("name", "label", "was", "feature", "as", "columns", "filter"),
        *("sort", "by", "totals", "default"),
    }
)
"""Keys that are attributes of View; the others are settings of its form."""


def parse_layout(source: Layered, of: Object) -> Layout:
    content = source.content
    return Layout(
        of.name,
        tuple(_page(_Ids(source, of), each) for each in content["pages"]),
        tuple(
            Assignment(each["page"], condition_text(each.get("when", True)))
            for each in content.get("assign", ())
        ),
    )


def condition_text(value: bool | str) -> str:
    """A condition as the text of an expression."""
    return value if isinstance(value, str) else str(value).lower()


class _Ids:
    """Ids of the parts of a layout: of the package that added them, without the page's name."""

    def __init__(self, source: Layered, of: Object) -> None:
        self.source, self.object = source, of.id.partition(":")[2]

    def of(self, *path: str) -> str:
        return identifier(self.source.package_of(*path), self.object, *path[-2:])


def _page(ids: _Ids, document: Document) -> Page:
    at = ("pages", document["name"])
    return Page(
        document["name"],
        tuple(document.get("highlights", ())),
        tuple(_tab(ids, at, each) for each in document["tabs"]),
        tuple(document.get("actions", ())),
        document.get("mode", "both"),
    )


def _tab(ids: _Ids, above: tuple[str, ...], document: Document) -> Tab:
    at = (*above, "tabs", document["name"])
    return Tab(
        document["name"],
        document["label"],
        tuple(_section(ids, at, each) for each in document.get("sections", ())),
        tuple(_pane(ids, at, each) for each in document.get("panes", ())),
        document.get("timeline", False),
        document.get("visible", True),
        ids.of(*at),
    )


def _section(ids: _Ids, above: tuple[str, ...], document: Document) -> Section:
    return Section(
        document["name"],
        document.get("label", ""),
        tuple(_placement(each) for each in document["fields"]),
        document.get("columns", 2),
        document.get("visible", True),
        document.get("collapsed", False),
        ids.of(*above, "sections", document["name"]),
    )


def _placement(value: Any) -> Placement:
    return Placement(value) if isinstance(value, str) else Placement(**value)


def _pane(ids: _Ids, above: tuple[str, ...], document: Document) -> Pane:
    return Pane(
        related=document["related"],
        label=document.get("label"),
        columns=tuple(document.get("columns", ())),
        filter=document.get("filter"),
        sort=document.get("sort"),
        stage=tuple(document.get("stage", ())),
        actions=tuple(document.get("actions", ("new",))),
        limit=document.get("limit", 5),
        visible=document.get("visible", True),
        lines=document.get("lines", False),
        id=ids.of(*above, "panes", document["related"]),
    )


def parse_views(source: Layered, of: Object) -> tuple[View, ...]:
    """The views of an object, the default first."""
    views = [_view(source, of, each) for each in source.content["views"]]
    return tuple(sorted(views, key=lambda each: not each.default))


def _view(source: Layered, of: Object, document: Document) -> View:
    package = source.package_of("views", document["name"])
    first = first_name(document["name"], document)
    return View(
        id=identifier(package, of.id.partition(":")[2], "views", first),
        name=document["name"],
        object=of.name,
        label=document["label"],
        as_=document.get("as", "table"),
        columns=tuple(document.get("columns", ())),
        filter=document.get("filter"),
        sort=document.get("sort"),
        by=document.get("by"),
        totals=tuple(document.get("totals", ())),
        default=document.get("default", False),
        feature=document.get("feature"),
        settings=frozen({k: v for k, v in document.items() if k not in VIEW_KEYS}),
    )


def entry_name(document: Document) -> str:
    """A menu entry's name: its own, else what it opens."""
    keys = ("name", "view", "object", "dashboard", "report", "page")
    return next((str(document[key]) for key in keys if key in document), "")


def with_entry_names(value: Any) -> Any:
    """A menu document whose entries all say their names, so that layers can speak of them."""
    if isinstance(value, list):
        return [with_entry_names(each) for each in value]
    if not isinstance(value, dict):
        return value
    inner = {key: with_entry_names(each) for key, each in value.items()}
    name = entry_name(value)
    return {"name": name, **inner} if name and "apps" not in value else inner


def parse_apps(source: Layered) -> tuple[App, ...]:
    return tuple(_app(source, each) for each in source.content["apps"])


def _app(source: Layered, document: Document) -> App:
    at = ("apps", document["name"])
    first = first_name(document["name"], document)
    return App(
        document["name"],
        document["label"],
        document.get("icon"),
        tuple(_item(source, first, at, each) for each in document.get("items", ())),
        identifier(source.package_of(*at), "apps", first),
    )


def _item(source: Layered, app: str, above: tuple[str, ...], document: Document) -> MenuItem:
    name = entry_name(document)
    at = (*above, "items", name)
    return MenuItem(
        name=name,
        label=document.get("label", ""),
        object=document.get("object"),
        view=document.get("view"),
        icon=document.get("icon"),
        items=tuple(_item(source, app, at, each) for each in document.get("items", ())),
        feature=document.get("feature"),
        id=identifier(source.package_of(*at), "apps", app, name),
        dashboard=document.get("dashboard"),
        report=document.get("report"),
        page=document.get("page"),
    )
