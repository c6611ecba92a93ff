"""A Query → statements: one for the page, one for the count, one for groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ...metadata.expressions.types import Surroundings
from .. import access
from ..queries import CAPPED_COUNT, Measure, Query, Sort
from . import aggregates
from .row_rights import ACTOR
from .selection import Selection, directed
from .unit_of_work import Unit

ALWAYS = ("id", "version")


@dataclass(frozen=True)
class Listing:
    """A query over one object, ready to be run: who may see what is already inside."""

    selection: Selection
    columns: tuple[sa.ColumnElement[Any], ...]
    paths: tuple[str, ...]
    conditions: tuple[sa.ColumnElement[bool], ...]
    sort: tuple[Sort, ...]
    sort_columns: tuple[sa.ColumnElement[Any], ...]


def prepare(unit: Unit, query: Query, around: Surroundings) -> Listing:
    """Resolves every name of ``query``. Raises UnknownName."""
    selection = Selection(
        unit.model, unit.actor, query.object, unit.connection.dialect.name, around
    )
    paths = (*ALWAYS, *(p for p in dict.fromkeys(query.fields) if p not in ALWAYS))
    columns = tuple(selection.value(tuple(p.split("."))).column.label(p) for p in paths)
    sort = _ended_by_id(query.sort)
    sort_columns = tuple(selection.sort_column(tuple(s.path.split("."))) for s in sort)
    conditions = tuple(_conditions(unit, selection, query))
    return Listing(selection, columns, paths, conditions, sort, sort_columns)


def _ended_by_id(sort: Sequence[Sort]) -> tuple[Sort, ...]:
    """``id`` ends every sort, so that no two rows share a place."""
    if any(s.path == "id" for s in sort):
        return tuple(sort)
    return (*sort, Sort("id", sort[0].descending if sort else True))


def _conditions(unit: Unit, selection: Selection, query: Query) -> list[sa.ColumnElement[bool]]:
    deleted = selection.root.column("deleted_at")
    conditions = [deleted.is_not(None) if query.binned else deleted.is_(None)]
    limit = selection.row_limit(selection.root, "read")
    if limit is not None:
        conditions.append(limit)
    conditions += [selection.condition(source) for source in query.filters]
    if query.among is not None:
        conditions.append(selection.root.column("id").in_(query.among))
    return conditions


def page(
    unit: Unit, listing: Listing, limit: int, after: Sequence[Any] | None
) -> list[Mapping[str, Any]]:
    """Up to ``limit`` rows after the sort values ``after``; rows carry theirs under ``__sort``."""
    rows = _page(unit, listing, limit, _after(listing, after) if after else None)
    missing = limit - len(rows)
    if after and missing and listing.sort[0].descending and after[0] is not None:
        # nulls are smallest, so they come last when going down: a part of their own
        first = listing.sort_columns[0]
        rows += _page(unit, listing, missing, first.is_(None))
    return rows


def _page(
    unit: Unit, listing: Listing, limit: int, place: sa.ColumnElement[bool] | None
) -> list[Mapping[str, Any]]:
    keys = [c.label(f"__sort{i}") for i, c in enumerate(listing.sort_columns)]
    order = [
        directed(column, sort.descending, listing.selection.dialect)
        for column, sort in zip(listing.sort_columns, listing.sort, strict=True)
    ]
    conditions = (*listing.conditions, place) if place is not None else listing.conditions
    statement = (
        sa.select(*listing.columns, *keys)
        .select_from(listing.selection.source)
        .where(*conditions)
        .order_by(*order)
        .limit(limit)
    )
    return list(unit.execute(statement, {ACTOR: unit.actor.id}).mappings())


def _after(listing: Listing, values: Sequence[Any]) -> sa.ColumnElement[bool]:
    """Everything past ``values`` in the order of the listing, written so that an index is walked
    from there: ``(a, b) > (x, y)`` where all go one way, else a bound on the first key first."""
    columns, sort = listing.sort_columns, listing.sort
    down = sort[0].descending
    if all(s.descending == down for s in sort) and all(v is not None for v in values):
        here, place = (
            sa.tuple_(*columns),
            sa.tuple_(*[_bound(c, v) for c, v in zip(columns, values, strict=True)]),
        )
        return here < place if down else here > place
    return _past(list(zip(columns, [s.descending for s in sort], values, strict=True)))


def _past(keys: list[tuple[sa.ColumnElement[Any], bool, Any]]) -> sa.ColumnElement[bool]:
    (column, down, value), rest = keys[0], keys[1:]
    if value is None:
        beyond = sa.false() if down else column.is_not(None)
        same = column.is_(None)
    else:
        bound = _bound(column, value)
        beyond = column < bound if down else column > bound
        same = column == bound
    return sa.or_(beyond, sa.and_(same, _past(rest))) if rest else beyond


def _bound(column: sa.ColumnElement[Any], value: Any) -> sa.ColumnElement[Any]:
    return sa.literal(value, column.type)


def count(unit: Unit, listing: Listing, exact: bool) -> tuple[int, bool]:
    """How many rows there are, and whether counting stopped at CAPPED_COUNT."""
    inner = (
        sa.select(sa.literal(1).label("one"))
        .select_from(listing.selection.source)
        .where(*listing.conditions)
    )
    if not exact:
        inner = inner.limit(CAPPED_COUNT + 1)
    statement = sa.select(sa.func.count()).select_from(inner.subquery())
    found = int(unit.execute(statement, {ACTOR: unit.actor.id}).scalar_one())
    return (CAPPED_COUNT, True) if not exact and found > CAPPED_COUNT else (found, False)


def groups(unit: Unit, query: Query, around: Surroundings, most: int) -> list[Mapping[str, Any]]:
    """One row per group with its measures, by the groups' order. Raises UnknownName."""
    selection = Selection(
        unit.model, unit.actor, query.object, unit.connection.dialect.name, around
    )
    keys = [selection.value(tuple(p.split("."))).column for p in query.group]
    order = [selection.sort_column(tuple(p.split("."))) for p in query.group]
    measures = [_measure(selection, m).label(m.name) for m in query.measures]
    statement = (
        sa.select(*[k.label(p) for k, p in zip(keys, query.group, strict=True)], *measures)
        .select_from(selection.source)
        .where(*_conditions(unit, selection, query))
        .group_by(*keys, *order)
        .order_by(*[directed(c, False, selection.dialect) for c in order])
        .limit(most)
    )
    return list(unit.execute(statement, {ACTOR: unit.actor.id}).mappings())


def _measure(selection: Selection, measure: Measure) -> sa.ColumnElement[Any]:
    source = None if measure.path == "*" else selection.value(tuple(measure.path.split(".")))
    return aggregates.measure(measure.function, source, selection.dialect).column


def readable_paths(unit: Unit, object_name: str) -> tuple[str, ...]:
    """Every field of the object the actor may read, as paths."""
    obj = unit.model.table(object_name).object
    return tuple(f.name for f in access.readable(unit.actor, obj))
