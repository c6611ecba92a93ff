"""Row conditions → SQL. The actor is a parameter, so equal rights share one prepared statement."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from ..access import AnyOf, Everyone, Nobody, Owned, OwnedBelow, RowCondition, ThroughParent
from .columns import Id
from .system_tables import visibility
from .tables import ObjectTable, StorageModel

ACTOR = "_actor"
"""Name of the parameter that holds the actor's id."""


def actor_parameter() -> sa.BindParameter[Any]:
    return sa.bindparam(ACTOR, type_=Id())


def where(
    condition: RowCondition, of: ObjectTable, table: sa.FromClause, model: StorageModel
) -> sa.ColumnElement[bool] | None:
    """The condition over ``table``, which is the table of ``of`` or an alias; None: no limit."""
    match condition:
        case Everyone():
            return None
        case Nobody():
            return sa.false()
        case Owned():
            return table.c.owner == actor_parameter()
        case OwnedBelow():
            below = sa.select(visibility.c.owner).where(visibility.c.viewer == actor_parameter())
            return table.c.owner.in_(below)
        case ThroughParent():
            return _through_parent(condition, of, table, model)
        case AnyOf():
            parts = [where(each, of, table, model) for each in condition.conditions]
            limits = [part for part in parts if part is not None]
            return sa.or_(*limits) if len(limits) == len(parts) else None


def _through_parent(
    condition: ThroughParent, of: ObjectTable, table: sa.FromClause, model: StorageModel
) -> sa.ColumnElement[bool]:
    parent_of = model.table(condition.object)
    parent = parent_of.table.alias()
    limit = where(condition.condition, parent_of, parent, model)
    link = table.c[of[condition.field].name]
    inside = sa.select(sa.literal(1)).where(parent.c.id == link)
    return sa.exists(inside if limit is None else inside.where(limit))
