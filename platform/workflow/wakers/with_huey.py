"""Waking through huey, over SQLite, PostgreSQL or Redis."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from huey import Huey, PostgresHuey, RedisHuey, SqliteHuey
from huey.registry import Message
from huey.serializer import Serializer

from .opening import MOST_WAITING, PATIENCE_SECONDS, QUEUE

BLOCK_SECONDS = 1
"""How long a consumer listens at Redis or PostgreSQL before it looks whether it is to stop."""


class JsonSerializer(Serializer):  # type: ignore[misc]  # huey has no types
    """Messages as JSON: huey's own are pickles, and run what whoever writes to the broker wants."""

    def _serialize(self, data: Any) -> bytes:
        return json.dumps(list(data)).encode()

    def _deserialize(self, data: bytes) -> Any:
        return Message(*json.loads(data))


class HueyWaker:
    def __init__(self, broker: str) -> None:
        self._broker = broker

    @cached_property
    def _queue(self) -> tuple[Any, Any]:
        """The queue and its task; made when first needed, for SQLite and PostgreSQL connect."""
        queue = open_queue(self._broker)
        return queue, add_task(queue, _nothing)

    def send(self, workspace: str) -> None:
        queue, wake = self._queue
        if queue.storage.queue_size() < MOST_WAITING:
            wake(workspace)


def open_waker(broker: str) -> HueyWaker:
    return HueyWaker(broker)


def open_queue(broker: str) -> Huey:
    """A queue without results. SQLite and PostgreSQL are connected to, Redis is not yet."""
    told = {"results": False, "serializer": JsonSerializer()}
    scheme, _, rest = broker.partition("://")
    if scheme == "sqlite":
        path = rest.removeprefix("/")
        return SqliteHuey(
            QUEUE, filename=path, journal_mode="delete", timeout=PATIENCE_SECONDS, **told
        )
    if scheme == "postgresql":
        return PostgresHuey(
            QUEUE,
            dsn=broker,
            connect_timeout=PATIENCE_SECONDS,
            read_timeout=BLOCK_SECONDS,
            table_prefix="tc_wake",
            **told,
        )
    patience = urlencode({
        "socket_connect_timeout": PATIENCE_SECONDS,
        "socket_timeout": BLOCK_SECONDS + PATIENCE_SECONDS,
    })  # fmt: skip
    url = f"{broker}{'&' if '?' in broker else '?'}{patience}"
    return RedisHuey(QUEUE, url=url, read_timeout=BLOCK_SECONDS, **told)


def add_task(queue: Huey, work: Callable[[str], object]) -> Any:
    """The one task there is, the same for who sends and who receives: do ``work``."""

    def wake(workspace: str) -> None:
        work(workspace)

    return queue.task(name="wake")(wake)


def _nothing(workspace: str) -> None:
    """Who sends does not work."""
