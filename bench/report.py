"""The table: what was measured beside what is allowed."""

from __future__ import annotations

import os
import platform
import subprocess
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from pysqlite3 import dbapi2

from tests import databases

HEADERS = ("work", "database", "records", "Typecase", "by hand", "ratio", "waited", "at most", "")


@dataclass(frozen=True)
class Line:
    work: str
    database: str
    records: int
    typecase: str
    handwritten: str
    ratio: str
    waited: str
    limit: str
    ok: bool

    @property
    def cells(self) -> tuple[str, ...]:
        verdict = "ok" if self.ok else "OVER"
        return (
            self.work, self.database, f"{self.records:,}", self.typecase, self.handwritten,
            self.ratio, self.waited, self.limit, verdict,
        )  # fmt: skip


@dataclass
class Report:
    lines: list[Line] = field(default_factory=list)

    def add(self, line: Line) -> None:
        self.lines.append(line)
        print("  " + " | ".join(line.cells), flush=True)

    def write(self, folder: Path) -> None:
        """A file for each database and size, and one for what needs neither."""
        folder.mkdir(exist_ok=True)
        for kind, records in dict.fromkeys((line.database, line.records) for line in self.lines):
            lines = [x for x in self.lines if (x.database, x.records) == (kind, records)]
            name = f"{kind}-{records}" if records else "starting"
            (folder / f"{name}.md").write_text(_markdown(lines), "utf-8")


def _markdown(lines: list[Line]) -> str:
    rows = [HEADERS, tuple("---" for _ in HEADERS), *(line.cells for line in lines)]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    about = f"{lines[0].database}, {lines[0].records:,} records" if lines[0].records else "Starting"
    return f"# {about}\n\n{machine()}\n\n{EXPLAINED}\n\n{table}\n"


EXPLAINED = (
    "Milliseconds of processor time for one request: web server and PostgreSQL together, the best"
    " of the rounds. *waited*: how long the client waited, median and 95th percentile, on the same"
    " machine. How and what: [README](../README.md)."
)


def machine() -> str:
    packages = ", ".join(
        f"{name} {version(name)}" for name in ("typecase", "SQLAlchemy", "Flask", "psycopg")
    )
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {_processor()}, Python {platform.python_version()},"
        f" SQLite {dbapi2.sqlite_version}, {_postgres()}, {packages}."
        f" Load average before writing this: {os.getloadavg()[1]:.1f}. The benchmark alone makes"
        " about 1: more means that something else was running, and that absolute numbers are too"
        " high, by up to a half where two processes share a core."
    )


def _postgres() -> str:
    told = subprocess.run(
        [databases.find_binaries() / "postgres", "-V"], capture_output=True, text=True, check=True
    )
    return f"PostgreSQL {told.stdout.split()[2]}"


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{len(models)} × {models[0]}" if models else "processor unknown"
