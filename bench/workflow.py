"""``python -m bench.workflow``: what automations, approvals and timers cost. See README.md."""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from statistics import median

from bench import report
from bench.workflow_world import CLIENTS, Place, places
from typecase.bootstrap import runner_of
from typecase.errors import TypecaseError
from typecase.runtime import saving
from typecase.runtime.actors import SYSTEM, Actor
from typecase.runtime.storage.unit_of_work import Unit
from typecase.workflow import jobs, queue
from typecase.workflow.approvals import cases, deciding, submitting
from typecase.workflow.approvals.deciding import Decision
from typecase.workflow.approvals.simulating import Wanted, simulate
from typecase.workflow.runner import Working
from typecase.workflow.storage import job_rows

RESULTS = Path(__file__).parent / "results"
BATCH = 500

# What is measured: each returns (what came out, what is allowed, whether it holds) --------------

Found = tuple[str, str, bool]


def a_save(place: Place, size: float) -> Found:
    """The same change with and without; the cheapest of nineteen rounds each, in turns."""
    ids = {name: _records(place, name, 60) for name in ("plain", "busy")}
    for id_ in ids["busy"]:
        place.workspace.run(place.ada, lambda u, i=id_: submitting.submit(u, "busy", i))

    def round_of(name: str, number: int) -> float:
        began = place.cpu()
        told = {"stage": ("talks", "new")[number % 2], "amount": number}
        for id_ in ids[name]:
            place.workspace.run(place.ada, lambda u, i=id_: saving.update(u, name, i, told))
        return (place.cpu() - began) * 1000 / len(ids[name])

    rounds: dict[str, list[float]] = {"plain": [], "busy": []}
    for number in range(20):
        for name, kept in rounds.items():
            took = round_of(name, number)
            if number:
                kept.append(took)
    plain, busy = (min(rounds[name]) for name in ("plain", "busy"))
    return f"{plain:.1f} → {busy:.1f} ms, {busy / plain:.2f}×", "2×", busy <= 2 * plain


def deciding_at_once(place: Place, size: float) -> Found:
    """Each case is decided by two of eight clients at once; one of them must be told so."""
    wanted = round(1000 * size)
    records = _records(place, "asked", wanted)
    started = [
        place.workspace.run(place.ada, lambda u, r=r: submitting.submit(u, "asked", r, "review"))
        for r in records
    ]
    won, lost, failed = [0] * CLIENTS, [0] * CLIENTS, list[str]()

    def client(number: int, me: Actor) -> None:
        mine = [c for n, c in enumerate(started) if number in (n % CLIENTS, (n + 1) % CLIENTS)]
        random.Random(number).shuffle(mine)
        for case in mine:
            try:
                place.workspace.run(me, lambda u, c=case: _approve(u, c, me))
                won[number] += 1
            except TypecaseError as error:
                lost[number] += 1
                if error.code not in ("conflict", "not_found"):
                    failed.append(str(error))

    began = time.monotonic()
    threads = [threading.Thread(target=client, args=pair) for pair in enumerate(place.bosses)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    seconds = time.monotonic() - began
    with place.workspace.read(SYSTEM) as unit:
        states = [cases.get(unit, case).case.state for case in started]
    done = states.count("approved")
    exact = sum(won) == done == wanted and sum(lost) == wanted and not failed
    told = f"{done:,} approved by {sum(won):,} answers, {sum(lost):,} told so, {seconds:.0f} s"
    return told, "no double, no loss", exact


def _approve(unit: Unit, case: str, me: Actor) -> None:
    found = cases.get(unit, case).case
    task = next(t for t in found.tasks if t.person == me.id)
    deciding.decide(unit, case, Decision("approve", task.id))


def timers(place: Place, size: float) -> Found:
    """An automation with one notice for each; put all at once, due all at once."""
    wanted = round(100_000 * size)
    records = _records(place, "timed", min(wanted, 2_000))

    def put(unit: Unit, first: int) -> None:
        payload = {"automation": "timed.remind", "event": "schedule"}
        rows = [
            jobs.row(unit, "automation", payload, f"t{n}", None,
                     ("timed", records[n % len(records)]))
            for n in range(first, min(first + BATCH, wanted))
        ]  # fmt: skip
        job_rows.insert(unit, rows)

    for first in range(0, wanted, BATCH):
        place.workspace.run(SYSTEM, lambda unit, f=first: put(unit, f))
    runner = runner_of(place.workspace, plans=False)
    began, cpu = time.monotonic(), place.cpu()
    done = runner.work_off()
    seconds, cpu = time.monotonic() - began, place.cpu() - cpu
    told = f"{done / seconds:,.0f} a second, {done / cpu:,.0f} a second of processor time"
    held = done / seconds >= 500 or place.kind != "SQLite"  # where the limit was set
    return told, "500 a second on SQLite", held


def waking(place: Place, size: float) -> Found:
    """From the commit to the deed, by looking once a second only: no broker."""
    working = Working(runner_of(place.workspace, plans=False))
    waits = []
    for number in range(round(10 * size) or 3):
        key = f"wake {number}"
        place.workspace.run(
            SYSTEM, lambda unit, k=key: queue.put(unit, "chore", {"name": "jobs"}, key=k)
        )
        began = time.monotonic()
        while not _is_done(place, key):
            time.sleep(0.01)
        waits.append(time.monotonic() - began)
    working.stop()
    return f"{median(waits):.2f} s, at most {max(waits):.2f} s", "2 s", max(waits) < 2


def _is_done(place: Place, key: str) -> bool:
    with place.workspace.read(SYSTEM) as unit:
        return any(each.key == key and each.state == "done" for each in queue.look(unit).jobs)


def simulating(place: Place, size: float) -> Found:
    (record,) = _records(place, "asked", 1)
    wanted = Wanted("asked", "long", record, submitter=place.ada.id)
    times = []
    for _ in range(6):
        with place.workspace.read(place.admin) as unit:
            began = time.process_time()
            seen = simulate(unit, wanted)
            times.append((time.process_time() - began) * 1000)
    held = len(seen.stops) >= 28 and min(times) < 50
    return f"{min(times):.0f} ms, the first {times[0]:.0f} ms", "50 ms", held


def _records(place: Place, name: str, wanted: int) -> list[str]:
    ids: list[str] = []
    while len(ids) < wanted:
        rows = [{"name": f"R{n}"} for n in range(min(BATCH, wanted - len(ids)))]
        ids += place.workspace.run(place.ada, lambda u, r=rows: saving.create_many(u, name, r))
    return ids


MEASURED: dict[str, Callable[[Place, float], Found]] = {
    "a save with three automations, two service levels, an approval in flight": a_save,
    "1,000 approvals, each decided by two of 8 clients at once": deciding_at_once,
    "100,000 timers due at once, a notice each": timers,
    "from commit to deed without a broker": waking,
    "an approval of 30 nodes tried out": simulating,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.workflow")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), action="append")
    parser.add_argument("--size", type=float, default=1.0, help="0.1: a tenth of everything")
    parser.add_argument("--only", default="", help="only work whose name holds these words")
    options = parser.parse_args()
    well = True
    for kind in options.database or ("sqlite", "postgresql"):
        lines = []
        with tempfile.TemporaryDirectory() as folder, places(kind, Path(folder)) as place:
            for name, measure in MEASURED.items():
                if options.only in name:
                    place.clock.advance(timedelta(minutes=1))
                    found, limit, held = measure(place, options.size)
                    well = well and held
                    lines.append(f"| {name} | {found} | {limit} | {'ok' if held else 'OVER'} |")
                    print(kind, lines[-1], f"load {os.getloadavg()[0]:.1f}", flush=True)
        if not options.only:
            table = "\n".join(["| work | found | at most |  |", "|---|---|---|---|", *lines])
            sizes = "" if options.size == 1 else f" Size {options.size:g}: that part of the counts."
            about = f"# Workflow on {kind}\n\n{report.machine()}{sizes}\n\n{table}\n"
            (RESULTS / f"workflow-{kind}.md").write_text(about, "utf-8")
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
