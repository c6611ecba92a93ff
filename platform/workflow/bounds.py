"""How much may happen by itself in one transaction, and how a chain that never ends is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from ..errors import Conflict, TooLarge
from ..runtime.storage.unit_of_work import Unit

MOST_DEPTH = 10
MOST_STEPS = 2_000
MOST_ROWS = 10_000


class Apart(Exception):
    """What was done for several records together has to be done for one after the other."""


@dataclass
class Bounds:
    """Counts over all actions and automations of one transaction."""

    steps: int = 0
    rows: int = 0
    saved: Counter[str] = field(default_factory=Counter)
    """How often each record was saved, binned or restored."""
    chain: list[str] = field(default_factory=list)
    """Who started whom: ``lead.convert``, ``account.welcome``, …"""
    in_batch: bool = False
    """Whether steps are being done for several records together."""
    has_drawn: bool = False
    """Whether they have made records that are numbered as they come."""

    def step(self) -> None:
        """Raises TooLarge past the last step there may be."""
        self.steps += 1
        if self.steps > MOST_STEPS:
            message = "More than {most} steps at once: {chain}. Nothing was saved."
            raise TooLarge(message, most=MOST_STEPS, chain=self.named())

    def wrote(self, rows: int) -> None:
        """Raises TooLarge past the last row there may be."""
        self.rows += rows
        if self.rows > MOST_ROWS:
            message = "More than {most} records at once: {chain}. Nothing was saved."
            raise TooLarge(message, most=MOST_ROWS, chain=self.named())

    @contextmanager
    def inside(self, name: str) -> Iterator[None]:
        """One link of the chain. Raises Conflict where it goes too deep, naming it."""
        self.chain.append(name)
        try:
            if len(self.chain) > MOST_DEPTH:
                message = "These start each other again and again: {chain}. Nothing was saved."
                raise Conflict(message, chain=self.named())
            yield
        finally:
            self.chain.pop()

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Steps for several records together, or a part of such; counts nothing of what failed."""
        if self.in_batch:
            yield
            return
        self.in_batch, self.has_drawn = True, False
        try:
            with self._undone_on_failure():
                yield
        finally:
            self.in_batch = False

    def draw(self) -> None:
        """Records were numbered. Raises Apart the second time in a batch: one after the other,
        the first record would have drawn twice before the second."""
        if self.in_batch and self.has_drawn:
            raise Apart
        self.has_drawn = self.in_batch

    @contextmanager
    def _undone_on_failure(self) -> Iterator[None]:
        steps, rows, saved = self.steps, self.rows, self.saved.copy()
        try:
            yield
        except BaseException:
            self.steps, self.rows = steps, rows
            self.saved.clear()
            self.saved.update(saved)
            raise

    def named(self) -> str:
        return " → ".join(self.chain)


def bounds_of(unit: Unit) -> Bounds:
    """The counts of the transaction of ``unit``."""
    if unit.bounds is None:
        unit.bounds = Bounds()
    found: Bounds = unit.bounds
    return found
