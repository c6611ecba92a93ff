"""The workspace that ``bench.workflow`` measures in: a package, a representative, eight bosses."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench import processes
from tests.builders import a_field, a_package, a_permission_set, a_picklist, an_object
from tests.databases import Run, close_run, ensure_cluster, fresh_database, make_durable, open_run
from tests.runtime.shop import FULL, Shop
from tests.workflow.approvals.graphs import approve, edge, end, graph, role, start, ways
from typecase.metadata.sources import PackageSource

CLIENTS = 8

AUTOMATIONS = [
    {"name": "sure", "on": "update", "moment": "before", "when": "changed(stage)",
     "do": [{"set": {"probability": "if(stage == 'won', 100, 50)"}}]},
    {"name": "tell", "on": "update", "when": "changed(stage)",
     "do": [{"notify": "record.owner", "text": "The stage has changed."}]},
    {"name": "write_down", "on": "update", "when": "changed(stage)",
     "do": [{"log": "'Now ' & record.name"}]},
]  # fmt: skip
TIMED = {"name": "remind", "on": "schedule", "cron": "0 8 1 1 *", "for": "true",
         "do": [{"notify": "record.owner", "text": "It is time."}]}  # fmt: skip
LEVELS = [{"name": "all", "label": "All", "order": 1, "targets": [
    {"name": "reply", "label": "Reply", "starts": "created", "stops": "stage == 'won'",
     "within": "9000h"},
    {"name": "solve", "label": "Solve", "starts": "created", "stops": "stage == 'lost'",
     "pauses": "stage == 'talks'", "within": "9000h"}]}]  # fmt: skip
REVIEW = graph(
    [start(), approve("first", role("boss")), end(), end("rejected")],
    [edge("submit", "first"), *ways("first", "approved")], lock=False,
)  # fmt: skip


def long_graph(length: int = 27) -> dict[str, Any]:
    """A start, two ends and as many steps between: thirty nodes."""
    names = [f"step{n}" for n in range(length)]
    edges = [edge("submit", names[0])]
    for name, following in zip(names, [*names[1:], "approved"], strict=True):
        edges += ways(name, following)
    steps = [approve(name, role("boss")) for name in names]
    nodes = [start(), *steps, end(), end("rejected")]
    return graph(nodes, edges) | {"name": "long"}


def package() -> PackageSource:
    fields = (a_picklist("stage", "new", "talks", "won", "lost", default="new"),
              a_field("probability", "percent"), a_field("amount", "currency"))  # fmt: skip
    names = ("plain", "busy", "timed", "asked")
    return a_package(
        an_object("plain", *fields, tracks=["history"]),
        an_object("busy", *fields, tracks=["history", "comments"],
                  process={"automations": AUTOMATIONS, "sla": LEVELS},
                  approvals={"approvals": [REVIEW]}),
        an_object("timed", *fields, process={"automations": [TIMED]}),
        an_object("asked", *fields, approvals={"approvals": [REVIEW, long_graph()]}),
        permissions=[a_permission_set("sales", **dict.fromkeys(names, FULL)),
                     a_permission_set("all", system=["designer"],
                                      **{n: ["view_all", "edit_all", *FULL] for n in names})],
        roles=[{"name": "boss", "label": "Boss", "permissions": ["sales"]},
               {"name": "rep", "label": "Rep", "above": "boss", "permissions": ["sales"]}],
    )  # fmt: skip


class Place(Shop):
    """The package's workspace: a representative, and eight who are asked."""

    def __init__(self, database: str, folder: Path, cluster: Run | None) -> None:
        self.open(database, folder, package())
        self.ada = self.person("ada", "rep")
        self.admin = self.person("admin", None, "all")
        self.bosses = [self.person(f"boss{n}", "boss") for n in range(CLIENTS)]
        self.server = _postmaster(cluster) if cluster else None
        self.kind = "PostgreSQL" if cluster else "SQLite"

    def cpu(self) -> float:
        """Seconds of processor time so far: this process and the server's."""
        family = processes.family(self.server) if self.server else []
        return time.process_time() + sum(map(processes.exact_cpu_of, family))


def _postmaster(cluster: Run) -> int:
    return int((cluster.data / "postmaster.pid").read_text().splitlines()[0])


@contextmanager
def places(kind: str, folder: Path) -> Iterator[Place]:
    if kind == "sqlite":
        place = Place(f"sqlite:///{folder / 'bench.sqlite'}", folder, None)
        yield place
        place.close()
        return
    run = open_run()
    try:
        ensure_cluster(run)
        make_durable(run)
        with fresh_database(run) as url:
            place = Place(url, folder, run)
            yield place
            place.close()
    finally:
        close_run(run)
