"""What the worker does with jobs: saves that put them, and a runner that delivers them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

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
from typecase.workflow.storage import message_rows, webhook_rows

SHORT_LEASE = timedelta(seconds=1)


def delivered_to(workspace: Workspace) -> Path:
    """The file that stands for the world outside: a line per message received."""
    return workspace.settings.files.parent / "delivered"


def put(workspace: Workspace, first: int) -> None:
    """An account with a message and a follow-up in one transaction, again and again."""
    _put_for_ever(workspace, first, _save)


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
    _put_for_ever(workspace, first, _save_with_mails)


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

    def saying(unit: Unit, id_: str, *said: Any) -> None:
        say("sent", id_)
        mark(unit, id_, *said)

    message_rows.mark_sent = saying
    _until_quiet(lambda: runner_of(workspace))


def put_texts(workspace: Workspace, first: int) -> None:
    """An account with two text messages in one transaction, again and again."""
    _put_for_ever(workspace, first, _save_with_texts)


def _save_with_texts(unit: Unit, number: int) -> None:
    saving.create(unit, "account", {"name": f"Account {number}"})
    me = unit.actor.id
    outbox.put(unit, [
        Message("sms", me, me, address=f"+861380000{number:04}{n}", text=f"{number}")
        for n in range(2)
    ])  # fmt: skip


def post_texts(workspace: Workspace, port: int) -> None:
    """As ``post``; the gateway on this machine may be asked."""
    _reach(workspace, port)
    post(workspace, 0)


def put_calls(workspace: Workspace, first: int) -> None:
    """An account with a call of a webhook in one transaction, again and again."""
    _put_for_ever(workspace, first, _save_with_call)


def _save_with_call(unit: Unit, number: int) -> None:
    saving.create(unit, "account", {"name": f"Account {number}"})
    queue.put(unit, "webhook", {"webhook": "erp", "data": {"number": number}})


def call(workspace: Workspace, port: int) -> None:
    """Calls webhooks as the product does; says each before it is marked."""
    _reach(workspace, port)
    mark = webhook_rows.mark

    def saying(unit: Unit, id_: str, *said: Any) -> None:
        say("called", id_)
        mark(unit, id_, *said)

    webhook_rows.mark = saying
    _until_quiet(lambda: runner_of(workspace))


def _reach(workspace: Workspace, port: int) -> None:
    hosts = frozenset({f"127.0.0.1:{port}"})
    workspace.settings = replace(workspace.settings, hosts=hosts)


def _put_for_ever(workspace: Workspace, first: int, save: Callable[[Unit, int], None]) -> None:
    number = first
    while True:
        workspace.run(SYSTEM, lambda unit, n=number: save(unit, n))
        say("saved", number)
        number += 1


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
