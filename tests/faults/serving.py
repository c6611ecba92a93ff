"""The program as an administrator starts it, in a process of its own that may be killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from tests.runtime.shop import Shop
from typecase.bootstrap import build_platform
from typecase.runtime import tokens
from typecase.runtime.actors import SYSTEM

GONE = (URLError, HTTPException, ConnectionError, TimeoutError)
"""What a client sees of a server that is not there, or that went while it was answering."""


def command(*words: object) -> list[str]:
    return [sys.executable, "-m", "typecase.cli", *map(str, words)]


def place(shop: Shop) -> list[str]:
    settings = shop.platform.settings
    return ["--dir", str(settings.folder), "--database", settings.database]


class Server:
    """``typecase serve`` over the shop's database; ``port`` stays the same over restarts."""

    def __init__(self, shop: Shop, port: int = 0) -> None:
        began = time.monotonic()
        self.process = subprocess.Popen(
            [*command("serve", *place(shop), "--port", port), "--json"],
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert self.process.stdout is not None
        self.url: str = json.loads(self.process.stdout.readline())["url"]
        self.seconds = time.monotonic() - began

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def kill(self) -> None:
        """SIGKILL to the one that watches and to the one that works, at the same moment."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()

    def call(self, method: str, path: str, token: str, body: Any = None) -> tuple[int, Any]:
        """Status and document. Raises one of GONE."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        request = Request(f"{self.url}/api/v1{path}", data, headers, method=method)
        try:
            with urlopen(request, timeout=30) as answer:
                return answer.status, json.load(answer)
        except HTTPError as refused:
            with refused:
                return refused.code, json.load(refused)


def token(shop: Shop, person: str) -> str:
    """By the clock on the wall, which is the one the server goes by."""
    platform = build_platform(shop.platform.settings)
    user = getattr(shop, person).id
    try:
        return platform.main.run(SYSTEM, lambda unit: tokens.create(unit, "test", user=user)).secret
    finally:
        platform.close()


def run_until(words: list[str], ready: Callable[[list[str]], bool]) -> tuple[int, list[str]]:
    """Runs a command and kills it when what it said on its way makes ``ready`` true.

    Returns the exit code (-9: it was killed) and the lines.
    """
    said: list[str] = []
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        for line in process.stderr:
            said.append(line.strip())
            if ready(said):
                process.kill()
    return process.returncode, said


def write(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder
