"""Finds records in the search index, the latest saved first.

SQLite walks its full-text index backwards and stops at the limit. PostgreSQL's GIN knows no order,
so common tokens are met by walking the latest rows and rare ones by the index; what stands in more
than CAP rows is walked again, over no more than WIDE rows.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from ...metadata.definitions import Field
from ...metadata.expressions.types import Surroundings
from .. import access
from ..search_query import AnyOf, Question
from ..search_tokens import Atom
from .columns import Id
from .lookups import select_from
from .row_rights import parameters
from .search_match import fts5, tsquery
from .search_tables import entry, tokens, with_tokens
from .selection import TITLE, Selection
from .system_tables import recent
from .tables import ObjectTable
from .unit_of_work import Unit

CAP = 10_000
WINDOW = 300
WIDE = 50_000
MOST_SHARING = 2_000


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record whose tokens match. Nobody has asked yet who may see it."""

    object: str
    """Id of the object."""
    record: str


# Finding ------------------------------------------------------------------------------------


def candidates(unit: Unit, question: Question, most: int) -> tuple[list[Candidate], bool]:
    """Up to ``most`` matching records, the latest saved first, and whether those are all."""
    if not unit.is_postgres:
        match = fts5(question.everywhere())
        rows = unit.execute(_BACKWARDS, {"match": match, "most": most}).all()
        return _candidates(rows), len(rows) < most
    if most * 4 <= WINDOW:
        rows = _walk_back(unit, question, most, WINDOW)
        if len(rows) >= most:
            return _candidates(rows), False
    asked = {"match": tsquery(question.everywhere()), "most": most, "enough": CAP + 1}
    with _by_index(unit):
        rows = unit.execute(_RARE, asked).all()
    if not rows or rows[0].total <= CAP:
        return _candidates(rows), len(rows) < most
    return _candidates(_walk_back(unit, question, most, WIDE)), False


def _walk_back(unit: Unit, question: Question, most: int, window: int) -> Sequence[Any]:
    of = question.of_objects()
    asked = {"objects": list(of), "matches": [tsquery(node) for node in of.values()]}
    return unit.execute(_LATEST, {**asked, "most": most, "window": window}).all()


@contextmanager
def _by_index(unit: Unit) -> Iterator[None]:
    """PostgreSQL takes many alternatives for many rows, and would rather read the whole table."""
    if not unit.is_postgres:
        yield
        return
    unit.execute(_SCANS, {"scans": "off"})
    yield
    unit.execute(_SCANS, {"scans": "on"})


_SCANS = sa.select(sa.func.set_config("enable_seqscan", sa.bindparam("scans", type_=sa.Text), True))


def _candidates(rows: Iterable[Any]) -> list[Candidate]:
    return [Candidate(row.object, row.record) for row in rows]


def _backwards() -> sa.Select[Any]:
    return (
        sa.select(entry.c.object, entry.c.record)
        .select_from(tokens.join(entry, entry.c.seq == tokens.c.rowid))
        .where(tokens.c.tc_search_tokens.match(sa.bindparam("match")))
        .order_by(tokens.c.rowid.desc())
        .limit(sa.bindparam("most"))
    )


def _latest() -> sa.Select[Any]:
    """Those among the latest rows that match what is asked of their object."""
    window = (
        sa.select(with_tokens)
        .order_by(with_tokens.c.seq.desc())
        .limit(sa.bindparam("window"))
        .subquery()
    )
    asked = (
        sa.func.unnest(
            sa.bindparam("objects", type_=postgresql.ARRAY(sa.Text)),
            sa.bindparam("matches", type_=postgresql.ARRAY(postgresql.TSQUERY)),
        )
        .table_valued("object", sa.column("match", postgresql.TSQUERY), name="asked")
        .render_derived()
    )
    return (
        sa.select(window.c.object, window.c.record)
        .join(asked, asked.c.object == window.c.object)
        .where(window.c.tokens.op("@@", is_comparison=True)(asked.c.match))
        .order_by(window.c.seq.desc())
        .limit(sa.bindparam("most"))
    )


def _rare() -> sa.Select[Any]:
    """All that match, as long as they are no more than CAP; ``total`` tells whether they were."""
    found = (
        sa.select(with_tokens.c.seq, with_tokens.c.object, with_tokens.c.record)
        .where(_matches(with_tokens.c.tokens))
        .limit(sa.bindparam("enough"))
        .subquery()
    )
    return (
        sa.select(found.c.object, found.c.record, sa.func.count().over().label("total"))
        .order_by(found.c.seq.desc())
        .limit(sa.bindparam("most"))
    )


def _matches(column: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    wanted = sa.cast(sa.bindparam("match", type_=sa.Text), postgresql.TSQUERY)
    return column.op("@@", is_comparison=True)(wanted)


_BACKWARDS, _LATEST, _RARE = _backwards(), _latest(), _rare()


# Who may see it -----------------------------------------------------------------------------


def visible(
    unit: Unit,
    object_name: str,
    ids: Sequence[str],
    fields: Sequence[str],
    around: Surroundings,
    filter_: str | None = None,
) -> dict[str, Mapping[str, Any]]:
    """Those of ``ids`` the actor may see, by id: the title as ``*`` and the values of ``fields``.

    One statement. ``filter_`` is a condition that must hold too.
    """
    statement = _visible(unit, object_name, tuple(fields), around, filter_)
    told = {**ids_parameter(unit, ids), **parameters(unit)}
    return {row["id"]: dict(row) for row in unit.execute(statement, told).mappings()}


def _visible(
    unit: Unit,
    object_name: str,
    fields: tuple[str, ...],
    around: Surroundings,
    filter_: str | None,
) -> sa.Select[Any]:
    """The statement of ``visible``, kept for the actor unless it depends on the moment."""
    key = ("visible", object_name, fields, unit.actor.key)
    kept: sa.Select[Any] | None = None if filter_ else unit.model.prepared.get(key)
    if kept is not None:
        return kept
    selection = select_from(unit, object_name, around, unit.actor)
    made = _seen(selection, fields, filter_).where(among(unit, selection.root.column("id")))
    if not filter_ and not selection.speaks_of_today:
        unit.model.keep(key, made)
    return made


def opened_last(unit: Unit, object_name: str, most: int) -> list[str]:
    """Ids of the records of an object that the actor opened, the latest first."""
    mine = sa.and_(
        recent.c.user == sa.bindparam("_user", type_=Id()), recent.c.object == object_name
    )
    statement = sa.select(recent.c.record).where(mine).order_by(recent.c.at.desc()).limit(most)
    return list(unit.execute(statement, {"_user": unit.actor.id}).scalars())


def _seen(selection: Selection, fields: Sequence[str], filter_: str | None) -> sa.Select[Any]:
    root = selection.root
    columns = [root.column("id").label("id"), title(selection).label(TITLE)]
    columns += [selection.value((name,)).column.label(name) for name in fields]
    if root.of.object.name == "user":
        conditions = [root.column("is_active")]
    else:
        conditions = [root.column("deleted_at").is_(None)]
    limit = selection.row_limit(root, "read")
    if limit is not None:
        conditions.append(limit)
    if filter_:
        conditions.append(selection.condition(filter_))
    return sa.select(*columns).select_from(selection.source).where(*conditions)


def sharing(
    unit: Unit, of: ObjectTable, keys: Sequence[str], fields: Sequence[str]
) -> list[Mapping[str, Any]]:
    """Living records with at least one of the tokens ``keys``, whoever may see them: id, ``*``
    (title), ``visible`` (to the actor), ``owner_name``, ``fields``; no more than MOST_SHARING."""
    selection = select_from(unit, of.object.name, unit.surroundings)
    root = selection.root
    limit = selection.limited(access.rows(unit.actor, "read", of.object, unit.catalog))
    columns = [root.column("id").label("id"), title(selection).label(TITLE)]
    columns.append((sa.true() if limit is None else limit).label("visible"))
    if of.object.owner == "user":
        columns.append(selection.value(("owner", "name")).column.label("owner_name"))
    columns += [selection.value((name,)).column.label(name) for name in fields]
    statement = (
        sa.select(*columns)
        .select_from(selection.source)
        .where(root.column("deleted_at").is_(None), root.column("id").in_(_having(unit)))
        .limit(MOST_SHARING)
    )
    node = AnyOf(tuple(Atom(key) for key in keys))
    match = tsquery(node) if unit.is_postgres else fts5(node)
    told = {"match": match, **parameters(unit)}
    with _by_index(unit):
        return [dict(row) for row in unit.execute(statement, told).mappings()]


def _having(unit: Unit) -> sa.Select[Any]:
    if unit.is_postgres:
        return sa.select(with_tokens.c.record).where(_matches(with_tokens.c.tokens))
    matching = tokens.c.tc_search_tokens.match(sa.bindparam("match"))
    joined = tokens.join(entry, entry.c.seq == tokens.c.rowid)
    return sa.select(entry.c.record).select_from(joined).where(matching)


def title(selection: Selection) -> sa.ColumnElement[Any]:
    """What names a record, empty where the actor may not read that; where the title is a lookup,
    the title of what it points to."""
    obj = selection.root.of.object
    field = obj.by_name[obj.title]
    if not access.may_read_field(selection.actor, obj, field):
        return sa.null()
    pointing = bool(field.targets) or field.type == "user"
    path = (obj.title, TITLE) if pointing else (obj.title,)
    return selection.value(path).column


def among(unit: Unit, column: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """``column`` is one of the ids given as ``ids_parameter``: one value, whatever their number."""
    if unit.is_postgres:
        wanted = sa.bindparam("_ids", type_=postgresql.ARRAY(Id()))
        return column == sa.any_(wanted)
    listed = sa.func.json_each(sa.bindparam("_ids", type_=sa.Text)).table_valued("value")
    return column.in_(sa.select(listed.c.value))


def ids_parameter(unit: Unit, ids: Sequence[str]) -> dict[str, Any]:
    return {"_ids": list(ids) if unit.is_postgres else json.dumps(list(ids))}


# What is stored -----------------------------------------------------------------------------


def stored(
    unit: Unit, of: ObjectTable, fields: Sequence[Field], ids: Sequence[str]
) -> list[Mapping[str, Any]]:
    """The id and the values of ``fields`` of living records, whoever may see them."""
    statement = _stored(unit, of, fields).where(among(unit, of["id"]))
    return [dict(row) for row in unit.execute(statement, ids_parameter(unit, ids)).mappings()]


def stored_after(
    unit: Unit, of: ObjectTable, fields: Sequence[Field], after: str | None, most: int
) -> list[Mapping[str, Any]]:
    """The same for the next ``most`` records behind the id ``after``."""
    statement = _stored(unit, of, fields).order_by(of["id"]).limit(most)
    if after is not None:
        statement = statement.where(of["id"] > sa.literal(after, Id()))
    return [dict(row) for row in unit.execute(statement).mappings()]


def _stored(unit: Unit, of: ObjectTable, fields: Sequence[Field]) -> sa.Select[Any]:
    selection = select_from(unit, of.object.name, unit.surroundings)
    columns = [selection.value((field.name,)).column.label(field.name) for field in fields]
    return (
        sa.select(of["id"].label("id"), *columns)
        .select_from(selection.source)
        .where(of["deleted_at"].is_(None))
    )
