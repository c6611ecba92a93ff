"""`typecase worker` and the thread beside `typecase serve`: real processes that wake up in time."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.test_commands import write_package
from typecase.bootstrap import build_platform
from typecase.cli import main
from typecase.cli.console import DONE
from typecase.config import load_settings
from typecase.runtime.actors import SYSTEM
from typecase.runtime.workspaces import Workspace
from typecase.workflow import queue

WITHIN = 2.0
"""Seconds from the commit to the deed."""


@pytest.fixture
def place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    folder = tmp_path / "var"
    package = write_package(tmp_path / "shop")
    assert main(["init", "--package", str(package), "--dir", str(folder), "--json"]) == DONE
    return folder


@contextmanager
def opened(folder: Path) -> Iterator[Workspace]:
    platform = build_platform(load_settings({}, folder=folder))
    yield platform.main
    platform.close()


def states(workspace: Workspace) -> set[str]:
    with workspace.read(SYSTEM) as unit:
        return {job.state for job in queue.look(unit).jobs if job.key == "now"}


def put(workspace: Workspace) -> None:
    work = {"name": "jobs"}
    workspace.run(SYSTEM, lambda unit: queue.put(unit, "chore", work, key="now"))


def test_once_does_what_is_due_and_ends(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with opened(place) as workspace:
        put(workspace)
        capsys.readouterr()
        assert main(["worker", "--once", "--dir", str(place), "--json"]) == DONE
        assert json.loads(capsys.readouterr().out)["jobs"] > 1, "the chores of the day, too"
        assert states(workspace) == {"done"}


@pytest.mark.slow
@pytest.mark.parametrize("command", [["worker"], ["serve", "--port", "0"]])
def test_it_wakes_up_in_time_and_ends_when_told(place: Path, command: list[str]) -> None:
    words = [sys.executable, "-m", "typecase.cli", *command, "--dir", str(place), "--json"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=os.environ) as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())
        with opened(place) as workspace:
            time.sleep(2)  # whatever was due at its beginning is done
            began = time.monotonic()
            put(workspace)
            while states(workspace) != {"done"} and time.monotonic() - began < 20:
                time.sleep(0.05)
            assert time.monotonic() - began < WITHIN
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
