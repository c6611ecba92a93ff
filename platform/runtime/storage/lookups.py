"""Small reads the save path needs: values behind a path, children of parents, who is there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

import sqlalchemy as sa

from ...metadata.catalog import Reverse
from ...metadata.expressions.types import Surroundings
from .. import access
from ..actors import SYSTEM, Actor
from .names import About
from .row_rights import ACTOR, now_parameter, parameters
from .selection import Selection
from .unit_of_work import Unit

Path = tuple[str, ...]
Made = tuple[Selection, sa.Select[Any]]


def select_from(
    unit: Unit,
    object_name: str,
    around: Surroundings,
    actor: Actor = SYSTEM,
    is_kept: bool = False,
) -> Selection:
    """``is_kept``: its statements are told of the moment as one of their ``parameters``."""
    dialect, now = unit.connection.dialect.name, now_parameter() if is_kept else None
    return Selection(unit.model, actor, object_name, dialect, around, now)


def related_values(
    unit: Unit, target: str, path: Path, ids: Collection[str], around: Surroundings
) -> dict[str, Any]:
    """The value of ``path`` on each of the records ``ids`` of ``target``, by id."""

    def make() -> Made:
        selection = select_from(unit, target, around)
        id_ = selection.root.column("id")
        value = selection.value(path).column.label("value")
        statement = sa.select(id_.label("id"), value).select_from(selection.source)
        return selection, statement.where(id_.in_(sa.bindparam("_wanted", expanding=True)))

    statement = _kept(unit, ("related", target, path), around, make)
    rows = unit.execute(statement, {"_wanted": sorted(ids), ACTOR: SYSTEM.id})
    return {row.id: row.value for row in rows}


def _kept(
    unit: Unit, question: tuple[object, ...], around: Surroundings, make: Callable[[], Made]
) -> sa.Select[Any]:
    """The statement ``make`` makes, kept for the actor unless it depends on the moment."""
    key = (*question, unit.actor.key, around.zone.key)
    kept: sa.Select[Any] | None = unit.model.prepared.get(key)
    if kept is None:
        selection, kept = make()
        if not selection.speaks_of_today:
            unit.model.keep(key, kept)
    return kept


def child_values(
    unit: Unit, reverse: Reverse, path: Path, parents: Collection[str], around: Surroundings
) -> dict[str, list[Any]]:
    """The values of ``path`` on the living children of each parent, by the parent's id."""
    selection = select_from(unit, reverse.object, around)
    link = selection.root.column(reverse.field)
    value = selection.value(path or ("id",)).column.label("value")
    statement = (
        sa.select(link.label("parent"), value)
        .select_from(selection.source)
        .where(link.in_(sorted(parents)), selection.root.column("deleted_at").is_(None))
    )
    found: dict[str, list[Any]] = {}
    for row in unit.execute(statement, {ACTOR: SYSTEM.id}):
        found.setdefault(row.parent, []).append(row.value)
    return found


def choosable(
    unit: Unit,
    target: str,
    filter_: str | None,
    about: About | None,
    ids: Collection[str],
    around: Surroundings,
) -> set[str]:
    """Those of ``ids`` that are there, visible to the actor, and meet ``filter_``."""
    selection = select_from(unit, target, around, unit.actor)
    id_ = selection.root.column("id")
    conditions: list[sa.ColumnElement[bool]] = [id_.in_(sorted(ids))]
    if target == "user":
        conditions.append(selection.root.column("is_active"))
    else:
        conditions.append(selection.root.column("deleted_at").is_(None))
    limit = selection.row_limit(selection.root, "read")
    if limit is not None:
        conditions.append(limit)
    if filter_:
        conditions.append(selection.condition(filter_, about))
    statement = sa.select(id_).select_from(selection.source).where(*conditions)
    return {str(each) for each in unit.execute(statement, parameters(unit)).scalars()}


def visible_values(
    unit: Unit, target: str, paths: Collection[Path], ids: Collection[str], around: Surroundings
) -> dict[str, dict[str, Any]]:
    """The values of ``paths``, by dotted path, on those of ``ids`` that are there and visible to
    the actor. The values are the truth: what reads them is the author's rule, not the actor.

    Until the transaction ends nobody deletes the records found: they are about to be pointed to.
    """

    def make() -> Made:
        selection = select_from(unit, target, around)
        root = selection.root
        columns = [selection.value(p).column.label(".".join(p)) for p in sorted(paths)]
        wanted = root.column("id").in_(sa.bindparam("_wanted", expanding=True))
        conditions: list[sa.ColumnElement[bool]] = [wanted]
        if target == "user":
            conditions.append(root.column("is_active"))
        else:
            conditions.append(root.column("deleted_at").is_(None))
            rows = access.rows(unit.actor, "read", root.of.object, unit.catalog)
            limit = selection.limited(rows)
            if limit is not None:
                conditions.append(limit)
        statement = sa.select(root.column("id").label("__id"), *columns)
        statement = statement.select_from(selection.source).where(*conditions)
        if target != "user":
            statement = statement.with_for_update(read=True, key_share=True, of=root.table)
        return selection, statement

    statement = _kept(unit, ("visible", target, tuple(sorted(paths))), around, make)
    found = unit.execute(statement, {"_wanted": sorted(ids), **parameters(unit)})
    return {row["__id"]: dict(row) for row in found.mappings()}


def first_value(unit: Unit, rule: Mapping[str, Any], about: About, around: Surroundings) -> Any:
    """What a fill finds: ``value`` of the first record of ``find`` that meets ``filter``, in the
    order of ``sort``."""
    selection = select_from(unit, rule["find"], around)
    column = selection.value(tuple(rule["value"].split("."))).column.label("value")
    condition = selection.condition(rule["filter"], about)
    order = selection.order(rule.get("sort"))
    statement = (
        sa.select(column)
        .select_from(selection.source)
        .where(selection.root.column("deleted_at").is_(None), condition)
        .order_by(*order)
        .limit(1)
    )
    return unit.execute(statement, {ACTOR: SYSTEM.id}).scalar_one_or_none()
