"""Adding a field to an object full of records, while somebody keeps saving."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from bench.sides import Loaded, settings
from typecase.bootstrap import build_platform
from typecase.metadata.packages import package_from_files
from typecase.resources import data_folder
from typecase.runtime import installing, saving
from typecase.runtime.actors import SYSTEM

FIELD = {"name": "bench_note", "type": "text", "label": "Note of the benchmark"}


@dataclass(frozen=True)
class Added:
    """Milliseconds writers were kept waiting, and how many writes were refused."""

    applied: float
    slowest_write: float
    writes: int
    refused: int


def add_a_field(loaded: Loaded) -> Added:
    platform = build_platform(settings(loaded.url, loaded.folder))
    waited: list[float] = []
    refused: list[Exception] = []
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            id_ = loaded.business.opportunity_of_first_owner(number)
            began = time.perf_counter()
            try:
                raw = {"next_step": f"During publication {number}"}
                platform.main.run(
                    SYSTEM, lambda u, i=id_, r=raw: saving.update(u, "opportunity", i, r)
                )
            except Exception as error:
                refused.append(error)
            waited.append(time.perf_counter() - began)

    try:
        package = package_from_files(_with_field(data_folder("apps") / "standard_crm"))
        proposal = installing.propose(platform.main, [package])
        writer = threading.Thread(target=write)
        writer.start()
        time.sleep(0.5)
        began = time.perf_counter()
        installing.publish(platform.main, proposal)
        applied = time.perf_counter() - began
        time.sleep(0.5)
        stop.set()
        writer.join()
    finally:
        stop.set()
        platform.close()
    return Added(1000 * applied, 1000 * max(waited), len(waited), len(refused))


def _with_field(folder: Path) -> dict[str, bytes]:
    files = {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }
    name = "objects/opportunity/object.json"
    document = json.loads(files[name])
    document["fields"].append(FIELD)
    return files | {name: json.dumps(document).encode()}
