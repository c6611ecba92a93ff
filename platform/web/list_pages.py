"""A list page put together: which view, which columns, which rows, and where its links lead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from werkzeug.datastructures import MultiDict

from ..errors import BadRequest
from ..metadata.catalog import nearest
from ..metadata.definitions import Object
from ..metadata.field_types import type_of
from ..metadata.layouts import View
from ..runtime import access, reading
from ..runtime.queries import CAPPED_COUNT, Measure, Page, Query, parse_sort
from ..runtime.storage.unit_of_work import Unit
from ..workflow.messages import mailings
from . import action_pages, filtering, pooling, stage_signs
from .display import Column, Displays
from .filtering import Choice
from .labels import Labels
from .listing import (
    MOST_COLUMNS,
    PAGE_ROWS,
    Chip,
    Head,
    ListModel,
    Question,
    Tab,
    table_rows,
)

ASKED = ("view", "filter", "sort", "columns", "cursor", "trail", "panel", "app", "column", "totals")
SHAPE_ICONS = {
    "table": "table",
    "board": "layout-kanban",
    "calendar": "calendar",
    "gantt": "timeline",
    "map": "map",
    "pivot": "table",
}
DRAWN = ("table", "board")
"""The shapes that have a page of their own; a view of another shape is shown as a table."""
MOST_TRAIL = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """The list somebody asked for: names checked, nothing read yet."""

    object: Object
    view: View
    views: tuple[View, ...]
    question: Question
    panel: str | None = None
    totals: bool = False
    """Sums are wanted however many records there are."""

    @classmethod
    def of(cls, unit: Unit, name: str, args: Mapping[str, str]) -> Asked:
        """Raises UnknownName, AccessDenied, BadRequest (a parameter nobody knows)."""
        obj = unit.catalog.object(name)
        access.require(unit.actor, "read", obj)
        for key in args:
            if key not in ASKED:
                hint = nearest(key, ASKED)
                raise BadRequest("There is no parameter {name}.{hint}", name=key, hint=hint)
        question = Question(**{k: args.get(k) or None for k in Question.__slots__})
        chosen = args.getlist("column") if isinstance(args, MultiDict) else []
        if chosen:
            question = replace(question, columns=",".join(chosen))
        views = views_of(unit, obj)
        view = next((v for v in views if v.name == question.view), None)
        if question.view and view is None:
            hint = nearest(question.view, [v.name for v in views])
            raise BadRequest("There is no view {name}.{hint}", name=question.view, hint=hint)
        wanted = args.get("panel"), args.get("totals") == "all"
        return cls(obj, view or views[0], views, question, *wanted)

    @property
    def url(self) -> str:
        return f"/o/{self.object.name}"

    @property
    def in_pool(self) -> bool:
        """It is the list of what lies in the object's pool."""
        pool = self.object.access.pool
        return pool is not None and self.view.id == pool.id

    @property
    def filters(self) -> tuple[str, ...]:
        return tuple(f for f in (self.view.filter, self.question.filter) if f)

    @property
    def sort(self) -> str | None:
        return self.question.sort or self.view.sort


def views_of(unit: Unit, obj: Object) -> tuple[View, ...]:
    """The views of the object that are switched on; one is made where there is none."""
    known = tuple(v for v in unit.catalog.views.get(obj.name, ()) if not unit.catalog.is_off(v))
    known = known or (View(f"{obj.id}/views/all", "all", obj.name, "All", sort=None),)
    return (*known, *pooling.views(unit, obj, known))


def columns_of(unit: Unit, asked: Asked, displays: Displays) -> tuple[Column, ...]:
    """The title first, then what the address names, or what the view does and the actor may read.
    Raises UnknownName for what the address names in vain."""
    obj = asked.object
    chosen = asked.question.columns
    paths = chosen.split(",") if chosen else list(asked.view.columns or made_columns(unit, obj))
    paths = [obj.title, *(p for p in dict.fromkeys(paths) if p != obj.title)]
    shown = paths if chosen else [p for p in paths if may_show(unit, obj, p)]
    return tuple(displays.column(obj, p) for p in shown[: MOST_COLUMNS + 4])


def may_show(unit: Unit, obj: Object, path: str) -> bool:
    """Whether what a view names is there for the actor, all the way."""
    head, _, rest = path.partition(".")
    field = obj.by_name.get(head)
    if field is None:
        return True
    if not access.may_read_field(unit.actor, obj, field) or unit.catalog.is_off(field):
        return False
    if not rest or rest == "*" or not field.targets:
        return True
    return may_show(unit, unit.catalog.object(field.targets[0]), rest)


def made_columns(unit: Unit, obj: Object) -> list[str]:
    short = [
        f.name
        for f in access.readable(unit.actor, obj)
        if f.type not in ("long_text", "rich_text", "json", "file", "image", "address")
    ]
    return [*short[: MOST_COLUMNS - 1], *(("owner",) if obj.owner == "user" else ())]


def query_of(asked: Asked, columns: tuple[Column, ...], count: str = "capped") -> Query:
    return Query(
        asked.object.name,
        tuple(dict.fromkeys(n for c in columns for n in c.needs)),
        filters=asked.filters,
        sort=parse_sort(asked.sort),
        limit=PAGE_ROWS,
        cursor=asked.question.cursor,
        pooled=asked.in_pool,
        count=count,  # type: ignore[arg-type]
    )


def build(unit: Unit, asked: Asked, labels: Labels) -> ListModel:
    displays = Displays(unit, labels)
    columns = columns_of(unit, asked, displays)
    page = reading.find(unit, query_of(asked, columns))
    model = frame(unit, asked, labels)
    rights = unit.actor.rights.on(asked.object.name)
    may_write = "edit" in rights and not asked.in_pool
    editable = _editable(unit, asked.object) if may_write else set()
    return model.with_(
        heads=tuple(_head(asked, model, column) for column in columns),
        rows=table_rows(
            asked.object,
            columns,
            page.rows,
            labels,
            editable,
            stage_signs.of_rows(unit, asked.object, [row.id for row in page.rows], labels),
        ),
        **_totals(unit, asked, columns, page, model),
        column_choices=_column_choices(unit, asked, columns, labels),
        count_text=_count_text(asked, page, labels),
        **_places(asked, page, model),
    )


def frame(unit: Unit, asked: Asked, labels: Labels) -> ListModel:
    """Everything around the rows; the same for tables and boards."""
    obj, rights = asked.object, unit.actor.rights.on(asked.object.name)
    base = ListModel(
        object=obj.name,
        label=labels.object(obj),
        plural=labels.plural(obj),
        icon=obj.icon,
        help=labels.help(obj),
        view_label=labels.thing(asked.view),
        url=asked.url,
        here=asked.url,
        question=asked.question.pairs(),
        tabs=tuple(_tab(asked, view, labels) for view in asked.views),
        new_url=f"/o/{obj.name}/new" if "create" in rights else None,
        may_edit="edit" in rights,
        may_delete="delete" in rights,
        may_export="export" in unit.actor.rights.system,
        may_write=bool(mailings.offered(unit, asked.object)),
        has_owner=obj.owner == "user",
        pool=pooling.bar(unit, obj, labels) if asked.in_pool else None,
        may_release=not asked.in_pool and pooling.may_release(unit, obj),
        actions=() if asked.in_pool else action_pages.bulk_buttons(unit, obj, labels),
        filter_open=asked.panel == "filter",
    )
    chips = tuple(
        Chip(words, base.to(filter=rest or None))
        for words, rest in filtering.chips(unit, obj, asked.question.filter, labels)
    )
    builder = None
    if base.filter_open:
        builder = filtering.builder(unit, obj, asked.question.filter, labels)
    return base.with_(
        here=base.to(cursor=asked.question.cursor, trail=asked.question.trail),
        chips=chips,
        filter=builder,
    )


def _tab(asked: Asked, view: View, labels: Labels) -> Tab:
    icon = SHAPE_ICONS[view.as_] if view.as_ != "table" else None
    return Tab(labels.thing(view), f"{asked.url}?view={view.name}", view is asked.view, icon)


def _head(asked: Asked, model: ListModel, column: Column) -> Head:
    sorts = parse_sort(asked.sort)
    first = sorts[0] if sorts else None
    direction = None
    if first is not None and first.path == column.path:
        direction = "descending" if first.descending else "ascending"
    wanted = f"-{column.path}" if direction == "ascending" else column.path
    url = model.to(sort=wanted) if column.sortable else None
    return Head(column.label, url, direction, column.is_number)


def _editable(unit: Unit, obj: Object) -> set[str]:
    """Cells that are edited in place: plain fields this actor may always write."""
    return {
        f.name
        for f in obj.fields
        if not type_of(f).computed
        and f.read_only is False
        and f.visible is True
        and access.may_write_field(unit.actor, obj, f)
    }


def _count_text(asked: Asked, page: Page, labels: Labels) -> str:
    shown = len(page.rows)
    before = PAGE_ROWS * len(_trail(asked))
    if page.count is None:
        return labels.text("{count} shown", count=shown)
    total = f"{CAPPED_COUNT:,}+" if page.count_is_capped else f"{page.count:,}"
    if not asked.question.cursor and not page.next:
        return labels.text("{count} {count:record|records}", count=total)
    return labels.text(
        "{first}–{last} of {total}", first=before + 1, last=before + shown, total=total
    )


def _trail(asked: Asked) -> list[str]:
    """The cursors of the pages before this one; the first page has the empty one."""
    if not asked.question.cursor:
        return []
    return (asked.question.trail or "~").split(".")[-MOST_TRAIL:]


def _places(asked: Asked, page: Page, model: ListModel) -> dict[str, str | None]:
    trail, here = _trail(asked), asked.question.cursor
    following = None
    if page.next:
        following = model.to(cursor=page.next, trail=".".join([*trail, here or "~"][-MOST_TRAIL:]))
    previous = None
    if here:
        back = trail[-1] if trail else "~"
        earlier = ".".join(trail[:-1])
        previous = model.to() if back == "~" else model.to(cursor=back, trail=earlier or None)
    return {"next_url": following, "previous_url": previous, "first_url": None}


def _totals(
    unit: Unit, asked: Asked, columns: tuple[Column, ...], page: Page, model: ListModel
) -> dict[str, Any]:
    """Sums under the columns that the view names; none where a page shows everything empty.

    A sum reads every record of the list: one of more than CAPPED_COUNT is made when asked for.
    """
    wanted = [c.path for c in columns if c.path in asked.view.totals]
    if not wanted or not page.rows:
        return {}
    if page.count_is_capped and not asked.totals:
        return {"totals_url": f"{model.here}{'&' if '?' in model.here else '?'}totals=all"}
    measures = tuple(Measure("sum", path) for path in wanted)
    name, pooled = asked.object.name, asked.in_pool
    query = Query(name, filters=asked.filters, measures=measures, pooled=pooled)
    found = next(iter(reading.groups(unit, query)), {})
    return {"totals": tuple(_total(column, found) for column in columns)}


def _total(column: Column, found: Mapping[str, Any]) -> str:
    value = found.get(f"sum_{column.path}")
    if value is None or column.field is None:
        return ""
    return column.plain(_Sum(column.path, value))


class _Sum(dict[str, Any]):
    """A sum where a row's values are expected: its currency is the base one."""

    def __init__(self, path: str, value: Any) -> None:
        super().__init__({path: value})

    def __missing__(self, key: str) -> None:
        return None


def _column_choices(
    unit: Unit, asked: Asked, columns: tuple[Column, ...], labels: Labels
) -> tuple[Choice, ...]:
    """The columns there are, those shown first; the title is always there."""
    shown = {c.path: c.label for c in columns if c.path != asked.object.title}
    others = {
        f.name: labels.field(f)
        for f in access.readable(unit.actor, asked.object)
        if f.name not in shown and f.name != asked.object.title
    }
    if asked.object.owner == "user":
        others.setdefault("owner", labels.system("owner"))
    return (
        *(Choice(path, label, True) for path, label in shown.items()),
        *(Choice(path, label) for path, label in others.items() if path not in shown),
    )
