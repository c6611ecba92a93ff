"""Who is asked: the people a node names, without whoever may not, with deputies of the absent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...errors import Conflict
from ...metadata.approvals import Node, Person
from ...runtime.storage.unit_of_work import Unit
from ..scope import Scope
from ..storage import asked_rows
from ..storage.told_rows import with_roles
from .state import Asked, Found

ADMINISTRATORS = "designer"
"""Whoever has this right looks after processes: the last to be asked when nobody else is there."""

MOST_AWAY = 5
"""How often a deputy may be away themselves."""

ORDER: tuple[Found, ...] = ("assignees", "fallback", "administrators")


@dataclass(frozen=True)
class Looking:
    """What finding people needs of a case. ``chosen``: node → whom the submitter picked."""

    unit: Unit
    scope: Scope
    submitter: str
    chosen: Mapping[str, Sequence[str]]

    def asked(self, node: Node) -> tuple[Asked, ...]:
        """Who is asked at ``node``: its assignees, else its fallback, else the administrators.

        Raises Conflict when there is nobody at all: a step is never passed in silence.
        """
        found: dict[str, Asked] = {}
        missing = False
        for source, people in self.sources(node):
            allowed = self._allowed(node, self.of(people, node.name), source)
            there = {each.person: each for each in allowed if each is not None}
            found = {**there, **found}
            missing = missing and not there
            if source == "assignees" and node.mode != "any":
                missing = None in allowed
            if found and not missing:
                break
        if found:
            return tuple(sorted(found.values(), key=lambda each: ORDER.index(each.found)))
        raise Conflict("Nobody may decide “{node}”. Ask an administrator.", node=node.label)

    @staticmethod
    def sources(node: Node) -> tuple[tuple[Found, Sequence[Person]], ...]:
        """Among whom somebody is looked for, one after the other."""
        last = (Person("permission", ADMINISTRATORS),)
        return ("assignees", node.assignees), ("fallback", node.fallback), ("administrators", last)

    def of(self, people: Iterable[Person], node: str = "", about: str | None = None) -> list[str]:
        """Active people, each once, in the order they are named."""
        found = dict.fromkeys(p for each in people for p in self._named(each, node, about) if p)
        active = asked_rows.active(self.unit, found.keys())
        return [person for person in found if person in active]

    def _allowed(
        self, node: Node, people: Sequence[str], source: Found
    ) -> tuple[Asked | None, ...]:
        """Those who are asked, each once; None stands for whoever is away with nobody in their
        place. The last to be asked are asked although they are away."""
        barred = {self.submitter} if node.asks and not node.self_approval else set()
        allowed = [person for person in people if person not in barred]
        present = self._present(allowed, barred)
        found: dict[str | None, Asked | None] = {}
        for person in allowed:
            here = present[person] or (person if source == ORDER[-1] else None)
            instead = person if here != person else None
            found.setdefault(here, Asked(here, instead, source) if here else None)
        return tuple(found.values())

    def _present(self, people: Sequence[str], barred: set[str]) -> dict[str, str | None]:
        """For each of them who decides: they, or a deputy while they are away; None where the
        deputies stand in for each other, or may not."""
        day = self.unit.now.astimezone(self.unit.settings.zone_info).date()
        found: dict[str, str | None] = {}
        ways = {person: [person] for person in people}
        for _ in range(MOST_AWAY + 1):
            here = {way[-1] for way in ways.values()}
            deputies = asked_rows.deputies(self.unit, here, day) if here else {}
            found |= {person: way[-1] for person, way in ways.items() if way[-1] not in deputies}
            active = asked_rows.active(self.unit, deputies.values()) if deputies else set()
            ways = {
                person: [*way, deputy]
                for person, way in ways.items()
                if (deputy := deputies.get(way[-1])) in active - {*way, *barred}
            }
        return dict.fromkeys(people) | found

    def _named(self, person: Person, node: str, about: str | None) -> Iterable[str]:
        unit = self.unit
        match person.kind:
            case "user":
                return asked_rows.with_login(unit, person.name)
            case "role":
                return self._of_role(person)
            case "permission":
                return asked_rows.with_right(unit, person.name)
            case "queue":
                return asked_rows.of_queue(unit, unit.catalog.queues[person.name].id)
            case "chosen_by":
                return self.chosen.get(node, ())
            case "manager_of":
                return self._manager(person, about)
        value = self.scope.value(person.checked) if person.checked else None
        return [str(v) for v in (value if isinstance(value, (list, tuple)) else [value]) if v]

    def _of_role(self, person: Person) -> list[str]:
        people = with_roles(self.unit, [person.name])
        if person.of is None:
            return people
        branch = self._value(person.of)
        return asked_rows.of_branch(self.unit, people, str(branch)) if branch else []

    def _manager(self, person: Person, about: str | None) -> list[str]:
        here: str | None = {
            "submitter": self.submitter,
            "owner": self._value("owner") if person.name == "owner" else None,
            "assignee": about,
        }[person.name]
        for _ in range(person.levels):
            here = asked_rows.manager_of(self.unit, here) if here else None
        return [here] if here else []

    def _value(self, field: str) -> Any:
        return self.scope.known([(field,)])[field]
