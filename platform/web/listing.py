"""The list of an object as values for its page: tabs, heads, rows, where every link leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup, escape

from ..metadata.definitions import EMPTY, Object
from ..runtime.queries import Row
from .action_pages import Button
from .display import Column
from .labels import Labels
from .pooling import PoolBar

PAGE_ROWS = 50
MOST_COLUMNS = 8
PHONE_CELLS = 5
"""On a phone a row is a card: the cells after these are left out."""


@dataclass(frozen=True, slots=True)
class Question:
    """What the address of a list asks for."""

    view: str | None = None
    filter: str | None = None
    sort: str | None = None
    columns: str | None = None
    cursor: str | None = None
    trail: str | None = None
    """The cursors of the pages before this one, so that "previous" works without a script."""

    def pairs(self, **changes: str | None) -> tuple[tuple[str, str], ...]:
        values = {name: getattr(self, name) for name in self.__slots__} | changes
        return tuple((name, value) for name, value in values.items() if value)


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    url: str
    current: bool = False
    icon: str | None = None


@dataclass(frozen=True, slots=True)
class Head:
    label: str
    url: str | None
    direction: str | None
    is_number: bool


@dataclass(frozen=True, slots=True)
class TableRow:
    id: str
    version: int
    cells: Markup
    pick_label: str


@dataclass(frozen=True, slots=True)
class Chip:
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class ListModel:
    object: str
    label: str
    plural: str
    icon: str
    help: str | None
    view_label: str
    url: str
    here: str
    question: tuple[tuple[str, str], ...]
    tabs: tuple[Tab, ...] = ()
    shapes: tuple[Tab, ...] = ()
    heads: tuple[Head, ...] = ()
    rows: tuple[TableRow, ...] = ()
    totals: tuple[str, ...] = ()
    totals_url: str | None = None
    """Where they are added up, when there are too many records to do so unasked."""
    chips: tuple[Chip, ...] = ()
    column_choices: tuple[Any, ...] = ()
    count_text: str = ""
    next_url: str | None = None
    previous_url: str | None = None
    first_url: str | None = None
    new_url: str | None = None
    may_edit: bool = False
    may_delete: bool = False
    may_export: bool = False
    may_write: bool = False
    """Mails to the chosen records."""
    has_owner: bool = True
    pool: PoolBar | None = None
    """The list is that of a pool."""
    may_release: bool = False
    actions: tuple[Button, ...] = ()
    """What may be done with the chosen records."""
    filter_open: bool = False
    filter: Any = None

    def with_(self, **changes: Any) -> ListModel:
        return replace(self, **changes)

    @property
    def may_choose(self) -> bool:
        if self.pool is not None:
            return self.pool.may_claim or self.pool.may_assign or self.may_export
        return self.may_edit or self.may_delete or self.may_export or self.may_write

    @property
    def bulk_url(self) -> str:
        return f"{self.url}/bulk"

    def to(self, **changes: str | None) -> str:
        """The address of this list with some of its questions changed; back on the first page."""
        asked = dict(self.question) | {"cursor": None, "trail": None} | changes
        query = urlencode([(n, v) for n, v in asked.items() if v])
        return f"{self.url}?{query}" if query else self.url

    @property
    def filter_url(self) -> str:
        return self.to(panel="filter")

    @property
    def clear_url(self) -> str:
        return self.to(filter=None)

    @property
    def export_csv(self) -> str:
        return f"{self.url}/export.csv?{urlencode(self.question)}"

    @property
    def export_excel(self) -> str:
        return f"{self.url}/export.xlsx?{urlencode(self.question)}"


def table_rows(
    obj: Object,
    columns: Sequence[Column],
    rows: Sequence[Row],
    labels: Labels,
    editable: set[str],
    signs: Mapping[str, Markup] = EMPTY,
) -> tuple[TableRow, ...]:
    """Every row's cells as one piece of markup: the hot path of a list page. ``signs``: what
    stands beside the title, by record."""
    openings = [_opening(place, column, editable) for place, column in enumerate(columns)]
    shows = [column.show for column in columns[1:]]
    rest = list(zip(openings[1:], shows, strict=True))
    first, opened = columns[0].text, openings[0]
    choose = labels.text("Choose {title}", title="{title}")
    link = f'<a class="title" href="/o/{obj.name}/'
    made = []
    for row in rows:
        values = row.values
        title = first(values) or escape(labels.text("Untitled"))
        parts = [
            opened,
            link,
            str(values["id"]),
            '">',
            title,
            "</a>",
            signs.get(row.id, ""),
            "</td>",
        ]
        for opening, show in rest:
            parts += (opening, show(values), "</td>")
        cells = Markup("".join(parts))
        made.append(
            TableRow(row.id, values["version"], cells, choose.replace("{title}", str(title)))
        )
    return tuple(made)


def cell_markup(column: Column, values: Any) -> Markup:
    """One cell of the table, as it stands after it was edited."""
    opening = _opening(1, column, {column.path})
    return Markup(f"{opening}{column.show(values)}</td>")


def _opening(place: int, column: Column, editable: set[str]) -> str:
    classes = [
        name
        for name, given in (
            ("first", place == 0),
            ("num", column.is_number),
            ("extra", place >= PHONE_CELLS),
        )
        if given
    ]
    edit = f' data-edit="{column.path}" tabindex="-1"' if column.path in editable else ""
    held = f' class="{" ".join(classes)}"' if classes else ""
    return f'<td{held} data-label="{escape(column.label)}"{edit}>'
