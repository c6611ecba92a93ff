"""``python -m bench``: loads both sides, asks them the same, writes the table. See README.md."""

from __future__ import annotations

import argparse
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import processes, publishing, work
from bench.client import Client, Cost, Request, best, measure
from bench.keeping import Shelf
from bench.report import Line, Report
from bench.sides import Loaded
from typecase.web.cookies import SESSION_COOKIE

HERE = Path(__file__).parent
WARM = 30
FILLED = 2_500
"""Requests until what is kept up to a number (pages of SQLite, statements, tokens) is full."""


@dataclass(frozen=True)
class Options:
    records: list[int]
    databases: list[str]
    requests: int
    rounds: int
    searched: int
    soak: int
    only: str | None
    keep: Path | None
    load: bool


@dataclass(frozen=True)
class Pair:
    """Both sides, loaded and answering."""

    kind: str
    records: int
    ours: Loaded
    theirs: Loaded
    our_server: processes.Server
    their_server: processes.Server
    postmaster: int | None


def main() -> int:
    options = _options()
    signal.signal(signal.SIGTERM, _stop)
    report = Report()
    with ExitStack() as stack:
        folder = options.keep or Path(stack.enter_context(_temporary()))
        folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        run, postmaster = None, None
        if "postgresql" in options.databases:
            run, postmaster = stack.enter_context(processes.postgres(folder / "postgres"))
        shelf = Shelf(folder, run)
        for kind in options.databases:
            for records in options.records:
                print(f"{kind}, {records:,} records", flush=True)
                shelf.load(kind, records, options.searched)
                if options.load:
                    continue
                with _pair(kind, records, options, shelf, postmaster) as pair:
                    _ask(pair, options, report)
                report.write(HERE / "results")
        if options.load:
            return 0
        _starting(options, report)
        report.write(HERE / "results")
    print(f"written to {HERE / 'results'}")
    return 0 if all(line.ok for line in report.lines) else 1


def _stop(number: int, frame: object) -> None:
    """Ends as Ctrl+C does: servers and databases of ours are stopped and removed."""
    raise KeyboardInterrupt


def _options() -> Options:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--records",
        type=int,
        action="append",
        metavar="N",
        help="opportunities; may be repeated (10000)",
    )
    parser.add_argument(
        "--full",
        action="store_true",
        help="10000, 100000 and 1000000 records, more requests, the soak test",
    )
    parser.add_argument("--database", action="append", choices=("sqlite", "postgresql"))
    parser.add_argument("--requests", type=int, default=200, help="of each kind, a round (200)")
    parser.add_argument("--rounds", type=int, default=3, help="the best one counts (3)")
    parser.add_argument(
        "--searched",
        type=int,
        default=100_000,
        help="the latest records that stand in the search index (100000)",
    )
    parser.add_argument(
        "--soak",
        type=int,
        help="requests before memory is measured again (1000; --full: 10000)",
    )
    parser.add_argument("--only", metavar="WORDS", help="only work whose name holds these words")
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER",
        help="where loaded databases stay, to be measured again without loading",
    )  # fmt: skip
    parser.add_argument("--load", action="store_true", help="load into --keep, measure nothing")
    told = parser.parse_args()
    usual = [10_000, 100_000, 1_000_000] if told.full else [10_000]
    return Options(
        told.records or usual,
        told.database or ["sqlite", "postgresql"],
        told.requests,
        told.rounds,
        told.searched,
        told.soak or (10_000 if told.full else 1_000),
        told.only,
        told.keep and told.keep.resolve(),
        told.load,
    )


# Two loaded databases, two servers ----------------------------------------------------------


@contextmanager
def _pair(
    kind: str, records: int, options: Options, shelf: Shelf, postmaster: int | None
) -> Iterator[Pair]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(_temporary()))
        ours, theirs = stack.enter_context(shelf.copies(kind, records, options.searched, folder))
        our_server = stack.enter_context(
            processes.serving("typecase", *processes.typecase(ours.url, folder), "/api/v1/health")
        )
        their_server = stack.enter_context(
            processes.serving("handwritten", *processes.handwritten(theirs.url), "/")
        )
        used = postmaster if kind == "postgresql" else None
        yield Pair(kind, records, ours, theirs, our_server, their_server, used)


def _temporary() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="tc-bench-", ignore_cleanup_errors=True)


# Asking -------------------------------------------------------------------------------------


def _ask(pair: Pair, options: Options, report: Report) -> None:
    def wanted(name: str) -> bool:
        return options.only is None or options.only in name

    idle = pair.our_server.memory()
    for each in work.BOTH:
        if wanted(each.name):
            report.add(_compared(pair, each, options))
    if wanted("search"):
        report.add(_search(pair, options))
    if wanted("HTML list"):
        report.add(_html(pair, options))
    if wanted("memory"):
        report.add(_memory(pair, options, idle))
    if wanted("add a field"):
        report.add(_add_a_field(pair))


def _compared(pair: Pair, each: work.Work, options: Options) -> Line:
    count = max(3, int(options.requests * each.share))
    clients = _client(pair, each.everything, ours=True), _client(pair, each.everything, ours=False)
    asked = (
        each.typecase(pair.ours.business, clients[0]),
        each.handwritten(pair.theirs.business, clients[1]),
    )
    costs: tuple[list[Cost], list[Cost]] = ([], [])
    for number in range(-1, options.rounds):
        for side, client in enumerate(clients):
            first = 10_000 * (number + 1)
            some = min(WARM, count) if number < 0 else count
            cost = measure(
                client, pair.postmaster, lambda n, s=side, f=first: asked[s](f + n), some
            )
            costs[side].append(cost)
    ours, theirs = (best(each_side[1:]) for each_side in costs)
    ratio = ours.cpu / max(theirs.cpu, 0.001)
    allowed = each.at_a_million if pair.records >= 1_000_000 else None
    ok = ratio <= each.most and (allowed is None or ours.cpu <= allowed)
    limit = each.limit if allowed is None else f"{each.limit}, {allowed:g} ms"
    return Line(
        each.name, pair.kind, pair.records, _ms(ours, each.rows), _ms(theirs, each.rows),
        f"{ratio:.2f}", _waited(ours), limit, ok,
    )  # fmt: skip


def _client(pair: Pair, everything: bool, ours: bool) -> Client:
    loaded = pair.ours if ours else pair.theirs
    token = loaded.everything if everything else loaded.own
    server = pair.our_server if ours else pair.their_server
    return Client(server, {"Authorization": f"Bearer {token}"})


def _search(pair: Pair, options: Options) -> Line:
    costs = _alone(pair, _client(pair, False, ours=True), work.search, options)
    searched = min(pair.records, options.searched)
    return _absolute(pair, f"search over {searched:,}", best(costs), 5.0)


def _html(pair: Pair, options: Options) -> Line:
    client = Client(pair.our_server, {"Cookie": f"{SESSION_COOKIE}={pair.ours.cookie}"})
    return _absolute(
        pair, "HTML list page", best(_alone(pair, client, work.html_list, options)), 15.0
    )


def _alone(pair: Pair, client: Client, asked: work.Requests, options: Options) -> list[Cost]:
    measure(client, pair.postmaster, asked, WARM)
    return [
        measure(client, pair.postmaster, asked, options.requests) for _ in range(options.rounds)
    ]


def _absolute(pair: Pair, name: str, cost: Cost, most: float) -> Line:
    return Line(
        name, pair.kind, pair.records, _ms(cost), "", "", _waited(cost), f"{most:g} ms",
        cost.cpu <= most,
    )  # fmt: skip


def _memory(pair: Pair, options: Options, idle: int) -> Line:
    """Idle, and again after many requests of every kind."""
    client = _client(pair, False, ours=True)
    kinds = [each.typecase(pair.ours.business, client) for each in work.BOTH[:2]]
    client.send(Request("GET", "/api/v1/me"))
    for number in range(FILLED):
        client.send((*kinds, work.search)[number % 3](number))
    warm = pair.our_server.memory()
    for number in range(FILLED, FILLED + options.soak):
        client.send((*kinds, work.search)[number % 3](number))
    grown = pair.our_server.memory()
    return Line(
        f"memory: idle, warm, after {options.soak:,} requests", pair.kind, pair.records,
        " / ".join(f"{size / 2**20:.0f} MB" for size in (idle, warm, grown)), "",
        f"{100 * (grown / warm - 1):+.0f} %", "", "150 MB idle, +10 %",
        idle <= 150 * 2**20 and grown <= 1.1 * warm,
    )  # fmt: skip


def _add_a_field(pair: Pair) -> Line:
    added = publishing.add_a_field(pair.ours)
    return Line(
        "add a field while people save", pair.kind, pair.records, f"{added.applied:.0f} ms", "", "",
        f"slowest save {added.slowest_write:.0f} ms, {added.refused} of {added.writes} refused",
        "50 ms, none refused", added.applied <= 50 and added.refused == 0,
    )  # fmt: skip


def _starting(options: Options, report: Report) -> None:
    """Installing on an empty SQLite file, and the first answer of ``typecase serve``."""
    if options.only is not None and options.only not in ("install", "start"):
        return
    with tempfile.TemporaryDirectory(prefix="typecase-bench-") as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'typecase.sqlite'}"
        command = [sys.executable, "-m", "typecase.cli", "init", "--database", url, "--dir", name]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        before, began = _children(), time.monotonic()
        subprocess.run(command, check=True, cwd=processes.ROOT, **quiet)
        installed = _children() - before, time.monotonic() - began
        report.add(_in_seconds("install standard_crm", *installed, 5.0))
        server = processes.serving("typecase", *processes.typecase(url, folder), "/api/v1/health")
        with server as started:
            answered = started.cpu(), started.started_in
        report.add(_in_seconds("start to first answer", *answered, 1.5))


def _children() -> float:
    """Seconds of processor time that ended children have taken."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _in_seconds(name: str, cpu: float, waited: float, most: float) -> Line:
    return Line(
        name, "sqlite", 0, f"{cpu:.2f} s", "", "", f"{waited:.1f} s", f"{most:g} s", cpu <= most
    )


def _ms(cost: Cost, rows: int = 1) -> str:
    if cost.database:
        return f"{cost.cpu / rows:.2f} ms ({cost.server / rows:.2f} + {cost.database / rows:.2f})"
    return f"{cost.cpu / rows:.2f} ms"


def _waited(cost: Cost) -> str:
    return f"{cost.median:.1f} / {cost.slow:.1f} ms"


if __name__ == "__main__":
    sys.exit(main())
