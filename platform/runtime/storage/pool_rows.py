"""Pools as rows: what people hold, what they claimed, which records are due to go back.

An age is compared, never computed: "nothing since that moment" is asked of an index, and the
newest of several moments is made in Python for the few records that are shown or warned of.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from ...metadata.sharing import Pool, RecycleRule
from ..actors import SYSTEM_ID
from .access_tables import ownership, pool_warning
from .columns import Day
from .lookups import select_from
from .row_rights import ACTOR
from .selection import Selection
from .system_tables import comment, user
from .tables import ObjectTable
from .unit_of_work import Unit

LET_GO = ("release", "recycle")
"""How a record leaves somebody for the pool."""

Truth = sa.ColumnElement[bool]
Followers = Sequence[tuple[ObjectTable, str]]
"""Objects of activities, each with its lookup that says which record it is about."""


@dataclass(frozen=True, slots=True)
class Bound:
    """Everything that began before ``moment``, which is on ``day`` or earlier."""

    moment: datetime
    day: date


# People -------------------------------------------------------------------------------------


def lock_people(unit: Unit, ids: Collection[str]) -> None:
    """Until the transaction ends nobody else gives these people a record of a pool. On SQLite
    the one writer holds the lock already."""
    if unit.is_postgres and ids:
        chosen = sa.select(user.c.id).where(user.c.id.in_(sorted(ids))).order_by(user.c.id)
        unit.execute(chosen.with_for_update(key_share=True)).all()


def held(unit: Unit, of: ObjectTable, pool: Pool, people: Collection[str]) -> dict[str, int]:
    """Person → how many living records they own that may lie in the pool."""
    selection = _selection(unit, of)
    chosen = [of["owner"].in_(sorted(people)), *_living_of_pool(selection, pool)]
    many = sa.func.count().label("many")
    counted = sa.select(of["owner"].label("owner"), many).select_from(selection.source)
    rows = unit.execute(counted.where(*chosen).group_by(of["owner"]), {ACTOR: SYSTEM_ID})
    return {row.owner: row.many for row in rows}


def followed(unit: Unit, of: ObjectTable, pool: Pool, person: str, followers: Followers) -> int:
    """How many of those they have followed up since they got them."""
    selection = _selection(unit, of)
    chosen = [of["owner"] == person, *_living_of_pool(selection, pool)]
    since = _got(of)
    done = sa.or_(*_follow_ups(of, followers, since))
    counted = sa.select(sa.func.count()).select_from(selection.source).where(*chosen, done)
    return int(unit.execute(counted, {ACTOR: SYSTEM_ID}).scalar_one())


def claims(unit: Unit, of: ObjectTable, person: str, since: datetime) -> int:
    """How many records somebody has claimed since a moment, whatever became of them."""
    counted = sa.select(sa.func.count()).where(
        ownership.c.after == person,
        ownership.c.at >= since,
        ownership.c.object == of.object.id,
        ownership.c.how == "claim",
    )
    return int(unit.execute(counted).scalar_one())


# Records ------------------------------------------------------------------------------------


def in_pool(unit: Unit, of: ObjectTable, pool: Pool, ids: Collection[str]) -> set[str]:
    """Those of ``ids`` that may lie in the pool, whoever owns them now."""
    selection = _selection(unit, of)
    chosen = [of["id"].in_(sorted(ids)), *_living_of_pool(selection, pool)]
    found = sa.select(of["id"]).select_from(selection.source).where(*chosen)
    return set(unit.execute(found, {ACTOR: SYSTEM_ID}).scalars())


def free(unit: Unit, of: ObjectTable, pool: Pool) -> int:
    """How many records lie in the pool, whoever may see them."""
    selection = _selection(unit, of)
    chosen = [of["owner"].is_(None), *_living_of_pool(selection, pool)]
    counted = sa.select(sa.func.count()).select_from(selection.source).where(*chosen)
    return int(unit.execute(counted, {ACTOR: SYSTEM_ID}).scalar_one())


def let_go(unit: Unit, record: str, person: str) -> datetime | None:
    """When somebody last released a record, or lost it to a rule."""
    found = sa.select(sa.func.max(ownership.c.at)).where(
        ownership.c.record == record,
        ownership.c.before == person,
        ownership.c.after.is_(None),
        ownership.c.how.in_(LET_GO),
    )
    moment: datetime | None = unit.execute(found).scalar_one()
    return moment


def last_change(unit: Unit, record: str) -> sa.Row[Any] | None:
    """The latest change of owner of a record."""
    latest = sa.select(ownership).where(ownership.c.record == record)
    return unit.execute(
        latest.order_by(ownership.c.at.desc(), ownership.c.id.desc()).limit(1)
    ).one_or_none()


# Going back ---------------------------------------------------------------------------------


def due(
    unit: Unit,
    of: ObjectTable,
    pool: Pool,
    rule: RecycleRule,
    bounds: tuple[Bound, Bound],
    followers: Followers,
    after: str | None,
    limit: int,
) -> list[str]:
    """Records past ``after`` (None: from the first) that ``rule`` sends back: nothing has happened
    since the first of ``bounds``, and their owners have had them since before the second."""
    selection = _selection(unit, of)
    chosen = _counting(selection, of, pool, rule, bounds, followers)
    if after is not None:
        chosen.append(of["id"] > after)
    found = sa.select(of["id"]).select_from(selection.source).where(*chosen)
    ordered = found.order_by(of["id"]).limit(limit)
    return list(unit.execute(ordered, {ACTOR: SYSTEM_ID}).scalars())


def count_due(
    unit: Unit,
    of: ObjectTable,
    pool: Pool,
    rule: RecycleRule,
    bounds: tuple[Bound, Bound],
    followers: Followers,
) -> int:
    """How many records ``due`` would find, one batch after the other."""
    selection = _selection(unit, of)
    chosen = _counting(selection, of, pool, rule, bounds, followers)
    counted = sa.select(sa.func.count()).select_from(selection.source).where(*chosen)
    return int(unit.execute(counted, {ACTOR: SYSTEM_ID}).scalar_one())


def unwarned(
    unit: Unit,
    of: ObjectTable,
    pool: Pool,
    rule: RecycleRule,
    bounds: tuple[Bound, Bound],
    followers: Followers,
    limit: int,
) -> list[sa.Row[Any]]:
    """``id``, ``field0`` and ``_moments`` of records that are about to go back and whose owners
    have not been told."""
    selection = _selection(unit, of)
    chosen = _counting(selection, of, pool, rule, bounds, followers)
    told = sa.select(sa.literal(1)).where(
        pool_warning.c.record == of["id"],
        pool_warning.c.rule == rule.id,
        *_still_valid(of, rule, followers),
    )
    columns = (of["id"], _field_of(of, rule, 0), *_moments(of, followers))
    found = sa.select(*columns).select_from(selection.source)
    ordered = found.where(*chosen, ~sa.exists(told)).order_by(of["id"]).limit(limit)
    return list(unit.execute(ordered, {ACTOR: SYSTEM_ID}).all())


def standing(
    unit: Unit, of: ObjectTable, pool: Pool, record: str, followers: Followers
) -> sa.Row[Any] | None:
    """Of one record: ``pooled`` (it may lie in the pool), ``protected``, ``_moments``, and for
    each rule by its place ``meets0`` and ``field0``."""
    selection = _selection(unit, of)
    columns: list[sa.ColumnElement[Any]] = [
        _condition(selection, pool.when, True).label("pooled"),
        _condition(selection, pool.protected, False).label("protected"),
    ]
    for place, rule in enumerate(pool.recycle):
        columns.append(_condition(selection, rule.when, True).label(f"meets{place}"))
        columns.append(_field_of(of, rule, place))
    columns += _moments(of, followers)
    found = sa.select(*columns).select_from(selection.source).where(of["id"] == record)
    return unit.execute(found, {ACTOR: SYSTEM_ID}).one_or_none()


def warn(unit: Unit, rows: Sequence[dict[str, Any]]) -> None:
    """Keeps warnings, each in the place of an older one of the same record and rule."""
    for row in rows:
        unit.execute(
            sa.delete(pool_warning).where(
                pool_warning.c.record == row["record"], pool_warning.c.rule == row["rule"]
            )
        )
    if rows:
        unit.execute(sa.insert(pool_warning), list(rows))


def forget_warnings(unit: Unit, records: Collection[str]) -> None:
    unit.execute(sa.delete(pool_warning).where(pool_warning.c.record.in_(sorted(records))))


# Inside -------------------------------------------------------------------------------------


def _selection(unit: Unit, of: ObjectTable) -> Selection:
    return select_from(unit, of.object.name, unit.surroundings)


def _condition(selection: Selection, source: str | None, absent: bool) -> Truth:
    if source is None:
        return sa.true() if absent else sa.false()
    return sa.func.coalesce(selection.condition(source), sa.false())


def _living_of_pool(selection: Selection, pool: Pool) -> Iterator[Truth]:
    yield selection.root.column("deleted_at").is_(None)
    if pool.when:
        yield selection.condition(pool.when)


def _counting(
    selection: Selection,
    of: ObjectTable,
    pool: Pool,
    rule: RecycleRule,
    bounds: tuple[Bound, Bound],
    followers: Followers,
) -> list[Truth]:
    """People's records of the pool for which nothing begins the days after the bounds."""
    quiet, got = bounds
    since = min(quiet.moment, got.moment)
    owners = sa.select(user.c.id).where(user.c.kind == "person")
    chosen: list[Truth] = [
        *_living_of_pool(selection, pool),
        of["owner"].in_(owners),
        of["created_at"] < since,
        ~sa.exists(_given(of).where(ownership.c.at >= since)),
    ]
    if rule.when:
        chosen.append(selection.condition(rule.when))
    if pool.protected:
        chosen.append(~_condition(selection, pool.protected, False))
    if rule.since:
        column = of[rule.since]
        bound = column <= quiet.day if _is_day(column) else column < quiet.moment
        chosen.append(sa.or_(column.is_(None), bound))
    elif rule.counts == "follow_up":
        moment = sa.literal(quiet.moment, of["created_at"].type)
        chosen += [~each for each in _follow_ups(of, followers, moment)]
    return chosen


def _still_valid(of: ObjectTable, rule: RecycleRule, followers: Followers) -> Iterator[Truth]:
    """The warning was given of the days as they are counted now: nothing has begun them anew."""
    warned = pool_warning.c.counted_from
    yield ~sa.exists(_given(of).where(ownership.c.at > warned))
    if rule.since:
        column = of[rule.since]
        told = pool_warning.c.counted_day if _is_day(column) else warned
        yield sa.or_(column.is_(None), column <= told)
    elif rule.counts == "follow_up":
        for each in _follow_ups(of, followers, warned, after=True):
            yield ~each


def _is_day(column: sa.ColumnElement[Any]) -> bool:
    return isinstance(column.type, Day)


def _given(of: ObjectTable) -> sa.Select[Any]:
    """Changes of owner that gave the record to somebody."""
    return sa.select(sa.literal(1)).where(
        ownership.c.record == of["id"], ownership.c.after.is_not(None)
    )


def _got(of: ObjectTable) -> sa.ColumnElement[Any]:
    """When the owner got the record."""
    given = sa.select(sa.func.max(ownership.c.at)).where(
        ownership.c.record == of["id"], ownership.c.after.is_not(None)
    )
    return sa.func.coalesce(given.correlate(of.table).scalar_subquery(), of["created_at"])


def _follow_ups(
    of: ObjectTable, followers: Followers, since: sa.ColumnElement[Any], after: bool = False
) -> Iterator[Truth]:
    """Somebody did something about the record at that moment or later (``after``: later)."""
    for child_of, link in followers:
        child = child_of.table.alias()
        at = child.c[child_of["created_at"].name]
        yield sa.exists(
            sa.select(sa.literal(1)).where(
                *_of_record(of, child_of, child, link), at > since if after else at >= since
            )
        )
    at = comment.c.at
    yield sa.exists(
        sa.select(sa.literal(1)).where(
            comment.c.record == of["id"],
            comment.c.deleted_at.is_(None),
            at > since if after else at >= since,
        )
    )


def _of_record(
    of: ObjectTable, child_of: ObjectTable, child: sa.FromClause, link: str
) -> Iterator[Truth]:
    yield child.c[child_of[link].name] == of["id"]
    yield child.c[child_of["deleted_at"].name].is_(None)
    yield child.c[child_of["created_by"].name] != SYSTEM_ID


def _field_of(of: ObjectTable, rule: RecycleRule, place: int) -> sa.ColumnElement[Any]:
    return (of[rule.since] if rule.since else sa.null()).label(f"field{place}")


def _moments(of: ObjectTable, followers: Followers) -> Iterator[sa.ColumnElement[Any]]:
    """``got``: since when somebody has owned it; ``followed0`` …: the last follow-up of each
    kind; null: there is none."""
    yield _got(of).label("got")
    said = sa.select(sa.func.max(comment.c.at)).where(
        comment.c.record == of["id"], comment.c.deleted_at.is_(None)
    )
    yield said.correlate(of.table).scalar_subquery().label("followed0")
    for place, (child_of, link) in enumerate(followers, 1):
        child = child_of.table.alias()
        latest = sa.select(sa.func.max(child.c[child_of["created_at"].name]))
        mine = latest.where(*_of_record(of, child_of, child, link)).correlate(of.table)
        yield mine.scalar_subquery().label(f"followed{place}")
