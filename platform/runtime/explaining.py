"""Why somebody may, or may not, do something with a record: a chain of reasons one can read.

The reasons are the row conditions that limit every list, asked one by one of a single record, so
an explanation cannot say anything else than what happens.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from ..errors import SignInRequired
from ..metadata.definitions import EMPTY, Object
from ..metadata.rights import ObjectRight
from ..texts import translate
from . import access, principals, reading
from .actors import Actor
from .row_conditions import (
    ByRule,
    Carried,
    Everyone,
    InCase,
    InPool,
    Owned,
    OwnedBelow,
    RowCondition,
    Shared,
    ThroughParent,
    reasons,
)
from .sharing import to_of
from .storage import people, records, share_rows
from .storage.holding import holding
from .storage.share_rows import Share
from .storage.tables import ObjectTable
from .storage.unit_of_work import Unit

Doing = Literal["read", "edit", "delete", "hand_over"]
MOMENT = timedelta(microseconds=1)
"""A share that ends at midnight lasts until the day before."""

DOINGS: tuple[Doing, ...] = ("read", "edit", "delete", "hand_over")


@dataclass(frozen=True, slots=True)
class Reason:
    """One link of the chain: an English template with its data, and what it rests on."""

    message: str
    data: Mapping[str, Any] = EMPTY
    because: tuple[Reason, ...] = ()

    def text(self, locale: str = "en") -> str:
        return translate(self.message, locale, **self.data)

    def document(self, locale: str) -> dict[str, Any]:
        because = [each.document(locale) for each in self.because]
        return {"text": self.text(locale), "because": because}


@dataclass(frozen=True, slots=True)
class Answer:
    """May they? ``reasons``: each is enough; where they may not, what is missing."""

    doing: Doing
    allowed: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    object: str
    record: str
    person: str
    person_name: str
    answers: tuple[Answer, ...]
    hidden_fields: tuple[str, ...] = ()
    """Labels of the sensitive fields that no permission set opens to them."""

    def may(self, doing: Doing) -> bool:
        return any(each.allowed for each in self.answers if each.doing == doing)

    def document(self, locale: str = "en") -> dict[str, Any]:
        """As API and command line tell it, the reasons as texts."""
        return {
            "object": self.object,
            "record": self.record,
            "user": self.person,
            "name": self.person_name,
            "access": {
                each.doing: {
                    "allowed": each.allowed,
                    "reasons": [reason.document(locale) for reason in each.reasons],
                }
                for each in self.answers
            },
            "hidden_fields": list(self.hidden_fields),
        }


def explain(unit: Unit, object_name: str, id_: str, person: str | None = None) -> Explanation:
    """Why ``person`` may, or may not, read, edit, delete and hand over a record.

    Everybody asks about themselves (None); about others, those who look after rights.
    Raises NotFound where the asker does not see the record, AccessDenied.
    """
    reading.stored(unit, object_name, id_)
    of = unit.model.table(unit.catalog.object(object_name).name)
    if person is None or person == unit.actor.id:
        return _Explaining(unit, unit, of, id_).explanation()
    access.require_system(unit.actor, "manage_rights")
    try:
        other = people.actor_of(unit, person)
    except SignInRequired:
        return _of_nobody(unit, of.object, id_, person)
    return _Explaining(unit, replace(unit, actor=other), of, id_).explanation()


def _of_nobody(unit: Unit, obj: Object, id_: str, person: str) -> Explanation:
    closed = (Reason("This account is disabled: it opens nothing."),)
    answers = tuple(Answer(doing, False, closed) for doing in DOINGS)
    return Explanation(obj.name, id_, person, people.name_of(unit, person), answers)


class _Explaining:
    """One record: ``unit`` is as the person explained sees it, ``asker`` as who asks does."""

    def __init__(self, asker: Unit, unit: Unit, of: ObjectTable, id_: str) -> None:
        self.asker, self.unit, self.of, self.id = asker, unit, of, id_
        self.actor: Actor = unit.actor
        self.language = asker.actor.language
        self.stored = records.load_all(unit, of, [id_]).get(id_, {})

    def explanation(self) -> Explanation:
        obj = self.of.object
        hidden = tuple(
            self.unit.catalog.label(field.id, field.label, self.language)
            for field in obj.fields
            if not access.may_read_field(self.actor, obj, field)
        )
        answers = tuple(self._answer(doing) for doing in DOINGS)
        return Explanation(obj.name, self.id, self.actor.id, self.actor.name, answers, hidden)

    def _answer(self, doing: Doing) -> Answer:
        right: ObjectRight = "edit" if doing == "hand_over" else doing
        obj, catalog = self.of.object, self.unit.catalog
        if right not in self.actor.rights.on(obj.name):
            message = "No permission set lets them {right} records of {object}."
            data = {"right": translate(right, self.language), "object": self._label(obj)}
            return Answer(doing, False, (Reason(message, data),))
        if doing == "hand_over":
            condition = access.in_full(self.actor, obj, catalog)
        else:
            condition = access.rows(self.actor, right, obj, catalog)
        found = tuple(self.because(condition))
        if not found:
            message = (
                "None of the reasons to see a record holds: they do not own it, nobody below"
                " them does, and nothing shares it with them."
            )
            return Answer(doing, False, (Reason(message),))
        return Answer(doing, True, (self._granted(right), *found))

    def because(self, condition: RowCondition) -> Iterator[Reason]:
        """The reasons in ``condition`` that hold for the record."""
        for each in holding(self.unit, self.of, self.id, list(reasons(condition))):
            yield from self._reason(each)

    # The reasons ----------------------------------------------------------------------------

    def _granted(self, right: ObjectRight) -> Reason:
        """Which permission sets give the right on the object."""
        obj, catalog = self.of.object, self.unit.catalog
        role = catalog.roles.get(self.actor.role or "")
        given = []
        for name in sorted(self.actor.permission_sets):
            found = catalog.permission_sets.get(name)
            if found and right in found.objects.get(obj.name, found.objects.get("*", ())):
                by_role = role is not None and name in role.permissions
                label = catalog.label(found.id, found.label, self.language)
                text = "“{set}”, by the role {role}" if by_role else "“{set}”, given to them"
                of_role = catalog.label(role.id, role.label, self.language) if role else ""
                given.append(translate(text, self.language, set=label, role=of_role))
        message = "Permission sets let them {right} records of {object}: {sets}."
        told = {"right": translate(right, self.language), "object": self._label(obj)}
        return Reason(message, {**told, "sets": "; ".join(given) or "–"})

    def _reason(self, condition: RowCondition) -> Iterator[Reason]:
        match condition:
            case Everyone(reason):
                yield Reason(reason)
            case Owned():
                yield Reason("They own it.")
            case OwnedBelow():
                yield self._below()
            case ByRule(rule):
                label = self.unit.catalog.label(rule.id, rule.label, self.language)
                yield Reason("The sharing rule “{rule}” opens it to them.", {"rule": label})
            case InPool():
                yield Reason("It lies in a pool they may look into.")
            case InCase():
                yield Reason("They are asked about it in an approval, until that ends.")
            case Shared(names, levels):
                for share in self._shares(self.id, names, levels):
                    yield self._share(share)
            case Carried(field, name, inner) | ThroughParent(field, name, inner):
                yield from self._through(condition, field, name, inner)

    def _below(self) -> Reason:
        owner = str(self.stored["owner"])
        name = people.name_of(self.unit, owner)
        if people.kind_of(self.unit, owner) == "queue":
            message = "They, or somebody below them, are in the queue {owner}."
        else:
            message = "They are above its owner, {owner}, in the role hierarchy."
        return Reason(message, {"owner": name})

    def _through(
        self, condition: RowCondition, field: str, name: str, inner: RowCondition
    ) -> Iterator[Reason]:
        parent = self.stored.get(field)
        if not parent:
            return
        above = _Explaining(self.asker, self.unit, self.unit.model.table(name), str(parent))
        message = "It is part of {object} “{title}”."
        if isinstance(condition, Carried):
            message = "It goes along with {object} “{title}”."
        told = {"object": self._label(above.of.object), "title": above.title()}
        yield Reason(message, told, tuple(above.because(inner)))

    def title(self) -> str:
        """What the record is called, where who asks may read that."""
        obj, actor = self.of.object, self.asker.actor
        opened = "read" in actor.rights.on(obj.name) and access.may_read_field(
            actor, obj, obj.by_name[obj.title]
        )
        seen = opened and records.load(self.asker, self.of, [self.id])
        return str(self.stored.get(obj.title) or self.id) if seen else "…"

    def _shares(
        self, record: str, names: Iterable[str], levels: tuple[str, ...]
    ) -> Iterator[Share]:
        for share in share_rows.of_record(self.unit, record):
            over = share.expires_at is not None and share.expires_at <= self.unit.now
            if share.principal in names and share.level in levels and not over:
                yield share

    def _share(self, share: Share) -> Reason:
        by = people.name_of(self.unit, share.granted_by)
        data = {"by": by, "on": _day(self.unit, share.granted_at)}
        if share.team_role:
            return Reason("They are of its team ({role}), by {by} on {on}.",
                          data | {"role": share.team_role})  # fmt: skip
        whom = to_of(share)
        if share.principal == principals.person(self.actor.id):
            message = "{by} shared it with them on {on}."
        else:
            message = "{by} shared it with {to} on {on}, which they belong to."
            data["to"] = self._called(whom.kind, whom.name)
        if share.expires_at is None:
            return Reason(message, data)
        until = Reason("Until {until}.", {"until": _day(self.unit, share.expires_at - MOMENT)})
        return Reason(message, data, (until,))

    def _called(self, kind: str, name: str) -> str:
        catalog = self.unit.catalog
        if kind in ("role", "below") and name in catalog.roles:
            return catalog.label(catalog.roles[name].id, catalog.roles[name].label, self.language)
        if kind == "queue":
            return people.name_of(self.unit, name)
        return translate("a branch", self.language)

    def _label(self, obj: Object) -> str:
        return self.unit.catalog.label(obj.id, obj.label, self.language)


def _day(unit: Unit, moment: datetime) -> str:
    return moment.astimezone(unit.zone).strftime("%Y-%m-%d")
