"""Groups as those see them who look at them: queues with their members, trees with their people."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from .access_tables import branch, membership, queue, queue_member
from .system_tables import user
from .unit_of_work import Unit


@dataclass(frozen=True, slots=True)
class QueueRow:
    """``definition``: the permanent id of what made it; ``members``: ids of people."""

    id: str
    definition: str
    name: str
    live: bool
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Membership:
    person: str
    branch: str
    object: str


def queues(unit: Unit) -> tuple[QueueRow, ...]:
    """All queues, also those whose definition is gone, by name."""
    joined = queue.join(user, user.c.id == queue.c.id)
    chosen = sa.select(queue, user.c.name).select_from(joined).order_by(user.c.name, user.c.id)
    inside: dict[str, list[str]] = {}
    active = queue_member.join(user, user.c.id == queue_member.c.person)
    members = sa.select(queue_member).select_from(active).where(user.c.is_active)
    for row in unit.execute(members.order_by(user.c.name, user.c.id)):
        inside.setdefault(row.queue, []).append(row.person)
    return tuple(
        QueueRow(row.id, row.definition, row.name, row.live, tuple(inside.get(row.id, ())))
        for row in unit.execute(chosen)
    )


def peopled_trees(unit: Unit) -> frozenset[str]:
    """Names of the objects whose branches somebody belongs to."""
    return frozenset(unit.execute(sa.select(membership.c.object).distinct()).scalars())


def trees_of(unit: Unit, branches: Collection[str]) -> dict[str, str]:
    """Branch → name of its object."""
    if not branches:
        return {}
    chosen = sa.select(branch.c.node, branch.c.object).distinct()
    rows = unit.execute(chosen.where(branch.c.node.in_(sorted(branches))))
    return {row.node: row.object for row in rows}


def all_memberships(unit: Unit) -> tuple[Membership, ...]:
    """Who belongs where, active people only."""
    joined = membership.join(user, user.c.id == membership.c.person)
    columns = (membership.c.person, membership.c.branch, membership.c.object)
    chosen = sa.select(*columns).select_from(joined).where(user.c.is_active)
    rows = unit.execute(chosen.order_by(user.c.name, user.c.id, membership.c.branch))
    return tuple(Membership(row.person, row.branch, row.object) for row in rows)
