"""Pools on pages: what is free, what one holds, where a record lies and when it goes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import TypecaseError
from ..metadata.definitions import Object
from ..metadata.formats import date_format
from ..metadata.layouts import View
from ..metadata.sharing import Pool
from ..runtime import access, pool_limits, pool_recycling, pools, principals, reading
from ..runtime.pool_recycling import GoingBack
from ..runtime.storage import people
from ..runtime.storage.unit_of_work import Unit
from .labels import Labels

NEAR = 3
"""Days before a record goes back in which its page says so louder."""


@dataclass(frozen=True, slots=True)
class Part:
    label: str
    value: str
    is_full: bool


@dataclass(frozen=True, slots=True)
class PoolBar:
    """What stands above the list of a pool."""

    parts: tuple[Part, ...]
    hint: str | None
    may_claim: bool
    may_assign: bool


@dataclass(frozen=True, slots=True)
class PoolCard:
    """What stands on a record that lies in a pool or queue, or will go back to one."""

    icon: str
    words: str
    more: str | None = None
    is_near: bool = False
    may_claim: bool = False
    may_take: bool = False
    may_assign: bool = False
    may_release: bool = False


@dataclass(frozen=True, slots=True)
class HandModel:
    """The form that releases or assigns one record."""

    object: str
    title: str
    action: str
    back: str
    heading: str
    verb: str
    hint: str
    asks_owner: bool
    carried: tuple[str, ...]
    owner: tuple[str, str] | None = None
    reason: str = ""
    problem: str | None = None


# Lists --------------------------------------------------------------------------------------


def views(unit: Unit, obj: Object, others: Sequence[View]) -> tuple[View, ...]:
    """The pool as one more view of the object, for those who may look into it."""
    pool = pool_limits.pool_of(unit.catalog, obj)
    names = {view.name for view in others}
    if pool is None or pool.name in names or not _looks_in(unit, obj, pool):
        return ()
    usual = next((view for view in others if view.default), others[0])
    columns = tuple(path for path in usual.columns if path != "owner")
    sort = usual.sort if "owner" not in (usual.sort or "") else None
    return (View(pool.id, pool.name, obj.name, pool.label, columns=columns, sort=sort),)


def _looks_in(unit: Unit, obj: Object, pool: Pool) -> bool:
    return access.sees_pool(unit.actor, pool) or "view_all" in unit.actor.rights.on(obj.name)


def bar(unit: Unit, obj: Object, labels: Labels) -> PoolBar | None:
    pool = pool_limits.pool_of(unit.catalog, obj)
    if pool is None:
        return None
    may_edit = "edit" in unit.actor.rights.on(obj.name)
    may_claim = may_edit and access.may_claim(unit.actor, pool)
    may_assign = may_edit and _manages(unit, obj, pool)
    parts: tuple[Part, ...] = ()
    if may_claim:
        has = pool_limits.holding(unit, unit.model.table(obj.name), pool, unit.actor.id)
        parts = tuple(_parts(has, labels))
    hint = None
    if pool.limits.cool_down_days:
        hint = labels.text(
            "What you release you may claim again after {days} {days:day|days}.",
            days=pool.limits.cool_down_days,
        )
    return PoolBar(parts, hint if may_claim else None, may_claim, may_assign)


def _parts(has: pool_limits.Holding, labels: Labels) -> list[Part]:
    limits = has.limits
    told = (
        ("You hold", has.held, limits.held),
        ("Claimed today", has.claimed_today, limits.per_day),
        ("You are following", has.followed, limits.followed),
    )
    return [
        Part(labels.text(label), _of(count, most, labels), most is not None and count >= most)
        for label, count, most in told
        if most is not None or label == "You hold"
    ]


def _of(count: int, most: int | None, labels: Labels) -> str:
    if most is None:
        return f"{count:,}"
    return labels.text("{count} of {most}", count=count, most=most)


def may_release(unit: Unit, obj: Object) -> bool:
    """Whether lists offer to release many at once; each record is asked about again."""
    pool = pool_limits.pool_of(unit.catalog, obj)
    return pool is not None and "edit" in unit.actor.rights.on(obj.name)


def _manages(unit: Unit, obj: Object, pool: Pool) -> bool:
    return access.manages_pool(unit.actor, pool) or pool_limits.passes(unit, obj)


# Records ------------------------------------------------------------------------------------


def card(unit: Unit, obj: Object, stored: Mapping[str, Any], labels: Labels) -> PoolCard | None:
    """What to say on a record's page; None: nothing, it is an ordinary record of somebody's."""
    may_edit = "edit" in unit.actor.rights.on(obj.name)
    owner = stored.get("owner")
    if obj.owner == "user" and owner and principals.queue(owner) in unit.actor.principals:
        name = people.name_of(unit, owner)
        words = labels.text("It waits in the queue “{queue}”.", queue=name)
        return PoolCard("inbox", words, may_take=may_edit)
    pool = pool_limits.pool_of(unit.catalog, obj)
    if pool is None:
        return None
    return (_free if owner is None else _held)(unit, obj, pool, stored, labels, may_edit)


def _free(
    unit: Unit, obj: Object, pool: Pool, stored: Mapping[str, Any], labels: Labels, may_edit: bool
) -> PoolCard | None:
    of = unit.model.table(obj.name)
    if not pools.lies_in(unit, of, pool, str(stored["id"])):
        return None
    may_claim = may_edit and access.may_claim(unit.actor, pool)
    words = labels.text("It lies in the pool “{pool}”: nobody owns it.", pool=labels.thing(pool))
    more = labels.text("Claim it to work on it.") if may_claim else None
    may_assign = may_edit and _manages(unit, obj, pool)
    return PoolCard("pool", words, more, may_claim=may_claim, may_assign=may_assign)


def _held(
    unit: Unit, obj: Object, pool: Pool, stored: Mapping[str, Any], labels: Labels, may_edit: bool
) -> PoolCard | None:
    of = unit.model.table(obj.name)
    may = may_edit and pools.may_assign(unit, pool, dict(stored))
    going = pool_recycling.going_back(unit, of, pool, str(stored["id"]))
    if going is None and not (may and pools.lies_in(unit, of, pool, str(stored["id"]))):
        return None
    words = labels.text("It may be released into the pool “{pool}”.", pool=labels.thing(pool))
    if going is not None:
        words = _when(going, pool, labels)
    return PoolCard(
        "clock-hour-4" if going else "pool",
        words,
        _why(going, labels, unit) if going else None,
        is_near=going is not None and going.days <= NEAR,
        may_assign=may and _manages(unit, obj, pool),
        may_release=may,
    )


def _when(going: GoingBack, pool: Pool, labels: Labels) -> str:
    name = labels.thing(pool)
    if going.days == 0:
        return labels.text("It goes back to the pool “{pool}” today.", pool=name)
    return labels.text(
        "It goes back to the pool “{pool}” in {days} {days:day|days}.", pool=name, days=going.days
    )


def _why(going: GoingBack, labels: Labels, unit: Unit) -> str:
    day = date_format(labels.locale)(going.on)
    rule = labels.thing(going.rule)
    if going.rule.counts == "follow_up" and not going.rule.since:
        return labels.text(
            "{rule} · {day}. An activity or a comment begins the days anew.", rule=rule, day=day
        )
    return f"{rule} · {day}"


def hand_form(
    unit: Unit,
    name: str,
    id_: str,
    kind: str,
    labels: Labels,
    posted: Mapping[str, str],
    carried: tuple[str, ...],
    error: TypecaseError | None = None,
) -> HandModel:
    """``kind``: ``release`` or ``assign``. Raises NotFound, AccessDenied as doing it would."""
    obj = unit.catalog.object(name)
    pool = pools.require_managed(unit, obj.name, id_)
    title = str(reading.stored(unit, obj.name, id_)[obj.title] or labels.text("Untitled"))
    assigns = kind == "assign"
    chosen = posted.get("owner") or ""
    known = people.names(unit, [chosen]) if len(chosen) == 36 else {}
    return HandModel(
        object=obj.name,
        title=title,
        action=f"/o/{obj.name}/{id_}/{kind}",
        back=f"/o/{obj.name}/{id_}",
        heading=labels.text("Assign" if assigns else "Release into the pool"),
        verb=labels.text("Assign" if assigns else "Release"),
        hint=labels.text(
            "Shown on the timeline." if assigns else "Whoever sees it in “{pool}” reads this.",
            pool=labels.thing(pool),
        ),
        asks_owner=assigns,
        carried=carried,
        owner=next(iter(known.items()), None),
        reason=posted.get("reason", ""),
        problem=_said(error, labels),
    )


def _said(error: TypecaseError | None, labels: Labels) -> str | None:
    if error is None:
        return None
    problems = getattr(error, "problems", ())
    return " ".join(p.text(labels.locale) for p in problems) or error.text(labels.locale)
