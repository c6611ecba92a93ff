"""Row conditions → SQL over the object's table or an alias of it.

They are asked row by row, of what an index answers at once (``EXISTS``): good for one record, and
for lists of which somebody sees a fair part. Who sees few of many has ``narrow``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from ...errors import UnknownName
from ...metadata.catalog import Catalog
from ...metadata.expressions import ExpressionProblem
from ...metadata.sharing import People
from ..row_conditions import (
    AllOf,
    AnyOf,
    ByRule,
    Carried,
    Everyone,
    InBranch,
    InCase,
    InPool,
    Meets,
    Named,
    Nobody,
    Owned,
    OwnedBelow,
    OwnedBy,
    OwnerInBranch,
    RowCondition,
    Shared,
    ThroughParent,
)
from .access_tables import branch, membership, queue, queue_member, share
from .approval_tables import reader as case_reader
from .columns import Id, Moment, found_one_of, one_of
from .groups import roles_of
from .system_tables import user, visibility
from .tables import ObjectTable, StorageModel
from .unit_of_work import Unit
from .written import written

ACTOR = "_actor"
"""Name of the parameter that holds the actor's id."""

NOW = "_now"
"""Name of the parameter that holds the moment a statement is run at."""

Criterion = Callable[[str, ObjectTable, sa.FromClause], sa.ColumnElement[bool]]
"""Compiles an expression over the rows of a table. Raises UnknownName."""

Truth = sa.ColumnElement[bool]


def actor_parameter() -> sa.BindParameter[Any]:
    return sa.bindparam(ACTOR, type_=Id())


def now_parameter() -> sa.BindParameter[Any]:
    return sa.bindparam(NOW, type_=Moment())


def parameters(unit: Unit) -> dict[str, Any]:
    """What every statement with row conditions is run with."""
    return {ACTOR: unit.actor.id, NOW: unit.now}


def where(
    condition: RowCondition,
    of: ObjectTable,
    table: sa.FromClause,
    model: StorageModel,
    criterion: Criterion,
) -> Truth | None:
    """The condition over ``table``, which is the table of ``of`` or an alias; None: no limit."""
    return _Compiler(model, criterion).compile(condition, of, table)


class _Compiler:
    def __init__(self, model: StorageModel, criterion: Criterion) -> None:
        self.model, self.criterion = model, criterion

    def compile(
        self, condition: RowCondition, of: ObjectTable, table: sa.FromClause
    ) -> Truth | None:
        match condition:
            case Everyone():
                return None
            case Nobody():
                return sa.false()
            case AnyOf(conditions):
                parts = [self.compile(each, of, table) for each in conditions]
                limits = [part for part in parts if part is not None]
                return sa.or_(*limits) if len(limits) == len(parts) else None
            case AllOf(conditions):
                found = [self.compile(each, of, table) for each in conditions]
                return sa.and_(*[part for part in found if part is not None])
            case ByRule(_, inner):
                return self.compile(inner, of, table)
            case InPool(_, inner):
                limit = self.compile(inner, of, table)
                free = table.c.owner.is_(None)
                return free if limit is None else sa.and_(free, limit)
            case Carried() | ThroughParent():
                return self._through(condition, of, table)
            case _:
                return self._own(condition, of, table)

    def _own(self, condition: RowCondition, of: ObjectTable, table: sa.FromClause) -> Truth:
        """What the row itself tells."""
        owner: sa.ColumnElement[Any] = table.c.owner
        match condition:
            case Owned():
                return owner == actor_parameter()
            case OwnedBelow():
                below = (visibility.c.viewer == actor_parameter(), visibility.c.owner == owner)
                return sa.exists(visibility.c.owner).where(*below)
            case OwnedBy(people):
                return owner.in_(_owners(people, self.model.catalog))
            case OwnerInBranch(object_name):
                return owner.in_(_people_in_branches(object_name))
            case InBranch(field):
                return table.c[of[field].name].in_(_branches())
            case Named(field):
                return self._named(field, of, table)
            case Shared(principals, levels):
                return shared_with(table.c.id, sorted(principals), levels)
            case InCase(levels):
                return _asked_about(table.c.id, levels)
            case Meets(source):
                return self._meets(source, of, table)
        raise TypeError(f"no meaning in SQL: {condition!r}")

    def _meets(self, source: str, of: ObjectTable, table: sa.FromClause) -> Truth:
        """A rule that names what is no longer there opens nothing."""
        try:
            return self.criterion(source, of, table)
        except (UnknownName, ExpressionProblem):
            return sa.false()

    def _named(self, field: str, of: ObjectTable, table: sa.FromClause) -> Truth:
        named = of.sets.get(of.object.by_name[field].name)
        if named is None:
            return table.c[of[field].name] == actor_parameter()
        naming = sa.select(named.c.record).where(named.c.value == actor_parameter())
        return table.c.id.in_(naming)

    def _through(
        self, condition: Carried | ThroughParent, of: ObjectTable, table: sa.FromClause
    ) -> Truth:
        link = table.c[of[condition.field].name]
        parent_of = self.model.table(condition.object)
        parent = parent_of.table.alias()
        limit = self.compile(condition.condition, parent_of, parent)
        inside = sa.select(parent.c.id).where(parent.c.id == link)
        if isinstance(condition, Carried):
            inside = inside.where(parent.c[parent_of["deleted_at"].name].is_(None))
        return sa.exists(inside if limit is None else inside.where(limit))


# Subqueries ---------------------------------------------------------------------------------


def _asked_about(record: sa.ColumnElement[Any], levels: tuple[str, ...]) -> Truth:
    """Whether the actor may read ``record`` for the sake of an approval."""
    mine = (case_reader.c.person == actor_parameter(), case_reader.c.level.in_(levels))
    return record.in_(sa.select(case_reader.c.record).where(*mine))


def shared_with(
    record: sa.ColumnElement[Any], principals: list[str], levels: tuple[str, ...]
) -> Truth:
    """Whether ``record`` is shared with one of ``principals``."""
    here = (share.c.record == record, found_one_of(share.c.principal, principals))
    return sa.exists(share.c.record).where(*here, *_valid(levels))


def records_shared(principals: list[str], levels: tuple[str, ...]) -> sa.Select[Any]:
    """The records shared with one of ``principals``."""
    theirs = one_of(share.c.principal, principals)
    return sa.select(share.c.record).where(theirs, *_valid(levels))


def _valid(levels: tuple[str, ...]) -> tuple[Truth, ...]:
    now = now_parameter()
    over = sa.or_(share.c.expires_at.is_(None), share.c.expires_at > now)
    fits = written(sa.or_(*[share.c.level == sa.literal(level) for level in levels]))
    return fits, over


def _branches() -> sa.Select[Any]:
    """The branches the actor belongs to, with all below them."""
    return (
        sa.select(branch.c.node)
        .join(membership, membership.c.branch == branch.c.ancestor)
        .where(membership.c.person == actor_parameter())
    )


def _people_in_branches(object_name: str) -> sa.Select[Any]:
    """Who belongs to them, in the trees of one object."""
    mine, theirs = membership.alias(), membership.alias()
    return (
        sa.select(theirs.c.person)
        .join(branch, branch.c.node == theirs.c.branch)
        .join(mine, mine.c.branch == branch.c.ancestor)
        .where(mine.c.person == actor_parameter(), branch.c.object == object_name)
    )


def _owners(people: People, catalog: Catalog) -> sa.SelectBase:
    """Everybody in a role, perhaps with those in roles below it, or a queue with its members."""
    if people.queue is None:
        roles = sorted(roles_of(people, catalog))
        return sa.select(user.c.id).where(user.c.role.in_(roles))
    definition = catalog.queues[people.queue].id
    here = sa.select(queue.c.id).where(queue.c.definition == definition)
    inside = sa.select(queue_member.c.person).where(queue_member.c.queue.in_(here))
    return sa.union_all(here, inside)
