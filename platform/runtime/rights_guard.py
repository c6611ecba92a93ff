"""Who may publish which rights: the limits of ``users``, for what many people have at once.

Nobody gives what they do not have (an administrator, who has every system right, may), nobody adds
to their own rights or shuts themselves out, the last administrator stays one, and what somebody
has does not vanish under them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ..errors import AccessDenied, Conflict
from ..metadata.catalog import Catalog
from ..metadata.definitions import Access, Object
from ..metadata.rights import Role
from ..metadata.sharing import Pool, Queue
from . import access, queues, users
from .actors import Rights, add_up
from .storage import people, user_rows
from .storage.unit_of_work import Unit

SHOWN = 3
"""People named where something cannot go because they have it."""


def check(unit: Unit, after: Catalog) -> None:
    """Raises AccessDenied or Conflict unless the actor may make ``after`` effective."""
    access.require_system(unit.actor, "manage_rights")
    people.touch_rights(unit.connection)
    _refuse_while_held(unit, after)
    _refuse_while_waiting(unit, after)
    then = replace(unit, catalog=after)
    had = user_rows.anybody_with(unit, users.ADMINISTRATOR)
    if had and not user_rows.anybody_with(then, users.ADMINISTRATOR):
        raise Conflict("Somebody must be able to manage people and rights: nobody would be left.")
    if unit.actor.is_system:
        return
    _check_own(unit, after)
    if not users.is_administrator(unit):
        _check_others(unit, after)


def _refuse_while_held(unit: Unit, after: Catalog) -> None:
    before = unit.catalog
    for name in before.roles.keys() - after.roles.keys():
        page = user_rows.find(unit, "", name, None, SHOWN, None)
        if page.count:
            raise Conflict(
                "{count} {count:person is|people are} in the role {name}: {people}. Move them"
                " into another role first.",
                count=page.count,
                name=before.roles[name].label,
                people=", ".join(user.name for user in page.users),
            )
    gone = before.permission_sets.keys() - after.permission_sets.keys()
    for name, holders in user_rows.count_holders(unit, gone).items():
        raise Conflict(
            "{count} {count:person has|people have} the permission set {name}. Take it from them"
            " first.",
            count=holders,
            name=before.permission_sets[name].label,
        )


def _refuse_while_waiting(unit: Unit, after: Catalog) -> None:
    """Of a queue that goes, or no longer holds an object, no records are left behind."""
    before, language = unit.catalog, unit.actor.language
    for name, queue in before.queues.items():
        then = after.queues.get(name)
        left = {*_held(before, queue)} - {*(_held(after, then) if then else ())}
        owned = [each for each in sorted(left) if before.object(each).owner == "user"]
        waiting = queues.waiting_in(unit, queue, owned) if owned else {}
        if waiting:
            objects = [before.object(each) for each in waiting]
            raise Conflict(
                "Records of {object} wait in the queue “{queue}”: {count}. Give them to somebody"
                " first.",
                count=sum(waiting.values()),
                object=", ".join(
                    before.label(f"{o.id}:plural", o.plural, language) for o in objects
                ),
                queue=before.label(queue.id, queue.label, language),
            )


def _check_own(unit: Unit, after: Catalog) -> None:
    me = user_rows.get(unit, unit.actor.id)
    old = user_rows.rights(unit.catalog, me.role, me.permission_sets)
    new = user_rows.rights(after, me.role, me.permission_sets)
    if not new.system >= old.system & users.ADMINISTRATOR:
        raise Conflict("You cannot shut yourself out. Ask another administrator.")
    if not users.covers(old, new):
        raise AccessDenied("You cannot add to your own rights. Ask another administrator.")


def _check_others(unit: Unit, after: Catalog) -> None:
    mine = unit.actor.rights
    for rights in _touched(unit.catalog, after):
        if not users.covers(mine, rights):
            raise AccessDenied("You cannot give rights that you do not have, nor take them.")
    _check_tree(unit, after)
    for name, obj in after.objects.items():
        known = unit.catalog.objects.get(name)
        needed = _needed(known.access if known else Access(), obj.access)
        if needed and not needed <= mine.on(name):
            raise AccessDenied(
                "You cannot open more records of {object} than you see and change yourself.",
                object=obj.plural,
            )
    _check_queues(unit, after)


def _touched(before: Catalog, after: Catalog) -> Iterator[Rights]:
    """What each set and role that is another now gives, and gave."""
    for catalog, other in ((before, after), (after, before)):
        for name, each in catalog.permission_sets.items():
            if other.permission_sets.get(name) != each:
                yield add_up([each])
        for name, role in catalog.roles.items():
            if other.roles.get(name) != role:
                yield user_rows.rights(catalog, name, ())


def _check_tree(unit: Unit, after: Catalog) -> None:
    """Whoever is no administrator hangs only roles below their own, below their own."""
    own = unit.actor.role
    reach = {own, *(unit.catalog.roles_below(own) if own else ())}
    for name in {*unit.catalog.roles, *after.roles}:
        before, then = unit.catalog.roles.get(name), after.roles.get(name)
        if then is None or _place(before) == _place(then):
            continue
        if then.above not in reach or not (before is None or name in reach - {own}):
            raise AccessDenied("You may change only roles that stand below your own.")


def _place(role: Role | None) -> tuple[object, ...] | None:
    return (role.above, role.outside) if role else None


def _needed(before: Access, after: Access) -> set[str]:
    """The rights on all records one must have to change who sees them like this."""
    if _lies(before.pool) != _lies(after.pool):
        return {"edit_all"}
    if (before.default, before.sharing) == (after.default, after.sharing):
        return set()
    changed = {*before.sharing} ^ {*after.sharing}
    defaults = {before.default, after.default} if before.default != after.default else set()
    edits = "edit" in defaults or any(rule.grant == "edit" for rule in changed)
    return {"edit_all"} if edits else {"view_all"}


def _lies(pool: Pool | None) -> tuple[object, ...] | None:
    """Which records come to lie in a pool, and before whom."""
    if pool is None:
        return None
    rules = [(r.name, r.when, r.since, r.counts, r.after_days) for r in pool.recycle]
    kept = (pool.protected, pool.limits.protection_days)
    return (pool.when, pool.see, pool.claim, pool.manage, kept, sorted(rules, key=str))


def _check_queues(unit: Unit, after: Catalog) -> None:
    for name in {*unit.catalog.queues, *after.queues}:
        before, then = unit.catalog.queues.get(name), after.queues.get(name)
        if before == then:
            continue
        for queue, catalog in ((before, unit.catalog), (then, after)):
            for object_name in _held(catalog, queue) if queue else ():
                _require_edit_all(unit, after.objects.get(object_name))


def _held(catalog: Catalog, queue: Queue) -> Iterable[str]:
    """What a queue may own: a queue that names no objects, any record with an owner."""
    return queue.objects or (o.name for o in catalog.objects.values() if o.owner == "user")


def _require_edit_all(unit: Unit, obj: Object | None) -> None:
    if obj is not None and "edit_all" not in unit.actor.rights.on(obj.name):
        raise AccessDenied(
            "You cannot open more records of {object} than you see and change yourself.",
            object=obj.plural,
        )
