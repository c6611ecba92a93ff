"""Lists of people who see few of many records: one short walk for each reason, merged.

Walking the order of a list and asking every row (``row_rights``) is quick where much of it is
open to the reader. Where little is, each reason walks its own rows in that order instead, stops at
the length of a page, and the page is taken from what they found. Which way is better is guessed
once a day; a walk asks the whole of its reason, so a wrong guess costs time and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import isqrt
from typing import Any

import sqlalchemy as sa

from .. import access
from ..row_conditions import Carried, Owned, OwnedBelow, RowCondition, Shared, reasons
from .columns import Id
from .row_rights import actor_parameter, parameters, records_shared
from .selection import Selection
from .system_tables import visibility
from .unit_of_work import Unit

SMALL = 5_000
"""Rows of a table that are not worth a second thought."""

SPARSE = 10
"""Whoever owns, or whose people own, less than one in so many rows sees few of them."""

MOST_OWNERS = 64
"""Owners whose records are walked one by one."""

PAGE = 50
"""Rows a list is mostly asked for."""

MOST_REACHED = 20_000
"""Records somebody sees that are few enough to be gathered before a search."""

HANDFUL = 200
"""Records that are asked one by one."""


@dataclass(frozen=True)
class Walks:
    """``conditions`` (over ``selection``, which has a table of its own), one for each walk."""

    selection: Selection
    conditions: tuple[sa.ColumnElement[bool], ...]


def walks(unit: Unit, selection: Selection, today: date) -> Walks | None:
    """The walks that find what the actor sees of ``selection``; None: walk the list itself."""
    found = _walks(unit, selection, today)
    if found is None or _gathers_much(unit, selection):
        return None
    return found


def _walks(unit: Unit, selection: Selection, today: date) -> Walks | None:
    obj = selection.root.of.object
    if obj.name == "user":
        return None
    found = tuple(reasons(access.rows(unit.actor, "read", obj, unit.catalog)))
    if Owned() not in found or not _is_sparse(unit, selection, today):
        return None
    beside = selection.beside()
    return Walks(beside, tuple(c for each in found for c in _of_reason(unit, beside, each)))


@dataclass(frozen=True)
class Reach:
    """``ids`` of all an actor sees of an object, perhaps some twice. ``is_handful``: of records
    worth asking one by one. ``statements``: made with it."""

    ids: sa.CompoundSelect[Any]
    is_handful: bool
    statements: dict[str, sa.Select[Any]] = field(default_factory=dict)


def reach(unit: Unit, selection: Selection, today: date) -> Reach | None:
    """What to begin with where the actor sees few of many: their own records. None: they see more
    than MOST_REACHED, or it is not worth a thought. Counted once a day."""
    key = ("reach", selection.root.of.object.name, unit.actor.key, today)
    if key not in unit.model.prepared:
        unit.model.keep(key, _reach(unit, selection, today))
    kept: Reach | None = unit.model.prepared[key]
    return kept


def _reach(unit: Unit, selection: Selection, today: date) -> Reach | None:
    found = _walks(unit, selection, today)
    if found is None:
        return None
    root = found.selection.root
    seen = (
        sa.select(root.column("id"))
        .select_from(found.selection.source)
        .where(root.column("deleted_at").is_(None))
    )
    # of what may come twice PostgreSQL thinks that it comes to 200 records
    together = sa.union if unit.is_postgres else sa.union_all
    ids = together(*[seen.where(way) for way in found.conditions])
    some = sa.select(ids.subquery().c.id).limit(MOST_REACHED + 1)
    counted = sa.select(sa.func.count()).select_from(some.subquery())
    count = unit.execute(counted, parameters(unit)).scalar_one()
    return Reach(ids, count <= HANDFUL) if count <= MOST_REACHED else None


def _is_sparse(unit: Unit, selection: Selection, today: date) -> bool:
    key = ("sparse", selection.root.of.object.name, unit.actor.key, today)
    known = unit.model.prepared.get(key)
    if known is None:
        rows = _rows(unit, selection)
        known = rows >= SMALL and not _owns(unit, selection, rows // SPARSE)
        unit.model.keep(key, known)
    return bool(known)


def _gathers_much(unit: Unit, selection: Selection) -> bool:
    """Whether the records of too many people for a walk each would have to be gathered and sorted,
    and are more than the rows of the list that hold a page of them."""
    if len(_people_below(unit)) <= MOST_OWNERS:
        return False
    return _owns(unit, selection, isqrt(PAGE * _rows(unit, selection)))


def _rows(unit: Unit, selection: Selection) -> int:
    """About how many rows the table has."""
    table = selection.root.of.table
    if not unit.is_postgres:
        newest = sa.func.max(sa.column("rowid", sa.Integer()))
        return unit.execute(sa.select(newest).select_from(table)).scalar_one() or 0
    statistics = sa.table("pg_class", sa.column("oid"), sa.column("reltuples"))
    name = f'"{unit.schema}"."{table.name}"' if unit.schema else f'"{table.name}"'
    counted = sa.select(statistics.c.reltuples).where(statistics.c.oid == sa.func.to_regclass(name))
    return int(unit.execute(counted).scalar_one_or_none() or 0)


def _owns(unit: Unit, selection: Selection, many: int) -> bool:
    """Whether the actor and those below them own ``many`` rows or more."""
    of = selection.root.of
    owned = sa.select(sa.literal(1).label("one")).where(of["owner"].in_(_owners())).limit(many)
    counted = sa.select(sa.func.count()).select_from(owned.subquery())
    told = {actor_parameter().key: unit.actor.id}
    return int(unit.execute(counted, told).scalar_one()) >= many


def _owners() -> sa.CompoundSelect[Any]:
    return sa.union_all(sa.select(actor_parameter()), _below())


def _of_reason(
    unit: Unit, selection: Selection, reason: RowCondition
) -> Iterator[sa.ColumnElement[bool]]:
    side = selection.root
    match reason:
        case Owned():
            yield side.column("owner") == actor_parameter()
        case OwnedBelow():
            yield from _of_people_below(unit, selection)
        case Shared(principals, levels):
            yield side.column("id").in_(records_shared(sorted(principals), levels))
        case Carried(field, _, Shared(principals, levels)):
            above = side.column(field).in_(records_shared(sorted(principals), levels))
            yield sa.and_(above, _whole(selection, reason))
        case _:
            yield _whole(selection, reason)


def _whole(selection: Selection, reason: RowCondition) -> sa.ColumnElement[bool]:
    limit = selection.limited(reason)
    return sa.true() if limit is None else limit


def _of_people_below(unit: Unit, selection: Selection) -> Iterator[sa.ColumnElement[bool]]:
    """One walk for each of a few, since an index knows the order of one owner's rows."""
    owners, owner = _people_below(unit), selection.root.column("owner")
    if len(owners) > MOST_OWNERS:
        yield owner.in_(_below())
        return
    for each in owners:
        id_ = sa.literal(each, Id())
        yield sa.and_(owner == id_, _below().where(visibility.c.owner == id_).exists())


def _people_below(unit: Unit) -> Sequence[str]:
    """No more than one beyond MOST_OWNERS."""
    told = {actor_parameter().key: unit.actor.id}
    return unit.execute(_below().limit(MOST_OWNERS + 1), told).scalars().all()


def _below() -> sa.Select[Any]:
    return sa.select(visibility.c.owner).where(visibility.c.viewer == actor_parameter())
