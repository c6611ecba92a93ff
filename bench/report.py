"""The table: what was measured beside what is allowed."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from pysqlite3 import dbapi2

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

    def markdown(self) -> str:
        rows = [HEADERS, tuple("---" for _ in HEADERS), *(line.cells for line in self.lines)]
        table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
        return f"# Results\n\n{_machine()}\n\n{EXPLAINED}\n\n{table}\n"

    def write(self, path: Path) -> None:
        path.write_text(self.markdown(), "utf-8")


EXPLAINED = (
    "Milliseconds of processor time for one request: web server and PostgreSQL together, the best"
    " of the rounds. *waited*: how long the client waited, median and 95th percentile, on the same"
    " machine. How and what: [README](README.md)."
)


def _machine() -> str:
    packages = ", ".join(
        f"{name} {version(name)}" for name in ("typecase", "SQLAlchemy", "Flask", "psycopg")
    )
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {_processor()}, Python {platform.python_version()},"
        f" SQLite {dbapi2.sqlite_version}, {packages}."
        f" Load average before writing this: {os.getloadavg()[1]:.1f}; more than 2 means that"
        " something else was running and that absolute numbers are too high."
    )


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{len(models)} × {models[0]}" if models else "processor unknown"
