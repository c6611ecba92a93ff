"""Filling templates in a warm process of its own, which is killed when it takes too long.

Never inside a transaction that saves: a template that loops would keep everybody waiting.
"""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from datetime import time as time_of_day
from decimal import Decimal
from typing import Any

from ...errors import Conflict, Unavailable

SECONDS = 2.0
START_SECONDS = 20.0
"""How long the process may take to start."""
USES = 500
"""After so many texts the process is replaced: whatever it has gathered is gone."""
MODULE = "typecase.workflow.messages.renderer"

Text = tuple[str, bool]
"""(source, whether it is HTML)."""


class Renderer:
    """One warm process, started when it is first needed. Safe to share between threads."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self.seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._uses = 0
        self._one_at_a_time = threading.Lock()

    def render(self, texts: Sequence[Text], values: Mapping[str, Any]) -> list[str]:
        """The texts with the values in their places.

        Raises Conflict when a template takes too long, grows too large or makes no sense with
        these values; Unavailable when there is no process to be had.
        """
        asked = json.dumps({"texts": list(texts), "values": values}, default=_plain).encode()
        with self._one_at_a_time:
            self._start()
            answer = self._ask(asked + b"\n")
            self._uses += 1
        if "texts" in answer:
            return list(answer["texts"])
        if answer["error"] == "large":
            raise Conflict("The template makes a text that is too large. It was stopped.")
        raise Conflict("The template cannot be filled: {why}", why=answer["why"])

    def close(self) -> None:
        """Ends the process; the next text starts another."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()

    # Inside ---------------------------------------------------------------------------------

    def _start(self) -> None:
        if self._process is not None and self._uses < USES and self._process.poll() is None:
            return
        self.close()
        self._uses = 0
        kept = {k: v for k, v in os.environ.items() if k in ("PATH", "LANG", "PYTHONPATH")}
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-m", MODULE],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=kept, close_fds=True,
            )  # fmt: skip
        except OSError as error:
            raise Unavailable("Templates cannot be filled just now.") from error
        self._exchange(b'{"texts": [], "values": {}}\n', START_SECONDS)

    def _ask(self, line: bytes) -> dict[str, Any]:
        try:
            return self._exchange(line, self.seconds)
        except TimeoutError as error:
            message = "The template took longer than {seconds} seconds. It was stopped."
            raise Conflict(message, seconds=self.seconds) from error

    def _exchange(self, line: bytes, seconds: float) -> dict[str, Any]:
        """One line there, one line back. Raises TimeoutError, Unavailable."""
        process = self._process
        assert process is not None and process.stdin is not None and process.stdout is not None
        try:
            process.stdin.write(line)
            process.stdin.flush()
            answer: dict[str, Any] = json.loads(_line(process.stdout.fileno(), seconds))
        except (OSError, ValueError) as error:
            self.close()
            if isinstance(error, TimeoutError):
                raise
            raise Unavailable("Templates cannot be filled just now.") from error
        return answer


def _line(pipe: int, seconds: float) -> bytes:
    """All bytes up to the end of a line, within the time."""
    until, found = time.monotonic() + seconds, bytearray()
    with selectors.DefaultSelector() as ready:
        ready.register(pipe, selectors.EVENT_READ)
        while not found.endswith(b"\n"):
            left = until - time.monotonic()
            if left <= 0 or not ready.select(left):
                raise TimeoutError
            piece = os.read(pipe, 65536)
            if not piece:
                raise ValueError("the process ended")
            found += piece
    return bytes(found)


def _plain(value: Any) -> Any:
    """What JSON does not know."""
    if isinstance(value, Decimal):
        return {"$number": str(value)}
    if isinstance(value, (datetime, date, time_of_day)):
        return value.isoformat()
    return str(value)
