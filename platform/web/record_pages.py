"""A record page put together: highlights, stage path, tabs with facts and panes, the timeline."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from ..errors import NotFound
from ..metadata.definitions import Object
from ..metadata.field_types import type_of
from ..metadata.field_types.base import Widget
from ..metadata.formats import relative_moment
from ..metadata.layouts import Page as LayoutPage
from ..metadata.layouts import Placement, Section, Tab
from ..runtime import access, files, layouting, panes, parents, reading, tags
from ..runtime.changes import Change
from ..runtime.facts import Facts
from ..runtime.panes import PaneFrame
from ..runtime.queries import Query
from ..runtime.storage.unit_of_work import Unit
from ..runtime.tags import Tag
from ..workflow.approvals import locking
from . import action_pages, approval_bar, path_pages, pooling
from .action_pages import Button
from .display import Column, Displays
from .labels import Labels
from .listing import Head, TableRow, table_rows
from .sharing_pages import Card, card
from .sla_clocks import ClockCard, clock_cards
from .timeline import Event, timeline_of

MOST_BUTTONS = 2
TALL = (Widget.TEXTAREA, Widget.RICH_TEXT, Widget.JSON)


@dataclass(frozen=True, slots=True)
class Fact:
    name: str
    label: str
    html: Markup
    wide: bool = False
    is_long: bool = False
    edit_url: str | None = None
    help: str | None = None


@dataclass(frozen=True, slots=True)
class FactSection:
    label: str
    columns: int
    facts: tuple[Fact, ...]
    collapsed: bool = False


@dataclass(frozen=True, slots=True)
class PaneModel:
    label: str
    icon: str
    heads: tuple[Head, ...]
    rows: tuple[TableRow, ...]
    count: str
    all_url: str
    new_url: str | None
    new_label: str


@dataclass(frozen=True, slots=True)
class TabModel:
    """``current``: the one shown; the others are read when somebody looks at them."""

    name: str
    label: str
    current: bool
    sections: tuple[FactSection, ...]
    panes: tuple[PaneModel, ...]
    timeline: tuple[Event, ...] | None = None


@dataclass(frozen=True, slots=True)
class FileRow:
    id: str
    name: str
    size: str
    about: str
    is_picture: bool
    may_remove: bool


@dataclass(frozen=True, slots=True)
class RecordModel:
    obj: Object
    id: str
    version: int
    label: str
    plural: str
    title: str
    record_type: str | None
    highlights: tuple[Fact, ...]
    path: path_pages.PathModel | None
    tabs: tuple[TabModel, ...]
    side: TabModel | None
    """The timeline stands beside the first tab on wide screens."""
    may_edit: bool
    may_change: bool
    """May edit it, and its approval does not hold all of it."""
    is_held: bool
    """May edit it, and its approval holds some of it."""
    may_delete: bool
    may_create: bool
    has_owner: bool
    approval: approval_bar.Bar | None = None
    """Where it stands in its approval, or that it may be submitted."""
    clocks: tuple[ClockCard, ...] = ()
    """What has to happen in time for it."""
    pool: pooling.PoolCard | None = None
    """Where it lies, to whom it may go, when it goes back."""
    tags: tuple[Tag, ...] = ()
    buttons: tuple[Button, ...] = ()
    """Actions that stand beside the title; ``more_buttons`` are in the menu."""
    more_buttons: tuple[Button, ...] = ()
    files: tuple[FileRow, ...] | None = None
    """None: such records keep no files."""
    sharing: Card | None = None
    """None: such records are not shared one by one."""

    @property
    def url(self) -> str:
        return f"/o/{self.obj.name}/{self.id}"


def build(unit: Unit, name: str, id_: str, labels: Labels, tab: str | None = None) -> RecordModel:
    """The page with the tab ``tab``, or the first one. Raises AccessDenied, NotFound."""
    obj = unit.catalog.object(name)
    stored = parents.visible(unit, obj.name, id_).values
    may_edit = _may(unit, obj, stored, "edit")
    held = locking.held_fields(unit, unit.model.table(obj.name), stored)
    open_fields = obj.by_name.keys() - held if may_edit else set[str]()
    maker = _Maker(unit, obj, id_, labels, open_fields)
    tabs = maker.tabs(tab)
    record_type = next((t for t in obj.record_types if t.name == stored["record_type"]), None)
    buttons = action_pages.buttons(unit, obj, id_, stored, maker.page.actions, labels)
    return RecordModel(
        obj=obj,
        id=id_,
        version=stored["version"],
        label=labels.object(obj),
        plural=labels.plural(obj),
        title=maker.column(obj.title).plain(maker.values) or labels.text("Untitled"),
        record_type=labels.record_type(record_type) if record_type else None,
        highlights=tuple(maker.fact(Placement(p)) for p in maker.highlights()),
        path=path_pages.build(unit, obj, stored, maker.values, maker.readable, open_fields, labels),
        tabs=tuple(t for t in tabs if t.timeline is None),
        side=next((t for t in tabs if t.timeline is not None), None),
        may_edit=may_edit,
        may_change=may_edit and bool(open_fields),
        is_held=may_edit and bool(held),
        may_delete=_may(unit, obj, stored, "delete"),
        may_create="create" in unit.actor.rights.on(obj.name),
        has_owner=obj.owner == "user",
        approval=approval_bar.bar(unit, obj, stored, labels),
        clocks=clock_cards(unit, obj, id_, labels),
        pool=pooling.card(unit, obj, stored, labels),
        buttons=buttons[:MOST_BUTTONS],
        more_buttons=buttons[MOST_BUTTONS:],
        tags=tags.of_record(unit, obj.name, id_) if "tags" in obj.tracks else (),
        files=_files(unit, obj, id_, labels) if "files" in obj.tracks else None,
        sharing=card(unit, obj, id_, bool(stored["__in_full"]), labels),
    )


def _files(unit: Unit, obj: Object, id_: str, labels: Labels) -> tuple[FileRow, ...]:
    return tuple(
        FileRow(
            id=each.id,
            name=each.name,
            size=_size(each.size),
            about=f"{each.created_by_name} · "
            + relative_moment(each.created_at, unit.now, unit.zone, labels.locale),
            is_picture=each.is_picture,
            may_remove=each.may_remove,
        )
        for each in files.of_record(unit, obj.name, id_)
    )


def _size(count: int) -> str:
    if count < 1024 * 1024:
        return f"{max(1, round(count / 1024))} KB"
    return f"{count / 1024 / 1024:.1f} MB"


def fact(unit: Unit, name: str, id_: str, field: str, labels: Labels) -> Fact:
    """One fact as it stands now: what an editor in place is replaced with."""
    obj = unit.catalog.object(name)
    maker = _Maker(unit, obj, id_, labels, open_fields=obj.by_name)
    return maker.fact(Placement(field))


def _may(unit: Unit, obj: Object, stored: Mapping[str, Any], right: str) -> bool:
    return right in unit.actor.rights.on(obj.name) and bool(stored[f"__may_{right}"])


class _Maker:
    """Everything shown of one record, read in one statement."""

    def __init__(
        self, unit: Unit, obj: Object, id_: str, labels: Labels, open_fields: Collection[str]
    ) -> None:
        self.unit, self.obj, self.labels, self.open_fields = unit, obj, labels, open_fields
        self.displays = Displays(unit, labels)
        self.columns: dict[str, Column] = {}
        self.readable = {f.name for f in access.readable(unit.actor, obj)}
        self.values = self._read(id_)
        of = unit.model.table(obj.name)
        self.change = Change("update", id_, {}, self.values, dict(self.values))
        self.facts = Facts(unit, of, [self.change])
        self.page: LayoutPage = layouting.page_for(self.facts, self.change, "view")

    def _read(self, id_: str) -> dict[str, Any]:
        names = [*sorted(self.readable), "owner", "record_type", "created_at", "created_by"]
        names += ["updated_at", "updated_by"]
        shown = [n for n in names if n in self.readable or n != "owner" or self.obj.owner == "user"]
        needs = [need for n in shown for need in self.column(n).needs]
        query = Query(self.obj.name, tuple(dict.fromkeys(needs)), among=(id_,), limit=1)
        rows = reading.find(self.unit, query).rows
        if not rows:
            raise NotFound()
        return dict(rows[0].values)

    def column(self, path: str) -> Column:
        if path not in self.columns:
            self.columns[path] = self.displays.column(self.obj, path)
        return self.columns[path]

    def highlights(self) -> list[str]:
        return [p for p in self.page.highlights if self._shows(p)]

    def _shows(self, name: str) -> bool:
        field = self.obj.by_name.get(name)
        if field is None:
            return name == "owner" and self.obj.owner == "user"
        return field.name in self.readable and not self.unit.catalog.is_off(field)

    def fact(self, placement: Placement) -> Fact:
        column = self.column(placement.field)
        field = column.field
        kind = type_of(field) if field else None
        is_long = kind is not None and kind.widget in TALL
        return Fact(
            name=placement.field,
            label=column.label,
            html=column.show(self.values),
            wide=placement.wide,
            is_long=is_long,
            edit_url=self._edit_url(placement),
            help=self.labels.help(field) if field else None,
        )

    def _edit_url(self, placement: Placement) -> str | None:
        field = self.obj.by_name.get(placement.field)
        if field is None or not placement.edit or type_of(field).computed:
            return None
        if field.name not in self.open_fields or not access.may_write_field(
            self.unit.actor, self.obj, field
        ):
            return None
        holds = self.facts.holds
        if holds(field.read_only, self.change) or holds(placement.read_only, self.change):
            return None
        return f"/o/{self.obj.name}/{self.change.id}/fact/{field.name}"

    def tabs(self, wanted: str | None) -> tuple[TabModel, ...]:
        shown = [t for t in self.page.tabs if self.facts.holds(t.visible, self.change)]
        shown = [t for t in shown if t.timeline or self._sections(t) or self._frames(t)]
        main = [t for t in shown if not t.timeline]
        current = next((t for t in main if t.name == wanted), main[0] if main else None)
        return tuple(self._tab(t, t is current) for t in shown)

    def _tab(self, tab: Tab, is_current: bool) -> TabModel:
        timeline = None
        if tab.timeline:
            timeline = timeline_of(self.unit, self.obj, self.change.id, self.labels)
        return TabModel(
            name=tab.name,
            label=self.labels.thing(tab) or self.labels.text(tab.label),
            current=is_current,
            sections=self._sections(tab) if is_current else (),
            panes=tuple(self._pane(f) for f in self._frames(tab)) if is_current else (),
            timeline=timeline,
        )

    def _sections(self, tab: Tab) -> tuple[FactSection, ...]:
        made = (self._section(s) for s in tab.sections)
        return tuple(s for s in made if s is not None)

    def _frames(self, tab: Tab) -> tuple[PaneFrame, ...]:
        return panes.frames(self.facts, self.change, tab.panes)

    def _section(self, section: Section) -> FactSection | None:
        if not self.facts.holds(section.visible, self.change):
            return None
        facts = tuple(self.fact(p) for p in section.fields if self._is_visible(p))
        label = self.labels.thing(section) or self.labels.text(section.label)
        return FactSection(label, section.columns, facts, section.collapsed) if facts else None

    def _is_visible(self, placement: Placement) -> bool:
        if not self._shows(placement.field):
            return False
        field = self.obj.by_name.get(placement.field)
        own = True if field is None else field.visible
        holds = self.facts.holds
        return holds(own, self.change) and holds(placement.visible, self.change)

    def _pane(self, frame: PaneFrame) -> PaneModel:
        columns = [self.displays.column(frame.object, path) for path in frame.columns]
        page = panes.rows(self.unit, frame, [n for c in columns for n in c.needs])
        pane = frame.definition
        field = self.unit.catalog.field(frame.object, frame.reverse.field)
        label = self.labels.thing(pane) if pane.label else self.labels.relation(field)
        is_closed = field.type == "master" and not self.open_fields
        back = f"&back=/o/{self.obj.name}/{self.change.id}"
        new_url = f"/o/{frame.object.name}/new?{field.name}={self._link(field.targets)}{back}"
        return PaneModel(
            label=label,
            icon=frame.object.icon,
            heads=tuple(Head(c.label, None, None, c.is_number) for c in columns),
            rows=_pane_rows(frame, columns, page.rows, self.labels),
            count=""
            if page.count is None
            else f"{page.count:,}{'+' if page.count_is_capped else ''}",
            all_url=f"/o/{frame.object.name}?filter={_quoted_filter(frame.filters)}",
            new_url=new_url if frame.may_create and not is_closed else None,
            new_label=self.labels.text("New {object}", object=self.labels.object(frame.object)),
        )

    def _link(self, targets: Sequence[str]) -> str:
        return self.change.id if len(targets) == 1 else f"{self.obj.name}:{self.change.id}"


def _pane_rows(
    frame: PaneFrame, columns: Sequence[Column], rows: Sequence[Any], labels: Labels
) -> tuple[TableRow, ...]:
    return table_rows(frame.object, columns, rows, labels, set()) if columns else ()


def _quoted_filter(filters: Sequence[str]) -> str:
    return quote(" and ".join(f"({f})" if i else f for i, f in enumerate(filters)))
