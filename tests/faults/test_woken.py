"""Workers woken through real brokers: soon, never twice, and a broker that dies costs nothing."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.brokers import Broker, RabbitMq, Redis
from tests.workflow.office import Office
from typecase.bootstrap import Platform, build_platform, runner_of
from typecase.runtime import reading, saving
from typecase.runtime.actors import SYSTEM
from typecase.runtime.queries import Query
from typecase.runtime.storage.unit_of_work import Unit
from typecase.workflow import queue, schedules
from typecase.workflow.runner import Working

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]

ROOT = Path(__file__).parents[2]
WITHIN = 2.0
"""Seconds from the commit to the deed."""

HUEY = ["-m", "huey.bin.huey_consumer", "typecase.cli.fleet_huey.queue", "-w", "2", "-m", "0.5",
        "-d", "0.1", "-n"]  # fmt: skip
CELERY = ["-m", "celery", "--app", "typecase.cli.fleet_celery", "worker", "--concurrency", "2",
          "--without-gossip", "--without-mingle", "--without-heartbeat"]  # fmt: skip
BROKERS: dict[str, type[Broker]] = {"redis": Redis, "amqp": RabbitMq}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Broker]]:
    """Brokers by their scheme, started when first asked for."""
    started: dict[str, Broker] = {}

    def broker(scheme: str) -> Broker:
        kind = BROKERS[scheme]
        if not kind.is_installed():
            pytest.skip(f"no {kind.__name__} on this machine")
        if scheme not in started:
            started[scheme] = kind(tmp_path_factory.mktemp(scheme))
            started[scheme].start()
        return started[scheme]

    yield broker
    for each in started.values():
        each.kill()


class Fleet:
    """The office behind a broker, with as many processes of a consumer as are asked for."""

    def __init__(self, database: str, folder: Path, wake: str) -> None:
        self.office = Office(database, folder)
        self.wake, self.folder = wake, folder
        self.platform: Platform = build_platform(replace(self.office.platform.settings, wake=wake))
        self.workspace = self.platform.main
        self._processes: list[subprocess.Popen[bytes]] = []

    def recruit(self, processes: int = 1) -> None:
        """Returns when one of them has done a first job."""
        settings = self.platform.settings
        told = os.environ | {
            "TYPECASE_FOLDER": str(settings.folder),
            "TYPECASE_DATABASE": settings.database,
            "TYPECASE_WAKE": self.wake,
        }
        words = HUEY if self.wake.startswith("huey") else CELERY
        for number in range(processes):
            name = [] if words is HUEY else ["--hostname", f"w{number}@tests"]
            with (self.folder / f"fleet{number}.log").open("wb") as log:
                self._processes.append(
                    subprocess.Popen(
                        [sys.executable, *words, *name], cwd=ROOT, env=told, stdout=log, stderr=log
                    )
                )
        give_up = time.monotonic() + 60
        number = 0
        while time.monotonic() < give_up:
            number += 1
            key = f"ready {number}"
            self.put(key)
            if self.seconds_until_done(key, 2.0) is not None:
                return
        raise AssertionError((self.folder / "fleet0.log").read_text(errors="replace"))

    def put(self, key: str) -> float:
        """A job that is due; returns how many seconds saving it took."""
        began = time.monotonic()
        work = {"name": "jobs"}
        self.workspace.run(SYSTEM, lambda unit: queue.put(unit, "chore", work, key=key))
        return time.monotonic() - began

    def seconds_until_done(self, key: str, at_most: float) -> float | None:
        began = time.monotonic()
        while time.monotonic() < began + at_most:
            with self.workspace.read(SYSTEM) as unit:
                (found,) = [each for each in queue.look(unit, limit=200).jobs if each.key == key]
            if found.state == "done":
                return time.monotonic() - began
            time.sleep(0.02)
        return None

    def close(self) -> None:
        for each in self._processes:
            each.terminate()
        for each in self._processes:
            each.wait(30)
        self.platform.close()
        self.office.close()


@contextmanager
def opened(database: str, folder: Path, wake: str) -> Iterator[Fleet]:
    fleet = Fleet(database, folder, wake)
    try:
        yield fleet
    finally:
        fleet.close()


def address(kind: str, database: str, folder: Path, running: Callable[[str], Broker]) -> str:
    """``kind`` is a scheme of TYPECASE_WAKE; ``own`` is huey over the database's own kind."""
    if kind == "huey+own":
        if database.startswith("sqlite"):
            return f"huey+sqlite:///{folder / 'wake.sqlite'}"
        return f"huey+{database}"
    return kind.partition("+")[0] + "+" + running(kind.partition("+")[2]).url


@pytest.mark.parametrize("kind", ["huey+own", "huey+redis", "celery+redis", "celery+amqp"])
def test_two_workers_are_woken_at_once_and_do_nothing_twice(
    database: str, tmp_path: Path, kind: str, running: Callable[[str], Broker]
) -> None:
    with opened(database, tmp_path, address(kind, database, tmp_path, running)) as fleet:
        deals = fleet.workspace.run(SYSTEM, _forty_deals)
        fleet.recruit(processes=2)
        fleet.put("soon")
        seconds = fleet.seconds_until_done("soon", 10.0)
        assert seconds is not None and seconds < WITHIN
        fleet.workspace.run(SYSTEM, lambda unit: schedules.start(unit, "deal.weekly"))
        give_up = time.monotonic() + 30
        while (amounts := _amounts(fleet)) != [1] * len(deals) and time.monotonic() < give_up:
            assert max(amounts) <= 1, "one was done twice"
            time.sleep(0.05)
        assert amounts == [1] * len(deals)
        with fleet.workspace.read(SYSTEM) as unit:
            assert {each.attempts for each in queue.look(unit, limit=200).jobs} == {1}


def _forty_deals(unit: Unit) -> list[str]:
    account = saving.create(unit, "account", {"name": "Acme"})
    rows = [{"name": f"Deal {n}", "account": account, "stage": "talks"} for n in range(40)]
    return list(saving.create_many(unit, "deal", rows))


def _amounts(fleet: Fleet) -> list[int]:
    with fleet.workspace.read(SYSTEM) as unit:
        rows = reading.find(unit, Query("deal", ("amount",), limit=100)).rows
    return [int(row["amount"] or 0) for row in rows]


@pytest.mark.parametrize("kind", ["huey+redis", "celery+redis", "celery+amqp"])
def test_a_broker_killed_under_way_fails_no_save_and_is_used_again(
    sqlite_database: str, tmp_path: Path, kind: str, running: Callable[[str], Broker],
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    caplog.set_level(logging.WARNING, "typecase.jobs")
    broker = running(kind.partition("+")[2])
    wake = address(kind, sqlite_database, tmp_path, running)
    with opened(sqlite_database, tmp_path, wake) as fleet:
        fleet.recruit()
        broker.kill()
        assert max(fleet.put(f"away {n}") for n in range(5)) < 1.0, "saving does not wait for it"
        assert fleet.seconds_until_done("away 4", 0.5) is None, "nobody polls yet"
        working = Working(runner_of(fleet.workspace))
        assert fleet.seconds_until_done("away 4", 10.0) is not None, "polling does the work"
        working.stop()
        _wait(lambda: "they poll" in caplog.text)
        assert caplog.text.count("they poll") == 1, "told once"
        broker.start()
        number, give_up = 0, time.monotonic() + 60
        while True:
            assert time.monotonic() < give_up, "never woken again"
            number += 1
            fleet.put(f"back {number}")
            if fleet.seconds_until_done(f"back {number}", WITHIN) is not None:
                break
        assert caplog.text.count("woken again") == 1


def _wait(until: Callable[[], bool], seconds: float = 15.0) -> None:
    give_up = time.monotonic() + seconds
    while not until() and time.monotonic() < give_up:
        time.sleep(0.05)
    assert until()
