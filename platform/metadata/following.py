"""Menu entries and panes without a label of their own go by what they show, in every language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from .definitions import Object
from .layouts import App, Layout, MenuItem, View

Titles = Mapping[tuple[str, str], tuple[str, str]]
"""Kind and name of a report or dashboard → its label and its id."""


class Labels:
    """Gives entries their labels, and remembers whose they took: id → id."""

    def __init__(
        self,
        objects: Mapping[str, Object],
        views: Mapping[str, tuple[View, ...]],
        titles: Titles,
        off: frozenset[str],
    ) -> None:
        self.objects, self.views, self.titles, self.off = objects, views, titles, off
        self.followed: dict[str, str] = {}

    def app(self, app: App) -> App:
        return replace(app, items=self.entries(app.items))

    def entries(self, items: tuple[MenuItem, ...]) -> tuple[MenuItem, ...]:
        """Those that are left, and labelled: what is switched off has no entry."""
        return tuple(self.entry(item) for item in items if not self._is_off(item))

    def _is_off(self, item: MenuItem) -> bool:
        of = self.objects.get(item.object or "")
        return of is not None and of.feature in self.off

    def entry(self, item: MenuItem) -> MenuItem:
        item = replace(item, items=self.entries(item.items))
        if item.label:
            return item
        label, id_ = self._shown(item)
        if id_:
            self.followed[item.id] = id_
        return replace(item, label=label)

    def _shown(self, item: MenuItem) -> tuple[str, str]:
        """Label and id of what the entry opens."""
        views = self.views.get(item.object or "", ())
        view = next((each for each in views if each.name == item.view), None)
        if view is not None:
            return view.label, view.id
        of = self.objects.get(item.object or "")
        if of is not None:
            return of.plural, f"{of.id}:plural"
        for kind, name in (("report", item.report), ("dashboard", item.dashboard)):
            if name is not None and (kind, name) in self.titles:
                return self.titles[kind, name]
        return (item.page or item.name).replace("_", " ").capitalize(), ""


def panes_that_follow(
    objects: Mapping[str, Object], layouts: Mapping[str, Layout]
) -> Iterator[tuple[str, str]]:
    """Id of each pane without a label → id of the relation's label."""
    relations = {
        (target, field.related.name): f"{field.id}:related"
        for of in objects.values()
        for field in of.fields
        if field.related is not None
        for target in field.targets
    }
    for layout in layouts.values():
        for page in layout.pages:
            for pane in (pane for tab in page.tabs for pane in tab.panes):
                other = relations.get((layout.object, pane.related))
                if pane.label is None and other is not None:
                    yield pane.id, other
