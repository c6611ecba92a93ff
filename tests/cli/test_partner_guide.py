"""docs/first-hour-partner.md, followed to the letter: its files written, its commands run, what it
shows compared with what comes out."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "first-hour-partner.md"
STEP = re.compile(
    r"^`(?P<file>[^`\n]+)`:\n\n```\w*\n(?P<content>.*?)^```$"
    r"|^```\n(?P<session>\$ .*?)^```$"
    r"|`(?P<changed>[^`\n]+)`: `(?P<old>[^`\n]+)` → `(?P<new>[^`\n]+)`",
    re.MULTILINE | re.DOTALL,
)


def test_the_guide_works_as_it_stands(tmp_path: Path) -> None:
    done = [follow(step, tmp_path) for step in STEP.finditer(GUIDE.read_text("utf-8"))]
    assert done.count("file") >= 9
    assert done.count("change") == 2
    assert done.count("session") >= 5


def follow(step: re.Match[str], folder: Path) -> str:
    if step["file"]:
        path = folder / step["file"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(step["content"], "utf-8")
        return "file"
    if step["changed"]:
        path = folder / step["changed"]
        text = path.read_text("utf-8")
        assert text.count(step["old"]) == 1
        path.write_text(text.replace(step["old"], step["new"]), "utf-8")
        return "change"
    for command, shown in commands(step["session"]):
        said = run(command, folder)
        place = 0
        for line in shown:
            found = said.find(line, place)
            assert found >= 0, f"$ {command}\n{said}\ndoes not say: {line}"
            place = found + len(line)
    return "session"


def commands(session: str) -> Iterator[tuple[str, list[str]]]:
    """Each command with the lines shown after it; ``…`` stands for anything."""
    for part in session.removeprefix("$ ").split("\n$ "):
        command, *lines = part.strip().split("\n")
        pieces = [piece.strip() for line in lines for piece in line.split("…")]
        yield command, [piece for piece in pieces if piece]


def run(command: str, folder: Path) -> str:
    program, *words = shlex.split(command)
    assert program == "typecase"
    environment = {k: v for k, v in os.environ.items() if not k.startswith("TYPECASE_")}
    process = subprocess.run(
        [sys.executable, "-m", "typecase.cli", *words],
        cwd=folder,
        env={**environment, "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode in (0, 1), process.stderr
    return process.stdout + process.stderr
