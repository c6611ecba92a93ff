"""What the worker does with jobs: saves that put them, and a runner that delivers them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from tests.faults.saying import say
from typecase.bootstrap import runner_of
from typecase.runtime import saving
from typecase.runtime.actors import SYSTEM
from typecase.runtime.storage.unit_of_work import Unit
from typecase.runtime.workspaces import Workspace
from typecase.workflow import queue, runner
from typecase.workflow.jobs import Errand, Inside, Job
from typecase.workflow.messages import outbox
from typecase.workflow.messages.outbox import Message
from typecase.workflow.storage import message_rows

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
    _until_quiet(
        lambda: runner.Runner(workspace, (Errand("message", _send), Inside("follow", _follow)))
    )


def put_mails(workspace: Workspace, first: int) -> None:
    """An account with two mails in one transaction, again and again."""
    number = first
    while True:
        workspace.run(SYSTEM, lambda unit, n=number: _save_with_mails(unit, n))
        say("saved", number)
        number += 1


def _save_with_mails(unit: Unit, number: int) -> None:
    saving.create(unit, "account", {"name": f"Account {number}"})
    me = unit.actor.id
    outbox.put(unit, [
        Message("email", me, me, address=f"{number}-{n}@x.example", subject=f"{number}", text="x")
        for n in range(2)
    ])  # fmt: skip


def post(workspace: Workspace, _: int) -> None:
    """Delivers mails as the product does; says each before it is marked."""
    mark = message_rows.mark_sent

    def saying(unit: Unit, id_: str, subject: str) -> None:
        say("sent", id_)
        mark(unit, id_, subject)

    message_rows.mark_sent = saying
    _until_quiet(lambda: runner_of(workspace))


def _until_quiet(made: Callable[[], runner.Runner]) -> None:
    runner.LEASE, runner.BATCH = SHORT_LEASE, 7
    works = made()
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
