"""The bell: after the commit and not before, never from the runner itself, a dead broker once."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.runtime.shop import Shop
from typecase.errors import BadRequest, Conflict
from typecase.runtime.actors import SYSTEM
from typecase.runtime.storage.unit_of_work import Unit
from typecase.workflow import queue
from typecase.workflow.jobs import Inside, Job
from typecase.workflow.runner import Runner
from typecase.workflow.wakers.opening import KINDS, broker_asked, broker_of, open_waker
from typecase.workflow.waking import Bell


@pytest.fixture
def rung(shop: Shop) -> list[int]:
    """A number for each time workers of the shop were to be woken."""
    heard: list[int] = []
    shop.workspace.hooks = replace(shop.workspace.hooks, work_waits=lambda: heard.append(1))
    return heard


def put(unit: Unit, name: str = "one", hours: int = 0) -> None:
    queue.put(unit, "work", {"name": name}, name, unit.now + timedelta(hours=hours))


def test_it_rings_once_after_the_commit(shop: Shop, rung: list[int]) -> None:
    with shop.workspace.write(SYSTEM) as unit:
        put(unit, "one")
        put(unit, "two")
        assert rung == [], "nobody else sees the rows yet"
    assert rung == [1]


def test_what_is_undone_or_there_already_or_for_later_rings_nobody(
    shop: Shop, rung: list[int]
) -> None:
    with pytest.raises(Conflict), shop.workspace.write(SYSTEM) as unit:
        put(unit)
        raise Conflict("Undone.")
    shop.workspace.run(SYSTEM, lambda unit: put(unit, "later", hours=1))
    assert rung == []
    shop.workspace.run(SYSTEM, put)
    shop.workspace.run(SYSTEM, put)
    assert rung == [1], "the same key again is no new work"


def test_the_runner_does_not_wake_itself_and_a_replay_wakes_it(shop: Shop, rung: list[int]) -> None:
    def work(unit: Unit, job: Job) -> None:
        if job.payload["name"] == "one":
            put(unit, "follow-up")
        raise_for = job.payload["name"] == "bad"
        if raise_for:
            raise Conflict("No.")

    shop.workspace.run(SYSTEM, lambda unit: (put(unit, "one"), put(unit, "bad")))
    runner = Runner(shop.workspace, (Inside("work", work, most_attempts=1),))
    assert runner.work_off() == 3
    assert rung == [1]
    with shop.workspace.read(SYSTEM) as unit:
        (dead,) = queue.look(unit, "dead").jobs
    shop.workspace.run(SYSTEM, lambda unit: queue.replay(unit, [dead.id]))
    assert rung == [1, 1]


class Broker:
    """Stands where a waker does, and is away when it is told to be."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.away, self.slow = False, threading.Event()
        self.slow.set()

    def send(self, workspace: str) -> None:
        self.slow.wait(10)
        if self.away:
            raise ConnectionError("gone")
        self.heard.append(workspace)


def until(holds: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 10
    while not holds() and time.monotonic() < give_up:
        time.sleep(0.005)
    assert holds()


def test_nobody_waits_for_a_slow_broker_and_rings_become_one() -> None:
    broker = Broker()
    broker.slow.clear()
    bell = Bell(broker, "main")
    began = time.monotonic()
    for _ in range(100):
        bell.ring()
    assert time.monotonic() - began < 1.0
    broker.slow.set()
    until(lambda: broker.heard != [])
    assert broker.heard in (["main"], ["main", "main"])


def test_a_broker_that_is_away_is_told_once_and_once_when_it_is_back(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, "typecase.jobs")
    broker = Broker()
    broker.away = True
    bell = Bell(broker, "main")
    for tries in (2, 4, 6):
        bell.ring()
        until(lambda tries=tries: caplog.text.count("could not be woken") == tries)
    broker.away = False
    bell.ring()
    until(lambda: "woken again" in caplog.text)
    warnings = [each.getMessage() for each in caplog.records if each.levelname == "WARNING"]
    assert warnings == ["workers cannot be woken, they poll: gone", "workers can be woken again"]
    assert broker.heard == ["main"]


@pytest.mark.parametrize("address", ["redis://localhost", "huey+mysql://x", "huey+redis", "celery"])
def test_an_address_nobody_knows_is_refused_with_the_known_ones(address: str) -> None:
    with pytest.raises(BadRequest, match=r"huey\+redis://"):
        open_waker(address)


def test_every_kind_opens_without_a_connection() -> None:
    for kind in KINDS:
        assert open_waker(f"{kind}://127.0.0.1:1/nothing") is not None
    assert broker_of("celery+amqp://a:b@c:1//") == "amqp://a:b@c:1//"


def test_a_fleet_needs_a_broker_of_its_library() -> None:
    assert broker_asked("huey+redis://localhost", "huey") == "redis://localhost"
    for address in (None, "celery+redis://localhost"):
        with pytest.raises(BadRequest):
            broker_asked(address, "huey")
