"""Limits and periods of pools, for those who look after rights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from ..errors import FieldProblem, NotFound, RecordInvalid, TypecaseError
from ..metadata.definitions import Object
from ..metadata.rights_edits import with_pool
from ..metadata.sharing import Pool, RecycleRule
from ..runtime import access, customizing, pool_limits, pool_recycling
from ..runtime.storage.unit_of_work import Unit
from .labels import Labels
from .rights_edit import Edit, proposal_of, said_of

MOST = 1_000_000
LIMITS: Mapping[str, tuple[str, int]] = {
    "held": ("Records held at a time", 1),
    "per_day": ("Claims a day", 1),
    "followed": ("Records followed at a time", 1),
    "cool_down_days": ("Days before one may claim the same record again", 0),
    "protection_days": ("Days in which a record does not go back by itself", 0),
}
"""What each limit is called, and the least it may be."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a form: ``value`` as it was typed."""

    name: str
    label: str
    least: int
    value: str


@dataclass(frozen=True, slots=True)
class Period:
    label: str
    what: str
    numbers: tuple[Number, ...]


@dataclass(frozen=True, slots=True)
class PoolRow:
    object: str
    label: str
    icon: str
    pool: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PoolModel:
    object: str
    plural: str
    heading: str
    base: int
    limits: tuple[Number, ...]
    periods: tuple[Period, ...]
    problems: tuple[str, ...]
    going: tuple[str, ...] = ()
    """What would go back at once, a sentence for each period; empty: nobody has asked yet."""


def pools(unit: Unit, labels: Labels) -> tuple[PoolRow, ...]:
    """Every pool with what limits it. Raises AccessDenied."""
    access.require_system(unit.actor, "manage_rights")
    return tuple(
        PoolRow(obj.name, labels.plural(obj), obj.icon, labels.thing(pool), _words(pool, labels))
        for obj in unit.catalog.objects.values()
        for pool in [obj.access.pool]
        if pool is not None
    )


def _words(pool: Pool, labels: Labels) -> tuple[str, ...]:
    said = [
        f"{labels.text(words)}: {most}"
        for name, (words, _) in LIMITS.items()
        for most in [getattr(pool.limits, name)]
        if most
    ]
    goes = "{rule}: goes back after {days} {days:day|days}"
    said += [labels.text(goes, rule=labels.thing(r), days=r.after_days) for r in pool.recycle]
    return tuple(said)


def pool(
    unit: Unit,
    object_name: str,
    labels: Labels,
    form: MultiDict[str, str] | None = None,
    error: TypecaseError | None = None,
    going: tuple[str, ...] = (),
) -> PoolModel:
    """Raises AccessDenied, NotFound."""
    obj, known = _known(unit, object_name)

    def number(name: str, label: str, least: int, value: int | None) -> Number:
        typed = form.get(name, "") if form is not None else "" if value is None else str(value)
        return Number(name, labels.text(label), least, typed)

    def period(rule: RecycleRule) -> Period:
        days = number(f"after:{rule.name}", "Days until it goes back", 1, rule.after_days)
        warned = number(f"warn:{rule.name}", "Warned so many days before", 0, rule.warn_days)
        return Period(labels.thing(rule), rule.when or "", (days, warned))

    return PoolModel(
        object=obj.name,
        plural=labels.plural(obj),
        heading=labels.thing(known),
        base=unit.opening.catalog,
        limits=tuple(
            number(name, words, least, getattr(known.limits, name) or None)
            for name, (words, least) in LIMITS.items()
        ),
        periods=tuple(period(rule) for rule in known.recycle),
        problems=said_of(error, labels),
        going=going,
    )


def _known(unit: Unit, object_name: str) -> tuple[Object, Pool]:
    access.require_system(unit.actor, "manage_rights")
    obj = unit.catalog.objects.get(object_name)
    if obj is None or obj.access.pool is None:
        raise NotFound()
    return obj, obj.access.pool


def saved(unit: Unit, object_name: str, form: MultiDict[str, str], labels: Labels) -> Edit:
    """The pool as the form says. Raises AccessDenied, NotFound, RecordInvalid."""
    obj, known = _known(unit, object_name)
    found = customizing.definitions(unit)
    limits = {
        name: _whole(form, name, labels.text(words), least)
        for name, (words, least) in LIMITS.items()
    }
    periods = {
        rule.name: {
            "after_days": _whole(form, f"after:{rule.name}", labels.thing(rule), 1)
            or rule.after_days,
            "warn_days": _whole(form, f"warn:{rule.name}", labels.thing(rule), 0) or 0,
        }
        for rule in known.recycle
    }
    content = with_pool(found.content("access", obj.name), limits, periods)
    reason = labels.text("Limits of “{label}” changed", label=labels.thing(known))
    return Edit(found, {("access", obj.name): content}, reason)


def previewed(
    unit: Unit, object_name: str, edit: Edit, form: Mapping[str, str], labels: Labels
) -> tuple[str, ...]:
    """How many records would go back by each period; the change is checked as for publishing.
    Raises Overtaken, DefinitionsInvalid."""
    after = proposal_of(unit, edit, form).catalog
    pool = pool_limits.pool_of(after, after.object(object_name))
    due = pool_recycling.due_by(unit, unit.model.table(object_name), pool) if pool else ()
    words = "{rule}: {count} {count:record goes|records go} back within the hour."
    said = tuple(labels.text(words, rule=labels.thing(rule), count=many) for rule, many in due)
    return said or (labels.text("Nothing goes back by itself."),)


def _whole(form: Mapping[str, str], name: str, label: str, least: int) -> int | None:
    """A whole number, or None where nothing is typed. Raises RecordInvalid."""
    text = form.get(name, "").strip()
    if not text:
        return None
    number = int(text) if text.isdecimal() and text.isascii() and len(text) < 8 else -1
    if not least <= number <= MOST:
        message = "{label}: a whole number from {least} to {most}, or nothing."
        told = {"label": label, "least": least, "most": MOST}
        raise RecordInvalid([FieldProblem(name, "number", message, told)])
    return number
