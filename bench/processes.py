"""The processes that are measured: two web servers, one PostgreSQL; their CPU time and memory."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from tests import databases

ROOT = Path(__file__).resolve().parents[1]
TICK = os.sysconf("SC_CLK_TCK")
LONGEST_START = 60

POSTGRES = {
    "fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "autovacuum": "on",
    "shared_buffers": "512MB", "log_min_messages": "error",
}  # fmt: skip
"""What differs from the throwaway cluster of the tests: nothing of a commit is left out."""


@dataclass
class Server:
    """A web server that answers at ``port``; ``pid`` is the parent of its workers."""

    name: str
    pid: int
    port: int
    started_in: float
    """Seconds until the first answer."""

    def cpu(self) -> float:
        """Seconds of processor time, workers included."""
        return sum(cpu_of(pid) for pid in family(self.pid))

    def memory(self) -> int:
        """Bytes that belong to these processes alone or in proportion (PSS)."""
        return sum(memory_of(pid) for pid in family(self.pid))


@contextmanager
def serving(
    name: str, command: list[str], environment: dict[str, str], path: str
) -> Iterator[Server]:
    """The server ``command`` starts; ``{port}`` in it is replaced. Ready when ``path`` answers."""
    port = free_port()
    began = time.monotonic()
    process = subprocess.Popen(
        [part.replace("{port}", str(port)) for part in command],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait(process, port, path)
        yield Server(name, process.pid, port, time.monotonic() - began)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], port: int, path: str) -> None:
    deadline = time.monotonic() + LONGEST_START
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", path)
            connection.getresponse().read()
            return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError("the server does not answer")


def typecase(database: str, folder: Path) -> tuple[list[str], dict[str, str]]:
    """As an administrator starts it."""
    command = [sys.executable, "-m", "typecase.cli", "serve", "--port", "{port}"]
    told = {
        "TYPECASE_DATABASE": database,
        "TYPECASE_FOLDER": str(folder),
        "TYPECASE_SECRET": "s" * 48,
    }
    return command, told


def handwritten(database: str) -> tuple[list[str], dict[str, str]]:
    """The same server with the same threads."""
    command = [
        *(sys.executable, "-m", "gunicorn", "--bind", "127.0.0.1:{port}", "--workers", "1"),
        *("--worker-class", "gthread", "--threads", "8", "--log-level", "warning"),
        *("--no-control-socket", "bench.handwritten.app:application()"),
    ]
    return command, {"HANDWRITTEN_DATABASE": database}


@contextmanager
def postgres(folder: Path) -> Iterator[tuple[databases.Run, int]]:
    """The cluster in ``folder``, made if there is none, with the settings of a real one, and the
    pid of its postmaster."""
    run = databases.Run(folder)
    if run.data.exists():
        databases.start_cluster(run)
    else:
        folder.mkdir(mode=0o755, parents=True)
        databases.ensure_cluster(run)
        with (run.data / "postgresql.conf").open("a") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in POSTGRES.items())
        databases.restart(run)
    try:
        yield run, int((run.data / "postmaster.pid").read_text().split()[0])
    finally:
        databases.stop_cluster(run)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# /proc --------------------------------------------------------------------------------------


def family(pid: int) -> list[int]:
    """The process and everything below it."""
    found = [pid]
    for each in found:
        for listed in Path(f"/proc/{each}/task").glob("*/children"):
            found += [int(child) for child in _read(listed).split()]
    return found


def cpu_of(pid: int) -> float:
    """Seconds, those of ended children that were waited for included."""
    fields = _stat(pid)
    return sum(map(int, fields[11:15])) / TICK if fields else 0.0


def exact_cpu_of(pid: int) -> float:
    """The same where ticks would be too coarse, of a process with one thread, as PostgreSQL's."""
    fields, own = _stat(pid), _read(Path(f"/proc/{pid}/schedstat")).split()
    return int(own[0]) / 1e9 + sum(map(int, fields[13:15])) / TICK if fields and own else 0.0


def _stat(pid: int) -> list[str]:
    return _read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()


def memory_of(pid: int) -> int:
    for line in _read(Path(f"/proc/{pid}/smaps_rollup")).splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
