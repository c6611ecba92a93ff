"""Starting the worker and killing it at a chosen moment."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run_and_kill(
    job: str, database: str, folder: Path, *more: object, lines: int, wait: float = 0.0
) -> list[str]:
    """Everything the worker said until it was killed, ``wait`` seconds after so many lines.

    A worker that ends by itself before is let go.
    """
    command = [sys.executable, "-m", "tests.faults.worker", job, database, str(folder)]
    with subprocess.Popen(
        [*command, *map(str, more)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as worker:
        assert worker.stdout is not None
        said = []
        for line in worker.stdout:
            said.append(line.strip())
            if len(said) >= lines:
                break
        time.sleep(wait)
        worker.kill()
        said += [line.strip() for line in worker.stdout]
    assert worker.returncode in (-9, 0), "the worker failed by itself"
    return said
