"""Service levels of an object: what has to happen in time, by whose hours, and what is done on the
way. The part ``sla`` of ``process.json``, read and checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Literal

from .calendars import DAYS, STANDARD, Calendar, calendar_of, default_calendar, digest_of, thawed
from .catalog import Catalog
from .definitions import EMPTY, Condition, Field
from .parser import first_name
from .processes import Automation
from .spelling import nearest
from .steps import KINDS
from .steps.compiling import Compiling, Names, Passing, Path, Report, text_id

CREATED = "created"
WHOLE = 100
AT_RISK = 80
"""Percent of the time after which a clock is at risk, where no escalation comes before the end."""
CONDITIONS = ("starts", "stops", "pauses")
Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Target:
    """``within``: the time allowed by value of ``by``; under None where it is the same for all.
    ``reached_at``: the field that says when it was reached, if one does. ``key``: the name it was
    born with, which its clocks are kept under."""

    id: str
    name: str
    key: str
    label: str
    starts: str
    stops: str
    within: Mapping[str | None, str]
    pauses: Condition = False
    by: str | None = None
    on_change: Literal["freeze", "recompute"] = "freeze"
    reached_at: str | None = None
    at_risk: int = AT_RISK
    digest: str = ""
    """The same as long as nothing is said that running clocks have to follow."""

    def allows(self, value: str | None) -> str | None:
        """The time for a value of ``by``; None: nothing is promised."""
        return self.within.get(value if self.by else None)


@dataclass(frozen=True, slots=True)
class Escalation:
    """Done once for each clock when ``percent`` of its time is over. ``target``: its key."""

    name: str
    target: str
    percent: int
    does: Automation


@dataclass(frozen=True, slots=True)
class Policy:
    """``calendar`` None: every hour counts. ``key``: the name it was born with, which its clocks
    are kept under. ``targets``: by their keys."""

    id: str
    object: str
    name: str
    key: str
    label: str
    targets: Mapping[str, Target]
    when: Condition = True
    calendar: Calendar | None = None
    calendar_digest: str = ""
    order: int = 100
    escalations: tuple[Escalation, ...] = ()

    def of(self, target: str) -> tuple[Escalation, ...]:
        return tuple(each for each in self.escalations if each.target == target)


@dataclass(frozen=True)
class ServiceLevels:
    """The policies of an object in the order they are tried."""

    policies: tuple[Policy, ...] = ()
    watched: frozenset[str] | None = frozenset()
    """Names of the object that its policies read; None: what they read follows from anything."""
    keys: Mapping[str, str] = EMPTY
    """What a target is called, or was → its key."""

    def policy(self, name: str) -> Policy | None:
        """By its key, or as it is called now."""
        return next((each for each in self.policies if name in (each.key, each.name)), None)

    def target(self, key: str) -> Target | None:
        """The target of that key, as the first policy that has it calls it."""
        found = (each.targets[key] for each in self.policies if key in each.targets)
        return next(found, None)

    def key_of(self, target: str) -> str:
        """What the clocks of the target of that name are kept under, whichever policy it is of."""
        return self.keys.get(target, target)


NO_LEVELS = ServiceLevels()


def service_levels_of(catalog: Catalog, object_name: str) -> ServiceLevels:
    """The policies of an object of a catalog that was checked before it was handed out."""
    document = catalog.documents.get("process", EMPTY).get(object_name)
    if document is None or not document.get("sla"):
        return NO_LEVELS
    return catalog.kept(
        ("service_levels", object_name), lambda: _made(catalog, object_name, document)
    )


def _made(catalog: Catalog, object_name: str, document: Document) -> ServiceLevels:
    policies = read_policies(catalog, object_name, document, _unexpected)
    return ServiceLevels(policies, _watched(catalog, object_name, policies), _keys(document))


def _unexpected(path: Path, message: str, data: Mapping[str, Any]) -> None:
    """The publication has refused what does not make sense: this would be a fault of ours."""
    raise AssertionError(f"{path}: {message} {dict(data)}")


def read_policies(
    catalog: Catalog, object_name: str, document: Document, report: Report
) -> tuple[Policy, ...]:
    """The policies of one object in the order they are tried. ``report`` is told every problem;
    what is wrong is left out."""
    reading = _Reading(catalog, object_name, report, _keys(document))
    _check_former(document.get("sla", ()), ("sla",), report)
    policies = [reading.policy(each) for each in document.get("sla", ())]
    return tuple(sorted(policies, key=lambda each: (each.order, each.name)))


def sources_of(policy: Policy) -> Iterator[str]:
    """Every condition a policy looks at records with."""
    if isinstance(policy.when, str):
        yield policy.when
    for target in policy.targets.values():
        conditions = (target.starts, target.stops, target.pauses)
        yield from (c for c in conditions if isinstance(c, str) and c != CREATED)


def _watched(catalog: Catalog, name: str, policies: Iterable[Policy]) -> frozenset[str] | None:
    of = catalog.objects[name]
    watched: set[str] = set()
    for policy in policies:
        for source in sources_of(policy):
            paths = catalog.expression(name, source, "condition").paths
            watched |= {path[0] for path in paths}
        watched |= {t.by for t in policy.targets.values() if t.by}
    computed = (
        n for n in watched if n in of.by_name and of.by_name[n].type in ("formula", "rollup")
    )
    relations = catalog.reverses.get(name, EMPTY)
    if any(computed) or any(each in relations for each in watched):
        return None
    return frozenset(of.by_name[n].name if n in of.by_name else n for n in watched)


def _keys(document: Document) -> Mapping[str, str]:
    """A target renamed in one policy is the same one in the others, too: a record may go from one
    to another and its clock goes on."""
    targets = [each for policy in document.get("sla", ()) for each in policy["targets"]]
    found: dict[str, str] = {}
    for each in targets:
        if each.get("was"):
            found.update(dict.fromkeys((*each["was"], each["name"]), first_name("", each)))
    return found | {each["name"]: each["name"] for each in targets if each["name"] not in found}


def _check_former(items: Iterable[Document], path: Path, report: Report) -> None:
    """A former name still means its thing: no other one beside it may have (had) it."""
    given: dict[str, str] = {each["name"]: each["name"] for each in items}
    for each in items:
        for old in each.get("was", ()):
            other = given.setdefault(old, each["name"])
            if other != each["name"]:
                message = "{name} is a former name of {owner}; it cannot be given to {other}."
                data = {"name": old, "owner": each["name"], "other": other}
                report((*path, other), message, data)


class _Reading:
    def __init__(
        self, catalog: Catalog, object_name: str, report: Report, keys: Mapping[str, str]
    ) -> None:
        self.catalog, self.object, self.report = catalog, object_name, report
        self.of, self.keys = catalog.objects[object_name], keys

    def policy(self, document: Document) -> Policy:
        path: Path = ("sla", document["name"])
        key = first_name(document["name"], document)
        _check_former(document["targets"], (*path, "targets"), self.report)
        escalations = self.escalations(document, path)
        calendar = self._calendar(document)
        digest = digest_of(calendar_document(self.catalog, calendar)) if calendar else ""
        return Policy(
            id=text_id(self.catalog, f"{self.object}/sla/{key}"),
            object=self.object,
            name=document["name"],
            key=key,
            label=document["label"],
            targets=MappingProxyType(
                {
                    target.key: _told(target, escalations, [document, digest])
                    for target in (self.target(each, document) for each in document["targets"])
                }
            ),
            when=document.get("when", True),
            calendar=calendar,
            calendar_digest=digest,
            order=document.get("order", 100),
            escalations=escalations,
        )

    def _calendar(self, document: Document) -> Calendar | None:
        """The one it names; without a name the default one, if it speaks of business time."""
        name = document.get("calendar")
        if name is not None:
            known = name in self.catalog.documents["calendars"]
            return calendar_of(self.catalog, name) if known else None  # told by the references
        times = (t for each in document["targets"] for t in _within(each).values())
        speaks = any("business" in each for each in times)
        return default_calendar(self.catalog) if speaks else None

    def target(self, document: Document, policy: Document) -> Target:
        path: Path = ("sla", policy["name"], "targets", document["name"])
        for key in CONDITIONS:
            source = document.get(key)
            if isinstance(source, str) and source != CREATED:
                self._condition(source, (*path, key))
        within = _within(document)
        self._check_by(document, within, path)
        self._check_reached(document, path)
        id_, label = self._named(policy, document)
        return Target(
            id=id_,
            name=document["name"],
            key=self.keys[document["name"]],
            label=label,
            starts=document["starts"],
            stops=document["stops"],
            within=within,
            pauses=document.get("pauses", False),
            by=document.get("by"),
            on_change=document.get("on_change", "freeze"),
            reached_at=document.get("reached_at"),
        )

    def _condition(self, source: str, path: Path) -> None:
        """A clock is looked at when its record is saved: what changes without that is no use."""
        here = Compiling(self.catalog, self.object, Names(), self.report, path, ())
        checked = here.condition(source)
        if checked is not None and checked.depends_on_now:
            here.problem("A clock is looked at when its record is saved: {name} cannot stand here.",
                         name="today() or now()")  # fmt: skip

    def _check_by(self, document: Document, within: Mapping[str | None, str], path: Path) -> None:
        by = document.get("by")
        several = None not in within
        if several != (by is not None):
            self.report(path, "“by” needs a time for each value, and such times need “by”.", {})
            return
        field = self.of.by_name.get(by or "")
        if field is None:
            return  # none, or told by the references
        if field.type != "picklist":
            data = {"name": by, "type": field.type}
            self.report((*path, "by"), "{name} is a {type}: a picklist is needed.", data)
            return
        self._check_values(field, within, path)

    def _check_values(self, field: Field, within: Iterable[str | None], path: Path) -> None:
        known = [option.name for option in field.options]
        for value in within:
            if value not in known:
                data = {"name": value, "field": field.name, "hint": nearest(str(value), known)}
                message = "{field} has no option {name}.{hint}"
                self.report((*path, "within", str(value)), message, data)

    def _check_reached(self, document: Document, path: Path) -> None:
        field = self.of.by_name.get(document.get("reached_at", ""))
        if field is not None and field.type != "datetime":
            data = {"name": field.name, "type": field.type}
            self.report((*path, "reached_at"), "{name} is a {type}: a moment is needed.", data)

    def escalations(self, document: Document, policy: Path) -> tuple[Escalation, ...]:
        found: list[Escalation] = []
        for index, each in enumerate(document.get("escalations", ())):
            path: Path = (*policy, "escalations", index)
            percent = int(each["at"].removesuffix("%"))
            target = self.keys.get(each["target"], each["target"])
            name = each.get("name") or f"{target}_{percent}"
            if percent == 0:
                self.report((*path, "at"), "It begins at 1%: at 0% nothing has passed yet.", {})
            if any(other.name == name for other in found):
                self.report(path, "{name} is there twice: give one a name.", {"name": name})
            passing = self._passing(document, target, percent)
            does = self._steps(each, path, name, first_name(document["name"], document), passing)
            found.append(Escalation(name, target, percent, does))
        return tuple(sorted(found, key=lambda each: each.percent))

    def _passing(self, policy: Document, key: str, percent: int) -> Passing:
        """What the steps are done for; a target that is not there is told by the references."""
        known = (each for each in policy["targets"] if self.keys[each["name"]] == key)
        id_, label = self._named(policy, next(known, {"name": key}))
        return Passing(id_, label, percent)

    def _named(self, policy: Document, target: Document) -> tuple[str, str]:
        """Id and label of a target; translations call it by the first names."""
        names = (first_name(each["name"], each) for each in (policy, target))
        id_ = text_id(self.catalog, "/".join((self.object, "sla", *names)))
        return id_, target.get("label") or target["name"].replace("_", " ").capitalize()

    def _steps(
        self, document: Document, path: Path, name: str, policy: str, passing: Passing
    ) -> Automation:
        """What is done, with the rights of the system: nobody in particular let the time pass.
        Translations call a text inside by the first name of the policy and the name the escalation
        was given, if it was."""
        spelled = (path[0], policy, path[2], document.get("name", path[-1]), "do")
        here = Compiling(
            self.catalog, self.object, Names(), self.report, (*path, "do"), KINDS, spelled, passing
        )
        own = f"{policy}.{name}"
        return Automation(
            id=f"{self.object}/sla/{own}", object=self.object, name=own, label=own,
            steps=here.steps(document["do"]), order=0, on="date", as_system=True,
        )  # fmt: skip


def calendar_document(catalog: Catalog, calendar: Calendar) -> Any:
    """What is kept of a calendar, so that time already counted stays what it was."""
    found = catalog.documents.get("calendars", EMPTY).get(calendar.name)
    if found is not None:
        return thawed(found)
    assert calendar is STANDARD
    days = {name: [["09:00", "18:00"]] for name in DAYS[:5]}
    return {"name": "", "label": "", "hours": days}


def _within(document: Document) -> Mapping[str | None, str]:
    within = document["within"]
    return within if isinstance(within, Mapping) else {None: within}


def _told(target: Target, escalations: Iterable[Escalation], said: Any) -> Target:
    """A clock is at risk from its first warning on; ``said``: everything its terms follow from."""
    early = (e.percent for e in escalations if e.target == target.name and e.percent < WHOLE)
    return replace(target, at_risk=min(early, default=AT_RISK), digest=digest_of(said))
