"""A client on one kept-open connection, and what a number of its requests cost."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection
from statistics import median
from typing import Any

from bench.processes import Server, cpu_of, family


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    expect: int = 200


class Client:
    """Sends requests one after the other; an unexpected status ends the benchmark."""

    def __init__(self, server: Server, headers: Mapping[str, str]) -> None:
        self.server, self.headers = server, dict(headers)
        self._connection = HTTPConnection("127.0.0.1", server.port, timeout=120)

    def reconnect(self) -> None:
        """A server hangs up on a client that says nothing for some seconds."""
        self._connection.close()

    def send(self, request: Request) -> bytes:
        headers = {**self.headers, **request.headers}
        body = None
        if request.body is not None:
            body = json.dumps(request.body).encode()
            headers["Content-Type"] = "application/json"
        self._connection.request(request.method, request.path, body, headers)
        response = self._connection.getresponse()
        answer = response.read()
        if response.status != request.expect:
            told = answer[:500].decode("utf-8", "replace")
            raise RuntimeError(f"{request.method} {request.path}: {response.status} {told}")
        return answer

    def ask(self, request: Request) -> Any:
        return json.loads(self.send(request))


@dataclass
class Cost:
    """Of one request, in milliseconds: processor time of the web server and of PostgreSQL, and
    how long the client waited (median, and the slowest of twenty)."""

    server: float
    database: float
    median: float
    slow: float

    @property
    def cpu(self) -> float:
        return self.server + self.database


def measure(
    client: Client, postmaster: int | None, requests: Callable[[int], Request], count: int
) -> Cost:
    """Sends ``count`` requests; ``requests`` is called with their numbers."""
    waited: list[float] = []
    prepared = [requests(number) for number in range(count)]
    client.reconnect()
    server, database = client.server.cpu(), _database_cpu(postmaster)
    for request in prepared:
        began = time.perf_counter()
        client.send(request)
        waited.append(time.perf_counter() - began)
    waited.sort()
    return Cost(
        1000 * (client.server.cpu() - server) / count,
        1000 * (_database_cpu(postmaster) - database) / count,
        1000 * median(waited),
        1000 * waited[min(count - 1, int(count * 0.95))],
    )


def best(costs: list[Cost]) -> Cost:
    """The round least disturbed by whatever else the machine did."""
    return min(costs, key=lambda cost: cost.cpu)


def _database_cpu(postmaster: int | None) -> float:
    return 0.0 if postmaster is None else sum(cpu_of(pid) for pid in family(postmaster))
