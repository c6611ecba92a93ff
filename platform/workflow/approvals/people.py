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
from .state import Asked

ADMINISTRATORS = "designer"
"""Whoever has this right looks after processes: the last to be asked when nobody else is there."""

MOST_AWAY = 5
"""How often a deputy may be away themselves."""


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
        last = (Person("permission", ADMINISTRATORS),)
        for people in (node.assignees, node.fallback, last):
            found = self._allowed(node, self.of(people, node.name))
            if found:
                return found
        raise Conflict("Nobody may decide “{node}”. Ask an administrator.", node=node.label)

    def of(self, people: Iterable[Person], node: str = "", about: str | None = None) -> list[str]:
        """Active people, each once, in the order they are named."""
        found = dict.fromkeys(p for each in people for p in self._named(each, node, about) if p)
        active = asked_rows.active(self.unit, found.keys())
        return [person for person in found if person in active]

    def _allowed(self, node: Node, people: Sequence[str]) -> tuple[Asked, ...]:
        barred = {self.submitter} if node.asks and not node.self_approval else set()
        found: dict[str, Asked] = {}
        for person in people:
            if person not in barred:
                asked = self._present(person, barred)
                found.setdefault(asked.person, asked)
        return tuple(found.values())

    def _present(self, person: str, barred: set[str]) -> Asked:
        """Somebody, or their deputy while they are away; who comes round to nobody stays."""
        day = self.unit.now.astimezone(self.unit.settings.zone_info).date()
        here, seen = person, {person}
        for _ in range(MOST_AWAY):
            deputy = asked_rows.deputies(self.unit, [here], day).get(here)
            if deputy is None:
                return Asked(here, person if here != person else None)
            if deputy in seen | barred or not asked_rows.active(self.unit, [deputy]):
                break
            seen.add(deputy)
            here = deputy
        return Asked(person)

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
