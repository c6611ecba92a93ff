"""Pools for those who look after rights: who claims, limits, when records go back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from ..errors import NotFound, TypecaseError
from ..metadata.checks.sharing import is_stored_time
from ..metadata.customer import LAYER
from ..metadata.definitions import Object
from ..metadata.rights_edits import item
from ..metadata.sharing import Pool
from ..runtime import access, customizing, pool_limits, pool_recycling
from ..runtime.customizing import Definitions
from ..runtime.naming import name_of
from ..runtime.storage import pool_rows
from ..runtime.storage.unit_of_work import Unit
from ..texts import LOCALES
from . import own_names, pool_entry
from .filtering import Choice
from .labels import LANGUAGES, Labels
from .own_names import OWN, Names, Naming
from .pool_entry import AFTER, LIMITS, WARNED, WHO, PoolSaid, RuleSaid
from .rights_edit import Edit, proposal_of, said_of
from .rights_words import people_choices

COUNTS: Mapping[str, str] = {
    "follow_up": "The last activity or comment",
    "ownership": "The last change of owner",
}
"""What the days count from."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a form: ``value`` as it was typed."""

    name: str
    label: str
    least: int
    value: str


@dataclass(frozen=True, slots=True)
class NameInput:
    name: str
    language: str
    locale: str
    value: str


@dataclass(frozen=True, slots=True)
class RuleModel:
    key: str
    heading: str
    names: tuple[NameInput, ...]
    when: str
    counts: tuple[Choice, ...]
    numbers: tuple[Number, ...]


@dataclass(frozen=True, slots=True)
class PoolRow:
    object: str
    label: str
    icon: str
    pool: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PoolsModel:
    rows: tuple[PoolRow, ...]
    without: tuple[tuple[str, str, str], ...]
    """(name, label, icon) of the objects that can have a pool and have none."""


@dataclass(frozen=True, slots=True)
class PoolModel:
    """``people``: (key, heading, choices by kind, whether any is chosen)."""

    object: str
    plural: str
    heading: str
    is_new: bool
    base: int
    names: tuple[NameInput, ...]
    when: str
    protected: str
    people: tuple[tuple[str, str, tuple[tuple[str, tuple[Choice, ...]], ...], bool], ...]
    limits: tuple[Number, ...]
    rules: tuple[RuleModel, ...]
    fields: tuple[tuple[str, str], ...]
    problems: tuple[str, ...]
    going: tuple[str, ...] = ()
    """What would go back at once, a sentence for each rule; empty: nobody has asked yet."""


# The list -----------------------------------------------------------------------------------


def pools(unit: Unit, labels: Labels) -> PoolsModel:
    """Every pool with what limits it. Raises AccessDenied."""
    access.require_system(unit.actor, "manage_rights")
    objects = unit.catalog.objects.values()
    return PoolsModel(
        tuple(
            PoolRow(o.name, labels.plural(o), o.icon, labels.thing(pool), _words(pool, labels))
            for o in objects
            for pool in [o.access.pool]
            if pool is not None
        ),
        tuple((o.name, labels.plural(o), o.icon) for o in objects if _may_have_one(unit, o)),
    )


def _may_have_one(unit: Unit, obj: Object) -> bool:
    return obj.owner == "user" and obj.access.pool is None and not unit.catalog.is_off(obj)


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


# The form -----------------------------------------------------------------------------------


def pool(
    unit: Unit,
    object_name: str,
    is_new: bool,
    labels: Labels,
    form: MultiDict[str, str] | None = None,
    error: TypecaseError | None = None,
    going: tuple[str, ...] = (),
) -> PoolModel:
    """Raises AccessDenied, NotFound."""
    obj, known = _known(unit, object_name, is_new)
    if form is not None:
        said = pool_entry.posted(form)
    elif known is not None:
        said = pool_entry.as_is(unit.catalog, known)
    else:
        said = pool_entry.fresh(unit.catalog, obj)
    return PoolModel(
        object=obj.name,
        plural=labels.plural(obj),
        heading=labels.thing(known) if known else labels.text("New pool"),
        is_new=is_new,
        base=unit.opening.catalog,
        names=_names(said.names),
        when=said.when,
        protected=said.protected,
        people=tuple(_people(unit, key, said, labels) for key in WHO),
        limits=tuple(
            Number(name, labels.text(words), least, said.limits.get(name, ""))
            for name, (words, least) in LIMITS.items()
        ),
        rules=tuple(_rule(obj, each, labels) for each in said.rules),
        fields=tuple((f.name, labels.field(f)) for f in obj.fields),
        problems=said_of(error, labels),
        going=going,
    )


def _known(unit: Unit, object_name: str, is_new: bool) -> tuple[Object, Pool | None]:
    """None: it is being made."""
    access.require_system(unit.actor, "manage_rights")
    obj = unit.catalog.objects.get(object_name)
    if obj is None or (not _may_have_one(unit, obj) if is_new else obj.access.pool is None):
        raise NotFound()
    return obj, obj.access.pool


def _names(names: Names, of: str = "") -> tuple[NameInput, ...]:
    return tuple(
        NameInput(f"label.{each}{of}", LANGUAGES[each], each, names.get(each, ""))
        for each in LOCALES
    )


def _people(
    unit: Unit, key: str, said: PoolSaid, labels: Labels
) -> tuple[str, str, tuple[tuple[str, tuple[Choice, ...]], ...], bool]:
    chosen = said.people.get(key, ())
    return key, labels.text(WHO[key]), people_choices(unit, None, chosen, labels), bool(chosen)


def _rule(obj: Object, said: RuleSaid, labels: Labels) -> RuleModel:
    counts = {value: labels.text(words) for value, words in COUNTS.items()}
    counts |= {f"since:{f.name}": labels.field(f) for f in obj.fields if is_stored_time(f)}
    return RuleModel(
        key=said.key,
        heading=said.names.get(labels.locale)
        or next(filter(None, said.names.values()), labels.text("New rule")),
        names=_names(said.names, f":{said.key}"),
        when=said.when,
        counts=tuple(Choice(v, words, v == said.counts) for v, words in counts.items()),
        numbers=(
            Number(f"after:{said.key}", labels.text(AFTER), 1, said.after),
            Number(f"warn:{said.key}", labels.text(WARNED), 0, said.warn),
        ),
    )


# What it says -------------------------------------------------------------------------------


def saved(
    unit: Unit, object_name: str, is_new: bool, form: MultiDict[str, str], labels: Labels
) -> Edit:
    """The pool as the form says. Raises AccessDenied, NotFound, RecordInvalid."""
    obj, known = _known(unit, object_name, is_new)
    said = pool_entry.posted(form)
    own_names.require_names(said.names)
    found = customizing.definitions(unit)
    content = found.content("access", obj.name)
    root = known.id if known else f"{LAYER}:{obj.id.partition(':')[2]}/pool"
    names = _naming(unit, found, obj, root, said.names, ())
    rules, namings = _rules(unit, found, obj, known, said, root, labels)
    before = content.get("pool", {})
    shown = pool_entry.as_is(unit.catalog, known) if known else None
    views = [each.name for each in unit.catalog.views.get(obj.name, ())]
    name = known.name if known else name_of(names.label, views)
    wanted = {**content, "pool": pool_entry.document(
        before, shown, said, names.label, name, rules, labels
    )}  # fmt: skip
    texts = own_names.wanted_texts(found, root, (names, *namings))
    words = "Pool “{label}” changed" if known else "Pool “{label}” of {object} made"
    reason = labels.text(words, label=names.label, object=labels.plural(obj))
    return Edit(found, {("access", obj.name): wanted, **texts}, reason, "" if known else name)


def _rules(
    unit: Unit,
    found: Definitions,
    obj: Object,
    known: Pool | None,
    said: PoolSaid,
    root: str,
    labels: Labels,
) -> tuple[list[dict[str, Any]], list[Naming]]:
    """The rules as documents, and what they are called."""
    before = found.content("access", obj.name).get("pool", {})
    there = {rule.name: rule for rule in known.recycle} if known else {}
    named = pool_entry.rule_names(there, said, OWN)
    parts = root.partition(":")[2]
    documents, namings = [], []
    for rule in said.rules:
        name, old = named[rule.key], there.get(rule.key)
        id_ = old.id if old else f"{LAYER}:{parts}/recycle/{name}"
        naming = _naming(unit, found, obj, id_, rule.names, ("recycle", name))
        shown = pool_entry.rule_as_is(unit.catalog, old) if old else None
        was = item(before, "recycle", name) or {}
        documents.append(pool_entry.rule_document(was, shown, rule, naming.label, name, labels))
        namings.append(naming)
    return documents, namings


def _naming(
    unit: Unit, found: Definitions, obj: Object, id_: str, names: Names, at: tuple[str, ...]
) -> Naming:
    """``at``: which rule of the pool; nothing: the pool itself."""
    below = found.below.get("access", obj.name)
    thing = below.content.get("pool", {}) if below else {}
    if at:
        thing = item(thing, at[0], at[1]) or {}
    return Naming(id_, own_names.language_of(unit.catalog, id_), names, thing.get("label"))


def previewed(
    unit: Unit, object_name: str, edit: Edit, form: Mapping[str, str], labels: Labels
) -> tuple[str, ...]:
    """How many records would lie in the pool at once, and how many would go back by each rule; the
    change is checked as for publishing. Raises Overtaken, DefinitionsInvalid."""
    after = proposal_of(unit, edit, form).catalog
    pool, of = pool_limits.pool_of(after, after.object(object_name)), unit.model.table(object_name)
    if pool is None:
        return (labels.text("Nothing goes back by itself."),)
    free = pool_rows.free(unit, of, pool)
    lies = "{count} {count:record|records} without an owner {count:lies|lie} in the pool."
    told = Labels(after, labels.locale)
    words = "{rule}: {count} {count:record goes|records go} back within the hour."
    said = tuple(
        labels.text(words, rule=told.thing(rule), count=many)
        for rule, many in pool_recycling.due_by(unit, of, pool)
    )
    nothing = labels.text("Nothing goes back by itself.")
    return (labels.text(lies, count=free), *(said or (nothing,)))
