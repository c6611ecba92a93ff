"""What the worker does with jobs: saves that put them, and a runner that delivers them."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from pathlib import Path

from tests.faults.saying import say
from typecase.runtime import saving
from typecase.runtime.actors import SYSTEM
from typecase.runtime.storage.unit_of_work import Unit
from typecase.runtime.workspaces import Workspace
from typecase.workflow import queue, runner
from typecase.workflow.jobs import Errand, Inside, Job

SHORT_LEASE = timedelta(seconds=1)


def delivered_to(workspace: Workspace) -> Path:
    """The file that stands for the world outside: a line per message received."""
    return workspace.settings.files.parent / "delivered"


def put(workspace: Workspace, first: int) -> None:
    """An account with a message and a follow-up in one transaction, again and again."""
    number = first
    while True:
        workspace.run(SYSTEM, lambda unit, n=number: _save(unit, n))
        say("saved", number)
        number += 1


def _save(unit: Unit, number: int) -> None:
    saving.create(unit, "account", {"name": f"Account {number}"})
    queue.put(unit, "message", {"number": number}, key=f"message {number}")
    queue.put(unit, "follow", {"number": number}, key=f"follow {number}")


def deliver(workspace: Workspace, _: int) -> None:
    """Works until nothing is left, then says so."""
    runner.LEASE, runner.BATCH = SHORT_LEASE, 7
    works = runner.Runner(workspace, (Errand("message", _send), Inside("follow", _follow)))
    quiet = 0
    while quiet < 15:
        quiet = 0 if works.tick() else quiet + 1
        if quiet:
            time.sleep(0.1)
    say("empty")


def _send(workspace: Workspace, job: Job) -> None:
    with delivered_to(workspace).open("a") as file:
        file.write(f"{job.key}\n")
        file.flush()
        os.fsync(file.fileno())
    say("sent", job.payload["number"])


def _follow(unit: Unit, job: Job) -> None:
    saving.create(unit, "account", {"name": f"Follow-up {job.payload['number']}"})
    say("followed", job.payload["number"])
