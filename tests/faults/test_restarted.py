"""C6, C8: the database goes away under working runners and comes back: all is done, none twice."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from tests.databases import Run, start_cluster, stop_cluster
from tests.runtime.shop import Shop
from typecase.runtime import saving
from typecase.runtime.actors import SYSTEM
from typecase.runtime.storage.unit_of_work import Unit
from typecase.workflow import queue, runner
from typecase.workflow.jobs import Inside, Job
from typecase.workflow.runner import Runner

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]

JOBS = 600


def makes_account(unit: Unit, job: Job) -> None:
    saving.create(unit, "account", {"name": f"A{job.payload['number']:04}"})


def put_all(unit: Unit) -> None:
    for number in range(JOBS):
        queue.put(unit, "account", {"number": number}, key=f"k{number}")


def names(shop: Shop) -> list[str]:
    with shop.workspace.read(SYSTEM) as unit:
        of = unit.model.table("account")
        return sorted(unit.execute(of.table.select()).scalars(of["name"]).all())


def test_runners_outlive_a_restart_of_the_database(
    own_cluster: Run, own_postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "TROUBLE_SECONDS", 0.2)
    monkeypatch.setattr(runner, "BATCH", 10)
    shop = Shop(own_postgres, tmp_path)
    shop.workspace.run(SYSTEM, put_all)
    stop = threading.Event()
    works = [Runner(shop.workspace, (Inside("account", makes_account),)) for _ in range(2)]
    threads = [threading.Thread(target=each.run, args=(stop,)) for each in works]
    for thread in threads:
        thread.start()
    while len(names(shop)) < 30:
        time.sleep(0.02)
    stop_cluster(own_cluster, "immediate")
    time.sleep(0.5)
    start_cluster(own_cluster)
    give_up = time.monotonic() + 120
    wanted = [f"A{number:04}" for number in range(JOBS)]
    while (found := names(shop)) != wanted and time.monotonic() < give_up:
        shop.clock.advance(runner.LEASE)  # what was claimed when it went is free again
        time.sleep(0.3)
    stop.set()
    for thread in threads:
        thread.join()
    shop.close()
    assert found == wanted
