"""Groups of people as rows: queues with their members, branches of trees with who belongs there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from ...metadata.catalog import Catalog
from ...metadata.sharing import People, Queue
from .access_tables import branch, membership, queue, queue_member
from .ids import new_id
from .system_tables import user, user_permission
from .unit_of_work import Unit

# Queues -------------------------------------------------------------------------------------


def sync_queues(connection: Connection, catalog: Catalog, language: str, now: datetime) -> None:
    """Gives every queue of the catalog its row among those who own records."""
    known = {row.definition: row for row in connection.execute(sa.select(queue))}
    wanted = {each.id: each for each in catalog.queues.values()}
    for definition, row in known.items():
        live = definition in wanted
        connection.execute(sa.update(queue).where(queue.c.id == row.id).values(live=live))
        told = {"name": wanted[definition].label} if live else {}
        changed = sa.update(user).where(user.c.id == row.id)
        connection.execute(changed.values({"is_active": live, **told}))
    for definition, each in wanted.items():
        if definition not in known:
            _insert_queue(connection, each, language, now)


def _insert_queue(connection: Connection, of: Queue, language: str, now: datetime) -> None:
    id_ = new_id(now)
    row = {
        "id": id_,
        "login": f"queue:{of.id}",
        "name": of.label,
        "kind": "queue",
        "language": language,
        "zone": "UTC",
        "preferences": {},
        "is_active": True,
        "must_change_password": False,
        "created_at": now,
        "version": 1,
    }
    connection.execute(sa.insert(user), row)
    connection.execute(sa.insert(queue), {"id": id_, "definition": of.id, "live": True})


def rebuild_members(
    connection: Connection,
    catalog: Catalog,
    roles: Mapping[str, str | None],
    logins: Mapping[str, str],
) -> dict[str, set[str]]:
    """Writes who is in which queue, and returns it by the queue's id. ``roles``: person → role;
    ``logins``: log-in name → person."""
    definitions = {each.id: each for each in catalog.queues.values()}
    holders = _holders(connection, catalog, roles) if definitions else {}
    found: dict[str, set[str]] = {}
    for row in connection.execute(sa.select(queue).where(queue.c.live)).all():
        if row.definition in definitions:
            people = definitions[row.definition].members
            found[row.id] = {
                id_ for each in people for id_ in _meant(each, catalog, roles, holders, logins)
            }
    connection.execute(sa.delete(queue_member))
    rows = [{"queue": q, "person": p} for q, members in found.items() for p in sorted(members)]
    if rows:
        connection.execute(sa.insert(queue_member), rows)
    return found


def _holders(
    connection: Connection, catalog: Catalog, roles: Mapping[str, str | None]
) -> dict[str, set[str]]:
    """Permission set → the people who have it, by themselves or by their role."""
    found: dict[str, set[str]] = {}
    for row in connection.execute(sa.select(user_permission)):
        found.setdefault(row.permission_set, set()).add(row.user)
    for id_, role in roles.items():
        if role is not None and role in catalog.roles:
            for name in catalog.roles[role].permissions:
                found.setdefault(name, set()).add(id_)
    return found


def _meant(
    people: People,
    catalog: Catalog,
    roles: Mapping[str, str | None],
    holders: Mapping[str, set[str]],
    logins: Mapping[str, str],
) -> Iterable[str]:
    if people.user:
        return [logins[people.user]] if people.user in logins else []
    if people.permission_set:
        return holders.get(people.permission_set, ())
    names = roles_of(people, catalog)
    return [id_ for id_, role in roles.items() if role in names]


def roles_of(people: People, catalog: Catalog) -> frozenset[str]:
    """The roles that ``people`` names."""
    if people.role is None:
        return frozenset()
    below = catalog.roles_below(people.role) if people.below else frozenset()
    return below | {people.role}


def queues_of(person: str) -> sa.Select[Any]:
    """``id`` and ``definition`` of the queues somebody is in."""
    joined = queue.join(queue_member, queue_member.c.queue == queue.c.id)
    chosen = sa.select(queue.c.id, queue.c.definition).select_from(joined)
    return chosen.where(queue_member.c.person == person, queue.c.live)


# Branches -----------------------------------------------------------------------------------


def branches_of(person: str) -> sa.Select[Any]:
    """``node`` and ``ancestor``: the branches somebody belongs to, with those above each."""
    joined = membership.join(branch, branch.c.node == membership.c.branch)
    chosen = sa.select(branch.c.node, branch.c.ancestor).select_from(joined)
    return chosen.where(membership.c.person == person)


def memberships(unit: Unit, person: str) -> dict[str, str]:
    """Branch → object, of the branches somebody belongs to."""
    found = unit.execute(sa.select(membership).where(membership.c.person == person))
    return {row.branch: row.object for row in found}


def set_memberships(unit: Unit, person: str, branches: Mapping[str, str]) -> None:
    """``branches``: id → object."""
    unit.execute(sa.delete(membership).where(membership.c.person == person))
    rows = [{"person": person, "branch": id_, "object": of} for id_, of in branches.items()]
    if rows:
        unit.execute(sa.insert(membership), rows)


def rebuild_branches(unit: Unit, object_name: str) -> None:
    """Writes anew which records of a tree lie below which; a circle ends where it began."""
    of = unit.model.table(object_name)
    link = of[unit.catalog.trees[object_name]]
    living = sa.select(of["id"].label("id"), link.label("above")).where(of["deleted_at"].is_(None))
    above = {row.id: row.above for row in unit.execute(living)}
    rows = [
        {"ancestor": ancestor, "node": node, "object": of.object.name}
        for node in above
        for ancestor in _chain(above, node)
    ]
    unit.execute(sa.delete(branch).where(branch.c.object == of.object.name))
    if rows:
        unit.execute(sa.insert(branch), rows)


def _chain(above: Mapping[str, str | None], node: str) -> list[str]:
    """The node itself and those above it, nearest first."""
    found = [node]
    following = above.get(node)
    while following is not None and following in above and following not in found:
        found.append(following)
        following = above.get(following)
    return found
