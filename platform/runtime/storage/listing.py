"""A Query → statements: one for the page, one for the count, one for groups.

What depends only on the question, the reader's rights and the catalog is prepared once and kept
with the tables (``StorageModel.prepared``); a request brings the actor, the place and the limit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import Any

import sqlalchemy as sa

from ...metadata.expressions.types import Surroundings
from .. import access
from ..queries import CAPPED_COUNT, Measure, Query, Sort
from . import aggregates, narrow
from .lookups import select_from
from .row_rights import parameters
from .selection import Selection, directed
from .unit_of_work import Unit

ALWAYS = ("id", "version")
AMONG, LIMIT, AFTER = "_among", "_limit", "_after"

Keys = Sequence[tuple[sa.ColumnElement[Any], bool, Any]]
"""Sort column, whether it goes down, the value to go on from."""

Place = Callable[[Sequence[sa.ColumnElement[Any]]], tuple[sa.ColumnElement[bool], ...]]
"""Sort columns → where to go on from in their order; nothing: from the beginning."""


@dataclass(frozen=True)
class Listing:
    """A query over one object, ready to be run: who may see what is already inside."""

    selection: Selection
    columns: tuple[sa.ColumnElement[Any], ...]
    conditions: tuple[sa.ColumnElement[bool], ...]
    sort: tuple[Sort, ...]
    sort_columns: tuple[sa.ColumnElement[Any], ...]
    day: date | None
    """The day it was prepared for, where a filter or formula speaks of today."""
    walks: Walked | None = None
    statements: dict[object, sa.Select[Any]] = field(default_factory=dict)

    def statement(self, key: object, make: Callable[[], sa.Select[Any]]) -> sa.Select[Any]:
        found = self.statements.get(key)
        if found is None:
            found = self.statements[key] = make()
        return found


@dataclass(frozen=True)
class Walked:
    """The same question over a table of its own, for each walk that finds rows of it."""

    source: Selection
    conditions: tuple[sa.ColumnElement[bool], ...]
    sort_columns: tuple[sa.ColumnElement[Any], ...]
    ways: tuple[sa.ColumnElement[bool], ...]


@dataclass(frozen=True)
class Grouping:
    """Groups with their measures, ready to be run."""

    selection: Selection
    statement: sa.Select[Any]
    day: date | None


def prepare(unit: Unit, query: Query, around: Surroundings) -> Listing:
    """Resolves every name of ``query``. Raises UnknownName."""
    listing: Listing = _kept(unit, "list", query, around, partial(_prepare, unit, query, around))
    return listing


def _kept(
    unit: Unit, kind: str, query: Query, around: Surroundings, make: Callable[[date], Any]
) -> Any:
    """What was prepared for this question, reader and day, or what ``make`` makes of it now."""
    shape = replace(query, limit=1, cursor=None, count="none", among=None)
    key = (kind, shape, _is_of_one(query), unit.actor.key, around.zone.key)
    today = around.now.astimezone(around.zone).date()
    kept = unit.model.prepared.get(key)
    if kept is not None and kept.day in (None, today):
        return kept
    made = make(today)
    if not made.selection.is_momentary:
        unit.model.keep(key, made)
    return made


def _prepare(unit: Unit, query: Query, around: Surroundings, today: date) -> Listing:
    selection = select_from(unit, query.object, around, unit.actor, is_kept=True)
    paths = (*ALWAYS, *(p for p in dict.fromkeys(query.fields) if p not in ALWAYS))
    columns = tuple(selection.value(tuple(p.split("."))).column.label(p) for p in paths)
    sort = _ended_by_id(query.sort)
    sort_columns = _sort_columns(selection, sort)
    conditions = _conditions(selection, query)
    limit = selection.row_limit(selection.root, "read")
    walked = None
    if limit is not None:
        conditions.append(limit)
        walked = None if query.among else _walked(unit, selection, query, sort, today)
    day = today if selection.speaks_of_today or walked else None
    return Listing(selection, columns, tuple(conditions), sort, sort_columns, day, walked)


def _walked(
    unit: Unit,
    selection: Selection,
    query: Query,
    sort: Sequence[Sort],
    today: date,
) -> Walked | None:
    found = narrow.walks(unit, selection, today)
    if found is None:
        return None
    conditions = _conditions(found.selection, query)
    sort_columns = _sort_columns(found.selection, sort)
    return Walked(found.selection, tuple(conditions), sort_columns, found.conditions)


def _sort_columns(selection: Selection, sort: Sequence[Sort]) -> tuple[sa.ColumnElement[Any], ...]:
    return tuple(selection.sort_column(tuple(s.path.split("."))) for s in sort)


def _ended_by_id(sort: Sequence[Sort]) -> tuple[Sort, ...]:
    """``id`` ends every sort, so that no two rows share a place."""
    if any(s.path == "id" for s in sort):
        return tuple(sort)
    return (*sort, Sort("id", sort[0].descending if sort else True))


def _conditions(selection: Selection, query: Query) -> list[sa.ColumnElement[bool]]:
    """What is asked, whoever asks."""
    deleted = selection.root.column("deleted_at")
    conditions: list[sa.ColumnElement[bool]] = [
        deleted.is_not(None) if query.binned else deleted.is_(None)
    ]
    conditions += [selection.condition(source) for source in query.filters]
    pool = selection.root.of.object.access.pool
    if query.pooled:
        free = selection.limited(access.pooled(pool)) if pool else sa.false()
        conditions += [] if free is None else [free]
    id_, of_one = selection.root.column("id"), _is_of_one(query)
    if of_one is not None:
        among: sa.BindParameter[Any] = sa.bindparam(AMONG, type_=id_.type, expanding=not of_one)
        conditions.append(id_ == among if of_one else id_.in_(among))
    return conditions


def _is_of_one(query: Query) -> bool | None:
    """Whether it asks for a single id, which needs no list of them; None: not for ids."""
    return None if query.among is None else len(query.among) == 1


def _parameters(unit: Unit, query: Query) -> dict[str, Any]:
    told = parameters(unit)
    if query.among is not None:
        told[AMONG] = query.among[0] if len(query.among) == 1 else list(query.among)
    return told


# Pages --------------------------------------------------------------------------------------


def page(
    unit: Unit, listing: Listing, query: Query, limit: int, after: Sequence[Any] | None
) -> list[Mapping[Any, Any]]:
    """Up to ``limit`` rows after the sort values ``after``; rows carry theirs as ``__sort0`` …"""
    if after is None:
        return _run(unit, listing, query, limit, "first", lambda columns: (), ())
    nulls = tuple(value is None for value in after)

    def past(columns: Sequence[sa.ColumnElement[Any]]) -> tuple[sa.ColumnElement[bool], ...]:
        keys = zip(columns, listing.sort, after, strict=True)
        return (_past([(c, s.descending, v) for c, s, v in keys]),)

    rows = _run(unit, listing, query, limit, ("after", nulls), past, after)
    missing = limit - len(rows)
    if missing and listing.sort[0].descending and after[0] is not None:
        # nulls are smallest, so they come last when going down: a part of their own
        rows += _run(unit, listing, query, missing, "nulls", lambda c: (c[0].is_(None),), ())
    return rows


def _run(
    unit: Unit,
    listing: Listing,
    query: Query,
    limit: int,
    key: object,
    place: Place,
    after: Sequence[Any],
) -> list[Mapping[Any, Any]]:
    statement = listing.statement(key, lambda: _page(listing, place))
    told = _parameters(unit, query) | {LIMIT: limit}
    told |= {f"{AFTER}{i}": value for i, value in enumerate(after) if value is not None}
    return list(unit.execute(statement, told).mappings().all())


def _page(listing: Listing, place: Place) -> sa.Select[Any]:
    length = sa.bindparam(LIMIT, type_=sa.Integer())
    if listing.walks is not None:
        return _page_of_walks(listing, place).limit(length)
    keys = [c.label(_key(i)) for i, c in enumerate(listing.sort_columns)]
    return (
        sa.select(*listing.columns, *keys)
        .select_from(listing.selection.source)
        .where(*listing.conditions, *place(listing.sort_columns))
        .order_by(*_order(listing, listing.sort_columns))
        .limit(length)
    )


def _page_of_walks(listing: Listing, place: Place) -> sa.Select[Any]:
    """The walks have asked all there is to ask, and who may see it."""
    found = _found(listing, place).subquery()
    keys = [found.c[_key(i)] for i in range(len(listing.sort))]
    id_ = next(key for key, each in zip(keys, listing.sort, strict=True) if each.path == "id")
    return (
        sa.select(*listing.columns, *keys)
        .select_from(found, listing.selection.source)
        .where(listing.selection.root.column("id") == id_)
        .order_by(*_order(listing, keys))
    )


def _key(number: int) -> str:
    return f"__sort{number}"


def _order(
    listing: Listing, columns: Sequence[sa.ColumnElement[Any]]
) -> list[sa.ColumnElement[Any]]:
    dialect = listing.selection.dialect
    pairs = zip(columns, listing.sort, strict=True)
    return [directed(column, sort.descending, dialect) for column, sort in pairs]


def _found(listing: Listing, place: Place) -> sa.Select[Any] | sa.CompoundSelect[Any]:
    """Sort values (``id`` among them) of what the walks found together, each once and up to the
    length of the page. SQLite takes from each walk as it needs; PostgreSQL is told where to end."""
    assert listing.walks is not None
    walks, length = listing.walks, sa.bindparam(LIMIT, type_=sa.Integer())
    whole = (
        sa.select(*[column.label(_key(i)) for i, column in enumerate(walks.sort_columns)])
        .select_from(walks.source.source)
        .where(*walks.conditions, *place(walks.sort_columns))
    )
    each = [whole.where(way) for way in walks.ways]
    if listing.selection.dialect == "postgresql":
        order = _order(listing, walks.sort_columns)
        each = [sa.select(walk.order_by(*order).limit(length).subquery()) for walk in each]
    found = sa.union(*each)
    keys = [found.selected_columns[_key(i)] for i in range(len(listing.sort))]
    return found.order_by(*_order(listing, keys)).limit(length)


def _past(keys: Keys) -> sa.ColumnElement[bool]:
    """Everything past a place in the order of the listing, written so that an index is walked
    from there: ``(a, b) > (x, y)`` where all keys go one way, else key by key."""
    down = keys[0][1]
    if all(each[1] == down and each[2] is not None for each in keys):
        here = sa.tuple_(*[column for column, _, _ in keys])
        there = sa.tuple_(*[_bound(column, i) for i, (column, _, _) in enumerate(keys)])
        return here < there if down else here > there
    return _past_by_key(keys, 0)


def _past_by_key(keys: Keys, at: int) -> sa.ColumnElement[bool]:
    column, down, value = keys[at]
    beyond: sa.ColumnElement[bool]
    same: sa.ColumnElement[bool]
    if value is None:
        beyond = sa.false() if down else column.is_not(None)
        same = column.is_(None)
    else:
        bound = _bound(column, at)
        beyond = column < bound if down else column > bound
        same = column == bound
    if at + 1 == len(keys):
        return beyond
    return sa.or_(beyond, sa.and_(same, _past_by_key(keys, at + 1)))


def _bound(column: sa.ColumnElement[Any], at: int) -> sa.BindParameter[Any]:
    return sa.bindparam(f"{AFTER}{at}", type_=column.type)


# Counts and groups --------------------------------------------------------------------------


def count(unit: Unit, listing: Listing, query: Query, exact: bool) -> tuple[int, bool]:
    """How many rows there are, and whether counting stopped at CAPPED_COUNT."""
    statement = listing.statement(("count", exact), lambda: _count(listing, exact))
    found = int(unit.execute(statement, _parameters(unit, query)).scalar_one())
    return (CAPPED_COUNT, True) if not exact and found > CAPPED_COUNT else (found, False)


def _count(listing: Listing, exact: bool) -> sa.Select[Any]:
    inner = (
        sa.select(sa.literal(1).label("one"))
        .select_from(listing.selection.source)
        .where(*listing.conditions)
    )
    if not exact:
        inner = inner.limit(CAPPED_COUNT + 1)
    return sa.select(sa.func.count()).select_from(inner.subquery())


def groups(unit: Unit, query: Query, around: Surroundings, most: int) -> list[Mapping[Any, Any]]:
    """One row per group with its measures, by the groups' order. Raises UnknownName."""
    make = partial(_prepare_groups, unit, query, around)
    prepared: Grouping = _kept(unit, "groups", query, around, make)
    told = _parameters(unit, query) | {LIMIT: most}
    return list(unit.execute(prepared.statement, told).mappings())


def _prepare_groups(unit: Unit, query: Query, around: Surroundings, today: date) -> Grouping:
    selection = select_from(unit, query.object, around, unit.actor, is_kept=True)
    keys = [selection.value(tuple(p.split("."))).column for p in query.group]
    order = [selection.sort_column(tuple(p.split("."))) for p in query.group]
    measures = [_measure(selection, m).label(m.name) for m in query.measures]
    limit = selection.row_limit(selection.root, "read")
    limits = () if limit is None else (limit,)
    statement = (
        sa.select(*[k.label(p) for k, p in zip(keys, query.group, strict=True)], *measures)
        .select_from(selection.source)
        .where(*_conditions(selection, query), *limits)
        .group_by(*keys, *order)
        .order_by(*[directed(c, False, selection.dialect) for c in order])
        .limit(sa.bindparam(LIMIT, type_=sa.Integer()))
    )
    return Grouping(selection, statement, today if selection.speaks_of_today else None)


def _measure(selection: Selection, measure: Measure) -> sa.ColumnElement[Any]:
    source = None if measure.path == "*" else selection.value(tuple(measure.path.split(".")))
    return aggregates.measure(measure.function, source, selection.dialect).column
