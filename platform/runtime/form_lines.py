"""Children edited inside their parent's form: order lines, deal products, contacts of a company."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ..errors import FieldProblem, RecordInvalid
from ..metadata.catalog import Reverse
from ..metadata.definitions import EMPTY, Object
from ..metadata.field_types import type_of
from ..metadata.field_types.base import Widget
from ..metadata.layouts import Pane, Placement
from . import defaults, inputs, reading, recycle, saving
from .changes import Change
from .facts import Facts
from .forms import Draft, Input, InputMaker, Raw, live_names, pointed_to, titles_of
from .layouting import made_page
from .queries import MOST_ROWS, Query, Sort, parse_sort
from .storage import records
from .storage.tables import ObjectTable
from .storage.unit_of_work import Unit


@dataclass(frozen=True, slots=True)
class LineRaw:
    """What was typed into one row. ``id`` is empty for a new one."""

    number: int
    raw: Raw
    id: str = ""
    version: int | None = None
    removed: bool = False

    @property
    def is_blank(self) -> bool:
        return not self.id and not any(v not in ("", None, []) for v in self.raw.values())


@dataclass(frozen=True, slots=True)
class LineRow:
    number: int
    id: str
    version: int
    inputs: tuple[Input, ...]
    removed: bool = False


@dataclass(frozen=True, slots=True)
class LineTable:
    """Children by ``relation`` of ``object``; ``blank`` is the row that "add" copies."""

    pane: Pane
    relation: str
    object: Object
    blank: LineRow
    rows: tuple[LineRow, ...]
    totals: Mapping[str, Decimal]


def line_tables(
    unit: Unit,
    parent: Object,
    id_: str | None,
    panes: Sequence[Pane],
    typed: Mapping[str, Sequence[LineRaw]] = EMPTY,
    problems: Sequence[FieldProblem] = (),
) -> tuple[LineTable, ...]:
    """The line tables of a form, with what was typed where something was."""
    made = []
    for pane in panes:
        reverse = unit.catalog.reverses[parent.name][pane.related]
        if "edit" not in unit.actor.rights.on(reverse.object):
            continue
        rows = typed.get(pane.related)
        if rows is None:
            rows = _stored(unit, reverse, id_, pane) if id_ else ()
        made.append(_table(unit, pane, reverse, id_, rows, problems))
    return tuple(made)


def columns_of(unit: Unit, pane: Pane, child: Object) -> tuple[str, ...]:
    """The columns of the pane, or good ones; never the way back to the parent."""
    if pane.columns:
        return pane.columns
    page = made_page(unit.catalog, child)
    names = [p.field for t in page.tabs for s in t.sections for p in s.fields]
    return tuple(n for n in names if child.by_name[n].type != "master")[:6]


def save_lines(
    unit: Unit, parent: Object, id_: str, typed: Mapping[str, Sequence[LineRaw]]
) -> None:
    """Saves the rows of every table, removed ones to the bin. A problem names its table and row.

    To be called in the transaction that saved the parent.
    """
    problems: list[FieldProblem] = []
    for relation, rows in typed.items():
        reverse = unit.catalog.reverses[parent.name][relation]
        for row in rows:
            if not row.is_blank:
                problems += _save_line(unit, reverse, id_, relation, row)
    if problems:
        raise RecordInvalid(problems)


def _save_line(
    unit: Unit, reverse: Reverse, parent: str, relation: str, row: LineRaw
) -> list[FieldProblem]:
    try:
        if row.removed:
            if row.id:
                recycle.delete(unit, reverse.object, row.id, row.version)
        elif row.id:
            saving.update(unit, reverse.object, row.id, row.raw, row.version)
        else:
            saving.create(unit, reverse.object, {**row.raw, reverse.field: parent})
    except RecordInvalid as invalid:
        return [_at(problem, relation, row.number) for problem in invalid.problems]
    return []


def _at(problem: FieldProblem, relation: str, number: int) -> FieldProblem:
    data = {**problem.data, "line": (relation, number)}
    return FieldProblem(problem.field, problem.code, problem.message, data)


# Inside -------------------------------------------------------------------------------------


def _stored(unit: Unit, reverse: Reverse, parent: str, pane: Pane) -> tuple[LineRaw, ...]:
    sort = parse_sort(pane.sort) or (Sort("id"),)
    query = Query(
        reverse.object, filters=(f"{reverse.field} == '{parent}'",), sort=sort, limit=MOST_ROWS
    )
    rows = reading.find(unit, query).rows
    return tuple(LineRaw(n, {}, row.id, row["version"]) for n, row in enumerate(rows))


def _table(
    unit: Unit,
    pane: Pane,
    reverse: Reverse,
    parent: str | None,
    rows: Sequence[LineRaw],
    problems: Sequence[FieldProblem],
) -> LineTable:
    of = unit.model.table(reverse.object)
    stored = records.load(unit, of, [r.id for r in rows if r.id]) if rows else {}
    kept = [row for row in rows if not row.id or row.id in stored]
    back = {reverse.field: parent} if parent else {}
    blank = saving.new_change(unit, of.object, back)
    changes = [_change(unit, of, row, stored, back) for row in kept]
    every = [blank, *changes]
    inputs.parse(unit, of, every)
    defaults.apply(unit, of, every)
    maker = _Rows(unit, of, pane, every)
    made = tuple(
        maker.row(change, row, _of_row(problems, pane.related, row.number))
        for row, change in zip(kept, changes, strict=True)
    )
    return LineTable(
        pane, pane.related, of.object, maker.row(blank, LineRaw(-1, {})), made, _totals(made)
    )


def _change(
    unit: Unit, of: ObjectTable, row: LineRaw, stored: Mapping[str, dict[str, Any]], back: Raw
) -> Change:
    if row.id:
        return saving.known_change(unit, of, stored[row.id], row.raw, None)
    return saving.new_change(unit, of.object, {**row.raw, **back})


class _Rows:
    """Makes the rows of one table; what they share is read once."""

    def __init__(self, unit: Unit, of: ObjectTable, pane: Pane, changes: Sequence[Change]) -> None:
        self.unit, self.of = unit, of
        self.facts = Facts(unit, of, changes)
        self.titles = titles_of(unit, pointed_to(of, [c.values for c in changes]))
        self.placements = [Placement(name) for name in columns_of(unit, pane, of.object)]
        self.live = live_names(unit, of.object, made_page(unit.catalog, of.object))

    def row(self, change: Change, typed: LineRaw, problems: Sequence[FieldProblem] = ()) -> LineRow:
        sketch = Draft(self.unit, self.of, change, self.facts)
        maker = InputMaker(sketch, self.live, problems, self.titles)
        made = (maker.input(placement) for placement in self.placements)
        version = typed.version or change.before.get("version", 0)
        shown = tuple(each for each in made if each is not None)
        return LineRow(typed.number, typed.id, version, shown, typed.removed)


def _of_row(
    problems: Sequence[FieldProblem], relation: str, number: int
) -> tuple[FieldProblem, ...]:
    return tuple(p for p in problems if p.data.get("line") == (relation, number))


def _totals(rows: Sequence[LineRow]) -> dict[str, Decimal]:
    """Sums of what is computed per row; a sum of prices would mean nothing."""
    totals: dict[str, Decimal] = {}
    for row in rows:
        for each in row.inputs:
            adds_up = type_of(each.field).computed and each.widget in (
                Widget.READ_ONLY,
                Widget.NUMBER,
                Widget.MONEY,
            )
            if adds_up and isinstance(each.value, Decimal) and not row.removed:
                totals[each.name] = totals.get(each.name, Decimal(0)) + each.value
    return totals
