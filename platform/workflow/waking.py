"""The bell: tells workers elsewhere that there is work, after the commit that made it.

It carries no work. A bell that is not heard costs a second: whoever polls finds the same rows.
"""

from __future__ import annotations

import logging
import threading
from typing import Protocol

LOG = logging.getLogger("typecase.jobs")

TRIES = 2
"""A connection the broker has closed meanwhile fails once, and the next one is new."""


class Waker(Protocol):
    """One way to reach workers."""

    def send(self, workspace: str) -> None:
        """Says that ``workspace`` has work. Raises whatever the broker's client raises."""


class Bell:
    """Rings for one workspace. Nobody who saves waits for a broker: a thread speaks to it.

    Rings that come while one is on its way become one.
    """

    def __init__(self, waker: Waker, workspace: str) -> None:
        self._waker, self._workspace = waker, workspace
        self._rung = threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._silent = False

    def ring(self) -> None:
        """Returns at once, whatever the broker does."""
        self._rung.set()
        with self._starting:
            if self._thread is None or not self._thread.is_alive():  # first ring, or after a fork
                self._thread = threading.Thread(
                    target=self._listen, name="typecase-bell", daemon=True
                )
                self._thread.start()

    def _listen(self) -> None:
        while True:
            self._rung.wait()
            self._rung.clear()
            self._tell()

    def _tell(self) -> None:
        """A broker that is away is reported once, and once when it is back."""
        failure: Exception | None = None
        for _ in range(TRIES):
            try:
                self._waker.send(self._workspace)
            except Exception as error:
                failure = error
                LOG.debug("workers could not be woken: %s", error)
            else:
                failure = None
                break
        if failure is not None and not self._silent:
            LOG.warning("workers cannot be woken, they poll: %s", failure)
        elif failure is None and self._silent:
            LOG.warning("workers can be woken again")
        self._silent = failure is not None
