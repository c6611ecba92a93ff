"""The rules of approvals once more, small and another way: a tree with a finger on it.

A process is a list: names of steps one after the other, and forks, tuples of such lists that run
side by side. Written from the table of decisions, to say what the engine ought to do.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from math import ceil
from typing import Any

Process = list[Any]
"""``["a", (["b", "c"], ["d"]), "e"]``"""


class Refused(Exception):
    """The rules do not allow it."""


@dataclass(frozen=True)
class Rule:
    people: tuple[str, ...]
    mode: str = "any"
    percent: int = 100


@dataclass
class Member:
    """Somebody in a group; ``adder`` is the member who added them."""

    person: str
    kind: str = "asked"
    adder: Member | None = None
    votes: bool = True
    said: str | None = None


class Ask:
    """One step under way: groups of members, one vote each."""

    def __init__(self, name: str, rule: Rule) -> None:
        self.name, self.rule = name, rule
        self.groups = [[Member(person)] for person in rule.people]

    def result(self) -> str | None:
        said = [verdict(group) for group in self.groups]
        yes, no, many = said.count("approve"), said.count("reject"), len(said)
        if self.rule.mode == "any":
            return "approve" if yes else "reject" if no else None
        needed = ceil(many * self.rule.percent / 100) if self.rule.mode == "percent" else many
        return "approve" if yes >= needed else "reject" if many - no < needed else None

    def waiting(self) -> list[Member]:
        groups = [group for group in self.groups if verdict(group) is None]
        if self.rule.mode == "sequence":
            groups = groups[:1]
        return [m for group in groups for m in group if is_due(m, group)]

    def member(self, person: str) -> Member:
        return next(m for m in self.waiting() if m.person == person)

    def has(self, person: str) -> bool:
        return any(m.person == person for group in self.groups for m in group)


def verdict(group: list[Member]) -> str | None:
    if any(m.votes and m.said == "reject" for m in group):
        return "reject"
    return "approve" if all(m.said for m in group) else None


def is_due(member: Member, group: list[Member]) -> bool:
    if member.said:
        return False
    if member.kind == "after" and member.adder is not None and not member.adder.said:
        return False
    added = (m for m in group if m.adder is member and m.kind == "before")
    return all(m.said for m in added)


@dataclass
class Line:
    """Steps one after the other; ``parked``: where a return comes straight back to."""

    process: Process
    rules: dict[str, Rule]
    index: int = -1
    current: Ask | list[Line] | None = None
    parked: list[tuple[int, Any]] = field(default_factory=list)

    def enter(self, index: int) -> None:
        self.index, self.current = index, None
        if index < len(self.process):
            item = self.process[index]
            if isinstance(item, str):
                self.current = Ask(item, self.rules[item])
            else:
                self.current = [Line(list(branch), self.rules) for branch in item]
                for line in self.current:
                    line.enter(0)

    def on(self) -> None:
        if self.parked:
            self.index, self.current = self.parked.pop()
        else:
            self.enter(self.index + 1)

    @property
    def is_over(self) -> bool:
        return self.index >= len(self.process)

    def asks(self) -> list[tuple[Ask, list[Line]]]:
        """Every step under way with the lines it is in, the innermost last."""
        if isinstance(self.current, Ask):
            return [(self.current, [self])]
        lines = self.current or []
        return [(ask, [self, *inner]) for line in lines for ask, inner in line.asks()]

    def settle(self) -> str | None:
        """Goes on wherever a step is decided; ``reject`` where one was refused."""
        if isinstance(self.current, Ask):
            result = self.current.result()
            if result == "reject":
                return "reject"
            if result == "approve":
                self.on()
                return self.settle()
        elif self.current is not None:
            if any(line.settle() == "reject" for line in self.current):
                return "reject"
            if all(line.is_over for line in self.current):
                self.on()
                return self.settle()
        return None


LAST = "admin"
"""Who is asked when nobody else is there."""


def present(person: str, away: dict[str, str], submitter: str) -> str | None:
    """Who decides for somebody; nobody where the deputies go round or come to the submitter."""
    way = [person]
    while way[-1] in away:
        deputy = away[way[-1]]
        if deputy in (*way, submitter):
            return None
        way.append(deputy)
    return way[-1]


def stood_in(rule: Rule, away: dict[str, str], submitter: str) -> Rule:
    """The same with deputies; whoever is missing for good is made up for by the last to be asked,
    unless one of several is enough."""
    here = dict.fromkeys(present(each, away, submitter) for each in rule.people)
    there = [each for each in here if each is not None]
    if not there or (None in here and rule.mode != "any"):
        last = present(LAST, away, submitter) or LAST
        there = list(dict.fromkeys([*there, last]))
    return Rule(tuple(there), rule.mode, rule.percent)


class Model:
    """``waiting()``: (step, person) of everybody whose turn it is."""

    def __init__(
        self,
        process: Process,
        rules: dict[str, Rule],
        submitter: str,
        away: dict[str, str] | None = None,
    ) -> None:
        """``away``: who is away → who decides for them."""
        self.submitter, self.state = submitter, "running"
        if away:
            rules = {name: stood_in(rule, away, submitter) for name, rule in rules.items()}
        self.line = Line(["submit", *process], rules | {"submit": Rule((submitter,))})
        self.line.enter(1)

    def waiting(self) -> list[tuple[str, str]]:
        if self.state != "running":
            return []
        return sorted((ask.name, m.person) for ask, _ in self.line.asks() for m in ask.waiting())

    def targets(self, step: str) -> list[str]:
        """Earlier steps of the same line and of those around it."""
        _, lines = self._at(step)
        before = [item for line in lines for item in line.process[: line.index]]
        return [item for item in before if isinstance(item, str)]

    def copy(self) -> Model:
        return deepcopy(self)

    # The verbs ------------------------------------------------------------------------------

    def vote(self, step: str, person: str, said: str) -> None:
        ask, _ = self._at(step)
        if step == "submit" and said == "reject":
            raise Refused
        ask.member(person).said = said
        if self.line.settle() == "reject":
            self.state = "rejected"
        elif self.line.is_over:
            self.state = "approved"

    def send_back(self, step: str, to: str, straight: bool) -> None:
        _, lines = self._at(step)
        line = next(each for each in lines if to in each.process[: each.index])
        if straight:
            line.parked.append((line.index, line.current))
        else:
            line.parked.clear()
        line.enter(line.process.index(to))

    def delegate(self, step: str, person: str, to: str) -> None:
        ask, _ = self._at(step)
        self._require_free(ask, to)
        ask.member(person).person = to

    def add(self, step: str, person: str, to: str, kind: str, votes: bool) -> None:
        ask, _ = self._at(step)
        self._require_free(ask, to)
        adder = ask.member(person)
        group = next(group for group in ask.groups if adder in group)
        group.append(Member(to, kind, adder, votes))

    def withdraw(self) -> None:
        self.state = "withdrawn"

    def _at(self, step: str) -> tuple[Ask, list[Line]]:
        return next(found for found in self.line.asks() if found[0].name == step)

    def _require_free(self, ask: Ask, to: str) -> None:
        if to == self.submitter or ask.has(to) or ask.name == "submit":
            raise Refused
