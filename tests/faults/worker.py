"""A process to be killed: ``python -m tests.faults.worker <job> <database> <folder> [<from>]``.

It says on its standard output, line by line, what was acknowledged to it; the tests hold the
database to that.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.builders import a_field, a_lookup, a_package, a_permission_set, an_object
from tests.faults.approving import approve
from tests.faults.deliveries import (
    call,
    deliver,
    post,
    post_texts,
    put,
    put_calls,
    put_mails,
    put_texts,
)
from tests.faults.saying import say
from tests.runtime.shop import shop_package
from typecase.bootstrap import build_platform
from typecase.config import Settings
from typecase.metadata.rights_edits import with_item
from typecase.metadata.sources import PackageSource
from typecase.runtime import customizing, installing, saving
from typecase.runtime.actors import SYSTEM
from typecase.runtime.storage import plan
from typecase.runtime.storage.unit_of_work import Unit
from typecase.runtime.workspaces import Workspace

OBJECTS = 6
ROWS = 20


def settings(database: str, folder: Path) -> Settings:
    return Settings(
        folder=folder, database=database, schema=None, files=folder / "files", secret="s" * 40
    )


def save(workspace: Workspace, first: int) -> None:
    """An account with a deal of two lines to a transaction, one after the other, for ever."""
    number = first
    while True:
        workspace.run(SYSTEM, lambda unit, n=number: whole(unit, n))
        say("saved", number)
        number += 1


def whole(unit: Unit, number: int) -> None:
    account = saving.create(unit, "account", {"name": f"Account {number}"})
    deal = saving.create(
        unit, "deal", {"name": f"Deal {number}", "account": account, "amount": number}
    )
    lines = [{"name": f"L{i}", "deal": deal, "price": "1.50"} for i in range(2)]
    saving.create_many(unit, "line", lines)
    saving.update(unit, "deal", deal, {"stage": "talks", "tags": ["red"]})


def extra() -> PackageSource:
    """Several objects that point to each other, with rows of their own."""
    objects = []
    for n in range(OBJECTS):
        fields = [a_field("size", "integer"), a_field("price", "currency"), a_field("code")]
        if n:
            fields.append(a_lookup("before", f"xa_thing{n - 1}", "after"))
        objects.append(an_object(f"xa_thing{n}", *fields, indexes=[["size", "code"]], owner="none"))
    rows = {"object": "xa_thing0", "rows": [{"key": f"r{i}", "name": f"R{i}"} for i in range(ROWS)]}
    return a_package(
        *objects,
        {"data/things.json": rows},
        permissions=[a_permission_set("xa_all", xa_thing0=["read"])],
        name="xa",
        prefix="xa",
    )


def install(workspace: Workspace, _: int) -> None:
    def told(what: str, done: int, of: int) -> None:
        say(what, done, of)

    installing.install(workspace, [extra()], progress=told)
    say("installed")


def publish(workspace: Workspace, first: int) -> None:
    """The customer's own layer published again and again, for ever: a role and a rule at a time."""
    number = first
    while True:
        with workspace.read(SYSTEM) as unit:
            found = customizing.definitions(unit)
            role = {"name": "x_lead", "label": f"Lead {number}"}
            rule = {"name": "x_rule", "label": f"Rule {number}", "grant": "read",
                    "with": [{"role": "x_lead"}]}  # fmt: skip
            wanted = {
                ("roles", ""): with_item(found.content("roles"), "roles", role),
                ("access", "deal"): with_item(found.content("access", "deal"), "sharing", rule),
            }
            base = unit.opening.catalog
            proposal = customizing.propose(unit, base, found, wanted, f"Change {number}")
        say("publishing", number)
        installing.alone(workspace, lambda unit, p=proposal: customizing.publish(unit, p))
        say("published", number)
        number += 1


def index(workspace: Workspace, _: int) -> None:
    """Publishes an index of a table that counts as large: it is made when the version is there."""
    plan.MANY = 0  # type: ignore[attr-defined]

    def told(what: str, done: int, of: int) -> None:
        say(what, done, of)

    installing.install(workspace, [indexed_shop()], progress=told)


def indexed_shop() -> PackageSource:
    """The shop with one more index on deals."""
    built = shop_package(version="2.0.0")
    deal = built.document("object", "deal")
    assert deal is not None
    deal.content["indexes"] = [["probability", "close_date"]]  # type: ignore[index]
    return built


JOBS: dict[str, Callable[[Workspace, int], None]] = {
    "save": save,
    "install": install,
    "index": index,
    "publish": publish,
    "put": put,
    "deliver": deliver,
    "approve": approve,
    "put_mails": put_mails,
    "post": post,
    "put_texts": put_texts,
    "post_texts": post_texts,
    "put_calls": put_calls,
    "call": call,
}


def main(job: str, database: str, folder: str, *more: Any) -> None:
    platform = build_platform(settings(database, Path(folder)))
    JOBS[job](platform.main, int(more[0]) if more else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
