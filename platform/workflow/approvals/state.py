"""A case as a value: the steps it has come to and what is asked of whom. Knows no database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ...errors import Conflict

CaseState = Literal["running", "approved", "rejected", "withdrawn"]
StepState = Literal["open", "parked", "done", "cancelled"]
TaskState = Literal[
    "queued", "waiting", "paused",
    "approved", "rejected", "acknowledged", "returned", "delegated", "closed",
]  # fmt: skip
UNDECIDED: tuple[TaskState, ...] = ("queued", "waiting", "paused")
Found = Literal["assignees", "fallback", "administrators"]
"""Among whom somebody was found: those the node names, else its fallback, else the last ones."""
VOTED: tuple[TaskState, ...] = ("approved", "rejected", "acknowledged")


class AlreadyDecided(Conflict):
    """Somebody was first. ``by`` is the id of a person until the service names them."""

    def __init__(self, by: str, at: datetime | None) -> None:
        super().__init__("Already decided by {by} at {at}.", by=by, at=at)


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody a node asks; ``for_person``: in whose place, while they are away."""

    person: str
    for_person: str | None = None
    found: Found = "assignees"


@dataclass(frozen=True, slots=True)
class Step:
    """One visit of a node.

    ``causes``: the steps it follows from. ``parked_by``: the step whose decision brings it back,
    after a return that comes straight back. ``number``: the act that ended it.
    """

    id: str
    node: str
    state: StepState = "open"
    causes: tuple[str, ...] = ()
    parked_by: str | None = None
    result: str | None = None
    number: int = 0
    acted: bool = False
    """Something was done here that cannot be taken back."""


@dataclass(frozen=True, slots=True)
class Task:
    """What one person is asked. ``root`` is the task it was added to, in the end; the group of
    tasks with one root has one vote. ``number``: the act that decided or closed it."""

    id: str
    step: str
    person: str
    root: str
    state: TaskState = "waiting"
    for_person: str | None = None
    kind: Literal["asked", "before", "after"] = "asked"
    adder: str | None = None
    votes: bool = True
    place: int = 0
    by: str | None = None
    at: datetime | None = None
    number: int = 0
    found: Found = "assignees"

    @property
    def is_undecided(self) -> bool:
        return self.state in UNDECIDED


@dataclass(frozen=True, slots=True)
class Case:
    """``number`` counts the acts: the compare-and-set version of the case."""

    submitter: str
    state: CaseState = "running"
    steps: tuple[Step, ...] = ()
    tasks: tuple[Task, ...] = ()
    number: int = 0

    def step(self, id_: str) -> Step:
        return next(each for each in self.steps if each.id == id_)

    def tasks_of(self, step: str) -> tuple[Task, ...]:
        return tuple(each for each in self.tasks if each.step == step)

    def task(self, id_: str) -> Task | None:
        return next((each for each in self.tasks if each.id == id_), None)

    @property
    def open(self) -> tuple[Step, ...]:
        return tuple(each for each in self.steps if each.state == "open")

    def descending(self, id_: str) -> set[str]:
        """The steps that follow from a step, however far."""
        found: set[str] = set()
        grew = True
        while grew:
            more = {
                each.id
                for each in self.steps
                if each.id not in found and {id_, *found} & set(each.causes)
            }
            found |= more
            grew = bool(more)
        return found - {id_}

    def ancestors(self, id_: str) -> Iterator[Step]:
        """The steps a step follows from, the latest first."""
        seen = set(self.step(id_).causes)
        for each in reversed(self.steps):
            if each.id in seen:
                seen |= set(each.causes)
                yield each
