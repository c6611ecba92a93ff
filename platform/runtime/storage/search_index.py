"""Says who may see what ``search_finding`` found, and what the rows of the index are made of."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from ...metadata.definitions import Field
from ...metadata.expressions.types import Surroundings
from .. import access
from ..search_query import AnyOf
from ..search_tokens import Atom
from .columns import Id
from .lookups import select_from
from .row_rights import parameters
from .search_finding import by_index, matches
from .search_match import fts5, tsquery
from .search_tables import entry, tokens, with_tokens
from .selection import TITLE, Selection
from .system_tables import recent
from .tables import ObjectTable
from .unit_of_work import Unit

MOST_SHARING = 2_000


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
    with by_index(unit):
        return [dict(row) for row in unit.execute(statement, told).mappings()]


def _having(unit: Unit) -> sa.Select[Any]:
    if unit.is_postgres:
        return sa.select(with_tokens.c.record).where(matches(with_tokens.c.tokens))
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
