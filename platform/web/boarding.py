"""A board: one column per option of a picklist, the first cards of each, totals of all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from ..errors import BadRequest
from ..metadata.definitions import Field, Option
from ..runtime import access, reading
from ..runtime.queries import Measure, Page, Query, parse_sort
from ..runtime.storage.unit_of_work import Unit
from . import list_pages, stage_signs
from .display import COLORS, Column, Displays
from .labels import Labels
from .list_pages import Asked
from .listing import ListModel

MOST_CARDS = 25
MOST_LINES = 4


@dataclass(frozen=True, slots=True)
class ColumnHead:
    name: str
    label: str
    color: str
    count: str
    totals: str


@dataclass(frozen=True, slots=True)
class Card:
    id: str
    version: int
    title: str
    url: str
    facts: tuple[tuple[str, Markup], ...]
    signs: Markup


@dataclass(frozen=True, slots=True)
class BoardColumn:
    head: ColumnHead
    cards: tuple[Card, ...]
    more_url: str | None


@dataclass(frozen=True, slots=True)
class BoardModel:
    list: ListModel
    field: str
    columns: tuple[BoardColumn, ...]
    may_move: bool

    def __getattr__(self, name: str) -> Any:
        return getattr(self.list, name)


def build(unit: Unit, asked: Asked, labels: Labels) -> BoardModel:
    by = board_field(unit, asked)
    displays = Displays(unit, labels)
    columns = [c for c in list_pages.columns_of(unit, asked, displays) if c.path != by.name]
    model = list_pages.frame(unit, asked, labels)
    pages = [(head, _page(unit, asked, head, by, columns)) for head in heads(unit, asked, labels)]
    shown = [row.id for _, page in pages for row in page.rows]
    signs = stage_signs.of_rows(unit, asked.object, shown, labels)
    made = tuple(_column(asked, head, by, columns, model, page, signs) for head, page in pages)
    rights = unit.actor.rights.on(asked.object.name)
    may_move = "edit" in rights and access.may_write_field(unit.actor, asked.object, by)
    return BoardModel(model, by.name, made, may_move)


def board_field(unit: Unit, asked: Asked) -> Field:
    """The picklist a board stands on: the view's, else the stage path's."""
    obj = asked.object
    name = asked.view.by or (obj.path.field if obj.path else "")
    field = obj.by_name.get(name)
    if field is None or not field.options or not access.may_read_field(unit.actor, obj, field):
        raise BadRequest("A board needs a picklist to stand on.")
    return field


def heads(unit: Unit, asked: Asked, labels: Labels) -> tuple[ColumnHead, ...]:
    """Counts and totals of every column, in one statement."""
    by = board_field(unit, asked)
    summed = [path for path in asked.view.totals if list_pages.may_show(unit, asked.object, path)]
    measures = (Measure("count"), *(Measure("sum", path) for path in summed))
    query = Query(asked.object.name, filters=asked.filters, group=(by.name,), measures=measures)
    found = {row[by.name]: row for row in reading.groups(unit, query)}
    displays = Displays(unit, labels)
    totals = [displays.column(asked.object, path) for path in summed]
    options = [o for o in by.options if not _is_empty_end(o, found)]
    return tuple(_head(o, found.get(o.name, {}), totals, labels) for o in options)


def _is_empty_end(option: Option, found: Mapping[Any, Any]) -> bool:
    """A closed stage that the view's filter leaves empty needs no column."""
    return option.closed and option.name not in found


def _head(
    option: Option, found: Mapping[str, Any], totals: list[Column], labels: Labels
) -> ColumnHead:
    sums = [
        f"{column.label} {column.plain(_Sum({column.path: value}))}"
        for column in totals
        if (value := found.get(f"sum_{column.path}")) is not None
    ]
    color = option.color if option.color in COLORS else "gray"
    return ColumnHead(
        option.name, labels.option(option), color, f"{found.get('count', 0):,}", " · ".join(sums)
    )


class _Sum(dict[str, Any]):
    def __missing__(self, key: str) -> None:
        return None


def _page(unit: Unit, asked: Asked, head: ColumnHead, by: Field, columns: list[Column]) -> Page:
    query = Query(
        asked.object.name,
        tuple(dict.fromkeys(n for c in columns for n in c.needs)),
        filters=(*asked.filters, _in_column(by, head)),
        sort=parse_sort(asked.sort),
        limit=MOST_CARDS,
    )
    return reading.find(unit, query)


def _in_column(by: Field, head: ColumnHead) -> str:
    return f"{by.name} == '{head.name}'"


def _column(
    asked: Asked,
    head: ColumnHead,
    by: Field,
    columns: list[Column],
    model: ListModel,
    page: Page,
    signs: Mapping[str, Markup],
) -> BoardColumn:
    cards = tuple(_card(asked, columns, row.values, signs) for row in page.rows)
    here, asked_filter = _in_column(by, head), asked.question.filter
    narrowed = f"{asked_filter} and {here}" if asked_filter else here
    return BoardColumn(head, cards, model.to(filter=narrowed, view="all") if page.next else None)


def _card(
    asked: Asked, columns: list[Column], values: Mapping[str, Any], signs: Mapping[str, Markup]
) -> Card:
    title, *rest = columns
    facts = [(c.label, c.text(values)) for c in rest]
    return Card(
        id=values["id"],
        version=values["version"],
        title=title.plain(values),
        url=f"/o/{asked.object.name}/{values['id']}",
        facts=tuple((label, text) for label, text in facts if text)[:MOST_LINES],
        signs=signs.get(values["id"], Markup()),
    )
