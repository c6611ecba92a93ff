"""What the form of a pool says, and the document that follows from it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from ..errors import FieldProblem, RecordInvalid
from ..metadata.catalog import Catalog
from ..metadata.definitions import Object
from ..metadata.sharing import People, Pool, RecycleRule
from ..runtime.naming import name_of
from .labels import Labels
from .own_names import Names, names_in, names_of, require_names
from .rights_words import code_of, document_of

MOST = 1_000_000
LIMITS: Mapping[str, tuple[str, int]] = {
    "held": ("Records held at a time", 1),
    "per_day": ("Claims a day", 1),
    "followed": ("Records followed at a time", 1),
    "cool_down_days": ("Days before one may claim the same record again", 0),
    "protection_days": ("Days in which a record does not go back by itself", 0),
}
"""What each limit is called, and the least it may be."""

WHO: Mapping[str, str] = {
    "claim": "Who may claim",
    "manage": "Who may assign, too",
    "see": "Who only sees it",
}
AFTER, WARNED = "Days until it goes back", "Warned so many days before"
FRESH = {"held": "50", "per_day": "10", "cool_down_days": "7", "protection_days": "3"}
"""The limits a new pool begins with."""

NEW_RULE = re.compile(r"_([0-9]{1,3})")
MOST_RULES = 50

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class RuleSaid:
    """``key``: its name, ``_1`` and so on for a new one; ``counts``: ``follow_up``, ``ownership``
    or ``since:<field>``."""

    key: str
    names: Names
    when: str = ""
    counts: str = "follow_up"
    after: str = ""
    warn: str = ""


@dataclass(frozen=True, slots=True)
class PoolSaid:
    """``people``: by key of the definition, the codes of ``rights_words``."""

    names: Names
    when: str
    protected: str
    people: Mapping[str, tuple[str, ...]]
    limits: Mapping[str, str]
    rules: tuple[RuleSaid, ...]


def fresh(catalog: Catalog, obj: Object) -> PoolSaid:
    """What the form of a new pool begins with."""
    tongues = {locale: Labels(catalog, locale) for locale in ("en", "zh")}
    names = {
        locale: labels.text("Public pool of {object}", object=labels.plural(obj))
        for locale, labels in tongues.items()
    }
    quiet = {each: labels.text("Nobody followed it up") for each, labels in tongues.items()}
    rule = RuleSaid("_1", quiet, after="30", warn="7")
    return PoolSaid(names, "", "", {}, FRESH, (rule,))


def as_is(catalog: Catalog, pool: Pool) -> PoolSaid:
    limits = {each: getattr(pool.limits, each) for each in LIMITS}
    return PoolSaid(
        names=names_of(catalog, pool),
        when=pool.when or "",
        protected=pool.protected or "",
        people={key: _codes(getattr(pool, key)) for key in WHO},
        limits={each: str(most) if most else "" for each, most in limits.items()},
        rules=tuple(rule_as_is(catalog, rule) for rule in pool.recycle),
    )


def rule_as_is(catalog: Catalog, rule: RecycleRule) -> RuleSaid:
    return RuleSaid(
        key=rule.name,
        names=names_of(catalog, rule),
        when=rule.when or "",
        counts=f"since:{rule.since}" if rule.since else rule.counts,
        after=str(rule.after_days),
        warn=str(rule.warn_days),
    )


def _codes(people: Sequence[People]) -> tuple[str, ...]:
    return tuple(code_of(each) for each in people)


def posted(form: MultiDict[str, str]) -> PoolSaid:
    """As it was typed; a rule more or less where that was asked for."""
    keys = list(dict.fromkeys(form.getlist("rule")))[:MOST_RULES]
    if form.get("do") == "add":
        keys.append(f"_{max(_numbers(keys), default=0) + 1}")
    return PoolSaid(
        names=names_in(form),
        when=form.get("when", "").strip(),
        protected=form.get("protected", "").strip(),
        people={key: tuple(form.getlist(key)) for key in WHO},
        limits={each: form.get(each, "").strip() for each in LIMITS},
        rules=tuple(_rule_posted(form, key) for key in keys if key != form.get("drop")),
    )


def _numbers(keys: Collection[str]) -> Iterator[int]:
    return (int(found[1]) for key in keys if (found := NEW_RULE.fullmatch(key)))


def _rule_posted(form: MultiDict[str, str], key: str) -> RuleSaid:
    return RuleSaid(
        key=key,
        names=names_in(form, f":{key}"),
        when=form.get(f"when:{key}", "").strip(),
        counts=form.get(f"counts:{key}", "follow_up"),
        after=form.get(f"after:{key}", "").strip(),
        warn=form.get(f"warn:{key}", "").strip(),
    )


# The document -------------------------------------------------------------------------------


def document(
    before: Mapping[str, Any],
    shown: PoolSaid | None,
    said: PoolSaid,
    label: str,
    name: str,
    rules: Sequence[Document],
    labels: Labels,
) -> Document:
    """The pool as the form says; what is not said otherwise than ``shown`` stays as it was.
    Raises RecordInvalid."""
    if not said.people.get("claim") and not said.people.get("manage"):
        message = "Choose who may claim its records, or assign them."
        raise RecordInvalid([FieldProblem("claim", "required", message)])
    content: Document = {**before, "name": name, "label": label}
    for key, default in (("when", None), ("protected", None)):
        if shown is None or getattr(shown, key) != getattr(said, key):
            content[key] = getattr(said, key) or default
    for key in WHO:
        chosen = said.people.get(key, ())
        if shown is None or {*shown.people[key]} != {*chosen}:
            content[key] = [document_of(code) for code in chosen] or None
    content["limits"] = {
        each: most
        for each, (words, least) in LIMITS.items()
        if (most := whole(each, said.limits[each], labels.text(words), least)) is not None
    }
    content["recycle"] = list(rules)
    kept = {key: value for key, value in content.items() if value is not None}
    for key in ("limits", "recycle"):
        if not kept[key] and key not in before:
            del kept[key]
    return kept


def rule_names(known: Collection[str], said: PoolSaid, language: str) -> dict[str, str]:
    """Key → name of every rule of the form. Raises RecordInvalid."""
    named: dict[str, str] = {}
    for rule in said.rules:
        require_names(rule.names)
        if rule.key in known:
            named[rule.key] = rule.key
        elif NEW_RULE.fullmatch(rule.key):
            label = rule.names.get(language) or next(filter(None, rule.names.values()))
            named[rule.key] = name_of(label, {*known, *named.values()})
        else:
            message = "There is no such rule any more."
            raise RecordInvalid([FieldProblem("rule", "unknown", message)])
    return named


def rule_document(
    before: Mapping[str, Any],
    shown: RuleSaid | None,
    said: RuleSaid,
    label: str,
    name: str,
    labels: Labels,
) -> Document:
    """One rule of the form. Raises RecordInvalid."""
    after = whole(f"after:{said.key}", said.after, f"{label}: {labels.text(AFTER)}", 1)
    warn = whole(f"warn:{said.key}", said.warn, f"{label}: {labels.text(WARNED)}", 0)
    if after is None:
        message = "{label}: say after how many days."
        raise RecordInvalid(
            [FieldProblem(f"after:{said.key}", "required", message, {"label": label})]
        )
    content: Document = {**before, "name": name, "label": label, "after_days": after}
    if (warn or 0) != before.get("warn_days", 0):
        content["warn_days"] = warn or 0
    if shown is None or shown.when != said.when:
        content["when"] = said.when or None
    if shown is None or shown.counts != said.counts:
        field = said.counts.removeprefix("since:") if said.counts.startswith("since:") else None
        counts = None if field or said.counts == "follow_up" else said.counts
        content |= {"since": field, "counts": counts}
    return {key: value for key, value in content.items() if value is not None}


def whole(name: str, text: str, label: str, least: int) -> int | None:
    """A whole number, or None where nothing is typed. Raises RecordInvalid."""
    if not text:
        return None
    number = int(text) if text.isdecimal() and text.isascii() and len(text) < 8 else -1
    if not least <= number <= MOST:
        message = "{label}: a whole number from {least} to {most}, or nothing."
        told = {"label": label, "least": least, "most": MOST}
        raise RecordInvalid([FieldProblem(name, "number", message, told)])
    return number
