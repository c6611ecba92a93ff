"""Two people, three steps each (look, work inside a transaction, commit), in every order."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from typing import Any

from typecase.errors import TypecaseError
from typecase.runtime.actors import Actor
from typecase.runtime.storage.database import Credential
from typecase.runtime.storage.unit_of_work import Unit
from typecase.runtime.workspaces import Workspace

ORDERS = sorted(set(itertools.permutations("AAABBB")))
BLOCKED = 0.06
"""Seconds after which a step that has not ended is taken to wait for the other person."""

Job = Callable[[Unit, Any], Any]


class Person:
    """Goes one step further each time ``step`` is called; a step may have to wait."""

    def __init__(
        self,
        workspace: Workspace,
        who: Actor | Credential,
        look: Callable[[], Any],
        job: Job,
    ) -> None:
        self.workspace, self.who, self.look, self.job = workspace, who, look, job
        self.outcome: Any = None
        self._gates = [threading.Event() for _ in range(3)]
        self._done = [threading.Event() for _ in range(3)]
        self._next = 0
        self._thread = threading.Thread(target=self._live)
        self._thread.start()

    def step(self) -> None:
        place, self._next = self._next, self._next + 1
        self._gates[place].set()
        self._done[place].wait(BLOCKED if place else 30)  # whoever looks waits for nobody

    def end(self) -> Any:
        self._thread.join(30)
        assert not self._thread.is_alive(), "they wait for each other"
        return self.outcome

    def _live(self) -> None:
        self._gates[0].wait()
        try:
            seen = self.look()
            self._done[0].set()
            self._gates[1].wait()
            self.outcome = self.workspace.run(self.who, lambda unit: self._work(unit, seen))
        except TypecaseError as error:
            self.outcome = error
        for event in self._done:
            event.set()

    def _work(self, unit: Unit, seen: Any) -> Any:
        made = self.job(unit, seen)
        self._done[1].set()
        self._gates[2].wait()
        return made


def both(order: tuple[str, ...], one: Person, other: Person) -> tuple[Any, Any]:
    for name in order:
        (one if name == "A" else other).step()
    return one.end(), other.end()


def both_looked_first(order: tuple[str, ...]) -> bool:
    """Before either was let commit: then they saw the same version."""
    looked = max(order.index("A"), order.index("B"))
    first_commit = min(5 - order[::-1].index(name) for name in "AB")
    return looked < first_commit


def failed(outcome: Any) -> bool:
    return isinstance(outcome, TypecaseError)
